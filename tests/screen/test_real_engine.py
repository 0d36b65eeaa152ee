"""Once with everything real: the arena, the engine, SmolLM2."""

from msgspec.structs import replace

from tui_arena.app import ArenaApp
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.profile import find_profile, profile_folders
from tui_arena.session import new_session, standing_marks
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
