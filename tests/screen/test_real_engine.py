"""Once with everything real: the arena, the engine, SmolLM2."""

from msgspec.structs import replace

from tui_arena.app import ArenaApp
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.profile import find_profile, profile_folders
from tui_arena.judgement import standing_marks
from tui_arena.session import new_session
from tui_arena.store import SessionFile, load_session


async def test_two_conversations_with_a_real_model(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    left, right = (
        replace(find_profile(name, profile_folders()), max_tokens=30)
        for name in ("smollm2-135m", "smollm2-sampled")
    )
    file = SessionFile(new_session(systems=(left.system, right.system)), tmp_path)
    engine = KerasEngine()
    app = ArenaApp(engine=engine, profiles=(left, right), file=file, rater="ann")
    async with app.run_test(size=(120, 36)) as pilot:
        sides = app.arena.sides

        async def until_idle() -> None:
            while any(side.busy or side.waiting for side in sides.values()):
                await pilot.pause(0.05)

        # Sent before the model is there: it waits, and goes out by itself.
        app.arena.prompt.text = "What is the capital of France, and what is it known for?"
        await pilot.press("enter")
        assert sides["left"].waiting
        await until_idle()

        await pilot.press("f3")
        app.arena.prompt.text = "And what is the capital of Italy?"
        await pilot.press("enter")
        await until_idle()
        await pilot.press("escape", "1", "8")
        while file.unsaved:
            await pilot.pause(0.05)
        await pilot.press("q")
    engine.close()

    saved = load_session(file.path)
    first, second = saved.panes.left.turns
    assert first.response.text.startswith("The capital of France is Paris.")
    assert second.response.tokens.reused > first.response.tokens.prompt
    assert standing_marks(second.response.marks) == {"ok": 1}
    [only] = saved.panes.right.turns
    assert "Paris" in only.response.text
    assert standing_marks(only.response.marks) == {"mistake": 1}
    assert saved.software["device"].endswith("cpu")


async def test_a_side_changes_between_two_real_models(tmp_path, monkeypatch) -> None:
    import tiny  # which loads Keras, and so not before it is needed

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    presets = [
        tiny.save(tiny.backbone(seed=seed), tmp_path / name)
        for seed, name in enumerate(("first", "second"))
    ]
    one, two = (tiny.profile(preset, max_tokens=6) for preset in presets)
    file = SessionFile(new_session(systems=("", "")), tmp_path)
    engine = KerasEngine()
    app = ArenaApp(engine=engine, profiles=(one, two), file=file, rater="ann")
    async with app.run_test(size=(120, 36)) as pilot:
        sides = app.arena.sides

        async def ask(prompt: str) -> None:
            app.arena.prompt.text = prompt
            await pilot.press("enter")
            while any(side.busy or side.waiting for side in sides.values()):
                await pilot.pause(0.02)
            await pilot.press("escape")

        await ask("hello world")
        await pilot.press("M", "i")
        await ask("again")
        await pilot.press("M", "i")
        await ask("and back")
        machine = engine.machine()
        assert machine is not None
        assert machine.cpu
        assert {resident.key for resident in engine.residents()} == {
            one.weights_key,
            two.weights_key,
        }
        await pilot.press("m", "f8")
        while sides["left"].state != "unloaded":
            await pilot.pause(0.02)
        await pilot.press("escape")
        assert len(engine.residents()) == 1
    engine.close()

    answers = [turn.response for turn in file.session.panes.left.turns]
    assert [answer.profile for answer in answers] == ["first", "second", "first"]
    assert [answer.stop for answer in answers] == ["length"] * 3
    # The second model starts from nothing; the first one still has its own answer in its cache.
    assert answers[1].tokens.reused == 0
    assert answers[2].tokens.reused >= answers[0].tokens.prompt + 5
    assert answers[1].tokens.prompt > answers[0].tokens.prompt + 6
