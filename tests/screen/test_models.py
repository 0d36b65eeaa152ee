"""Changing a side's model: the picker, what goes along, what waits, what is refused."""

from pathlib import Path

import pytest
from textual.events import Key

from tui_arena.engine.plan import Machine
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.session import Side
from tui_arena.side_settings import SideSettings
from tui_arena.store import load_session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Profiles of a few models, one of them with two samplers; and damaged ones."""
    made = tmp_path / "profiles"
    made.mkdir()
    (made / "hollow").mkdir()
    (made / "hollow" / "config.json").write_text("{")
    for name, body in {
        "three": 'title = "Model three"\npreset = "qwen3_0.6b_en"',
        "four": 'title = "Model four"\npreset = "./nowhere"\nsystem = "Be four."',
        "four-bold": 'title = "Four, bold"\nextends = "four"\n[sampler]\ntemperature = 0.8',
        "elsewhere": 'title = "Not known"\npreset = "hf://somebody/something"',
        "torn-files": 'title = "Torn"\npreset = "./hollow"',
        "odd": 'preset = "./x"\ntemprature = 1',
        "torn": "title = ",
    }.items():
        extends = "extends" in body
        text = body if extends or name in ("odd", "torn") else body + '\ntemplate = "chatml"\n'
        (made / f"{name}.toml").write_text(text)
    return made


def messages(engine: ScriptedEngine) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in engine.requests[-1].messages]


async def pick(it, query: str, side: Side = "left") -> None:
    """Choose the profile that a query finds first, for a side."""
    await it.press("escape")
    if it.app.arena.chosen != side:
        await it.press("tab")
    await it.press("m")
    await it.until("A model for the")
    await it.until(lambda: "looking" not in it.text and "PROFILE" in it.text)
    await it.type(query, "enter")
    await it.until(lambda: "A model for the" not in it.text)


async def test_the_picker_says_of_each_profile_what_there_is_to_know(arena, folder) -> None:
    async with arena(size=(80, 24), profile_folders=[folder]) as it:
        await it.press("escape", "m")
        await it.until(lambda: "unknown" in it.row("elsewhere"))
        assert "A model for the left side" in it.text
        assert all(len(row) <= 80 for row in it.rows)
        assert "resident on this side" in it.row("▸ one")
        assert "loaded" in it.row("▸ one")
        assert "resident  " in it.row("  two ")
        assert "to be fetched" in it.row("  three")
        assert "no room" in it.row("  three")
        assert "its files are missing" in it.row("  four ")
        assert "its files are missing" in it.row("  four-bold")
        await it.press("end")
        assert "temprature" in it.text
        flowing = " ".join(it.text.split())
        assert "torn.toml: is not valid TOML" in flowing
        assert "The sizes of torn-files cannot be read" in flowing
        assert "unknown" in it.row("torn-files  ")


async def test_sizes_are_of_each_device_and_fit_beside_what_is_loaded(arena, folder) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine, profile_folders=[folder]) as it:
        await it.press("escape", "m")
        await it.until("no room")
        await it.type("three")
        assert "only 0.42 GB are free; unload another one first." in " ".join(it.text.split())
        engine.on = Machine(4, 24_000_000_000)
        await it.press("down")
        await it.until("of weights")
        assert "fits" in it.row("▸ three")
        assert "each of 4 devices" in it.text
        assert "where 23.23 GB are free." in " ".join(it.text.split())
        engine.on = None
        await it.press("down")
        assert "known once the engine has started" in it.text


async def test_a_few_letters_find_a_profile_and_enter_takes_it(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.answer(left="one says", prompt="hi")
        # In one go, as over a slow link: what is typed after m is a name, not a command.
        await it.press("escape", "m", *"mdl3q", *["backspace"] * 5, *"thr", "enter")
        await it.until(lambda: "A model for the" not in it.text)
        assert it.app.arena.sides["left"].conversation.profile.name == "three"
        assert "Model three" in it.row("▸")
        assert "Left goes on with Model three." in it.text
        assert it.app.is_running


async def test_keys_that_arrive_at_once_act_in_their_order(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.press("escape", "m")
        await it.until("unknown")
        for key in ("x", "ctrl+u", "t", "h", "r", "enter"):
            it.app.post_message(Key(key, key if len(key) == 1 else None))
        await it.until(lambda: "A model for the" not in it.text)
        assert it.app.arena.sides["left"].conversation.profile.name == "three"


async def test_esc_leaves_the_picker_and_nothing_changes(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.press("escape", "m")
        await it.type("zzz")
        assert "No profile is called so." in it.text
        await it.press("enter", "f8", "escape")
        assert "commanding left" in it.text
        assert it.engine.loads == ["one", "two"]


async def test_a_mouse_picks_a_line(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.press("escape", "m")
        await it.until("unknown")
        await it.pilot.click(".search-list .lines", offset=(4, 3))
        await it.pilot.pause()
        assert "▸ three" in it.text


async def test_the_conversation_goes_along_and_only_own_answers_keep_their_ids(
    arena, folder
) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.answer(left="from one", prompt="first")
        await pick(it, "three")
        await it.press("i")
        await it.answer(left="from three", prompt="second")
        assert messages(it.engine)[-1] == ("user", "second")
        left = next(r for r in reversed(it.engine.requests) if r.conversation == "left")
        assert [m.text for m in left.messages] == ["first", "from one", "second"]
        assert [m.ids for m in left.messages] == [None, None, None]
        assert left.profile.name == "three"

        await pick(it, "one")
        await it.press("i")
        await it.answer(left="one again", prompt="third")
        left = next(r for r in reversed(it.engine.requests) if r.conversation == "left")
        own, other = left.messages[1], left.messages[3]
        assert (own.text, other.text, other.ids) == ("from one", "from three", None)
        assert own.ids == tuple(it.attempt("left", 0).token_ids)
        assert own.ids


async def test_the_new_profile_brings_its_sampler_its_limit_and_its_context(arena, folder) -> None:
    (folder / "small.toml").write_text(
        'extends = "three"\nmax_tokens = 7\ncontext = 99\n[sampler]\ntemperature = 0.5\nseed = 3\n'
    )
    async with arena(size=(160, 45), profile_folders=[folder]) as it:
        await it.answer(left="a", prompt="b")
        await pick(it, "small")
        await it.press("i")
        await it.answer(left="c", prompt="d")
        request = next(r for r in reversed(it.engine.requests) if r.conversation == "left")
        assert request.sampler == Sampler(temperature=0.5, seed=3)
        assert request.max_tokens == 7
        assert it.attempt("left").sampler == request.sampler
        assert "/99" in it.row("▸ small")


async def test_the_default_system_text_changes_with_the_model_any_other_stays(
    arena, folder
) -> None:
    async with arena(profile_folders=[folder]) as it:
        french = SideSettings(system="Answer in French.")
        it.app.arena.sides["right"].conversation.ask_with(french)
        await it.answer(left="a", right="b", prompt="c")
        await pick(it, "four")
        await pick(it, "four", side="right")
        await it.press("i")
        await it.answer(left="d", right="e", prompt="f")
        asked = {r.conversation: r.messages[0] for r in it.engine.requests}
        assert (asked["left"].role, asked["left"].text) == ("system", "Be four.")
        assert asked["right"].text == "Answer in French."
        assert [it.attempt("left", n).system for n in (0, 1)] == ["", "Be four."]
        await pick(it, "one")
        assert it.file.session.panes.left.system == ""


async def test_a_prompt_waits_for_the_model_that_is_loaded(arena, folder) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine, profile_folders=[folder]) as it:
        await it.answer(left="from one", prompt="first")
        engine.hold_loads = True
        await pick(it, "three")
        assert it.state("left") == "loading"
        engine.report_load("compiling", 0.5)
        await it.until("compiling")
        await it.press("i")
        await it.type("second", "enter")
        assert "(waiting)" in it.text
        engine.finish_load("three")
        await it.until(lambda: it.asked("left") == ["first", "second"])
        assert engine.requests[-1].profile.name == "three"
        assert len(engine.requests[-1].messages) == 3


async def test_a_load_that_was_left_for_another_one_says_nothing_any_more(arena, folder) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine, profile_folders=[folder]) as it:
        engine.hold_loads = True
        await pick(it, "three")
        await it.press("i")
        await it.type("kept", "enter")
        await pick(it, "four")
        engine.fail_load("Three is damaged.", profile="three")
        engine.report_load("compiling four", 0.2)
        await it.until("compiling four")
        assert it.state("left") == "loading"
        assert "Three is damaged." not in it.text
        await pick(it, "three")
        engine.finish_load("four")  # which becomes resident all the same
        await it.pilot.pause()
        assert it.state("left") == "loading"
        assert it.asked("left") == []
        engine.finish_load("three")
        await it.until(lambda: it.asked("left") == ["kept"])
        assert {r.conversation: r.profile.name for r in engine.requests}["left"] == "three"
        await it.press("m")
        await it.until(lambda: "resident" in it.row("  four "))


async def test_a_model_that_is_resident_takes_over_at_once(arena, folder) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine, profile_folders=[folder]) as it:
        engine.hold_loads = True
        await pick(it, "two")
        await it.until(lambda: it.state("left") == "ready")


async def test_a_failed_load_is_one_sentence_and_the_model_before_goes_on(arena, folder) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine, profile_folders=[folder]) as it:
        await it.answer(left="from one", prompt="first")
        engine.fail_next_load("three", "The model three is gated; accept its licence.")
        await pick(it, "three")
        await it.until("The model three is gated; accept its licence.")
        assert "another model." in it.text
        assert it.state("left") == "failed"
        await pick(it, "one")
        await it.until(lambda: it.state("left") == "ready")
        await it.press("i")
        await it.answer(left="on we go", prompt="second")
        assert it.attempt("left").profile == "one"
        assert it.attempt("left").text == "on we go"


async def test_a_side_that_answers_keeps_its_model(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        it.engine.enqueue("a b c", side="left")
        await it.type("x", "enter")
        it.engine.release(side="left")
        await it.until(lambda: it.state("left") == "streaming")
        await it.press("escape", "m")
        await it.until("PROFILE")
        await it.type("three", "enter")
        assert "Left is answering; stop it first (s)." in it.text
        await it.press("escape", "M")
        assert "Left is answering; stop it first (s)." in it.text
        assert it.app.arena.sides["left"].conversation.profile.name == "one"
        it.engine.finish(side="left")
        await it.until(lambda: it.attempt("left").text == "a b c")


async def test_what_is_read_again_is_said_while_it_is_read_and_stays_said(arena, folder) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine, size=(160, 45), profile_folders=[folder]) as it:
        await it.answer(left="a b c d e f", prompt="first")
        assert "from here on" not in it.text
        await pick(it, "three")
        engine.hold_prompts = True
        await it.press("i")
        await it.type("second", "enter")
        engine.read(5, side="left")
        await it.until("reading 5 of 14 tokens again")
        assert "again" not in it.row("▸").partition("│")[2]
        engine.read(100)
        engine.finish()
        await it.until("three from here on; it read 14 tokens of the conversation")
        tokens = it.attempt("left").tokens
        assert (tokens.prompt, tokens.reused) == (14, 0)


async def test_m_swaps_the_models_of_both_sides(arena) -> None:
    async with arena() as it:
        await it.answer(left="from one", right="from two", prompt="first")
        await it.press("escape", "M")
        assert "The sides have swapped their models." in it.text
        await it.press("i")
        await it.answer(left="l", right="r", prompt="second")
        assert it.attempt("left").profile == "two"
        assert it.attempt("right").profile == "one"
        assert it.attempt("left", 0).text == "from one"
        assert it.engine.loads == ["one", "two", "two", "one"]


async def test_one_model_can_be_on_both_sides_with_samplers_of_their_own(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await pick(it, "four-bold")
        await pick(it, "four", side="right")
        await it.press("i")
        await it.answer(left="a", right="b", prompt="c")
        assert it.attempt("left").sampler.temperature == 0.8
        assert it.attempt("right").sampler.temperature == 0
        assert len(it.engine.residents()) == 3
        await pick(it, "four")
        await it.press("M")
        assert "Both sides have the same model already." in it.text


async def test_a_model_is_unloaded_and_the_next_prompt_loads_it_again(arena, folder) -> None:
    async with arena(size=(80, 24), profile_folders=[folder]) as it:
        assert "2 models, 1.08 GB" in it.rows[0]
        await it.press("escape", "m")
        await it.until("unknown")
        await it.press("f8")
        await it.until("model-one is unloaded; 0.54 GB came free.")
        assert "to be fetched" in it.row("▸ one")
        await it.press("f8")
        await it.until("one is not loaded.")
        await it.press("escape")
        assert it.state("left") == "unloaded"
        assert "1 model, 0.54 GB" in it.rows[0]
        assert "Unloaded; the next prompt loads it again." in it.text
        await it.press("i")
        await it.answer(left="here again", prompt="hello")
        assert it.attempt("left").text == "here again"


async def test_a_model_that_answers_is_not_unloaded(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.type("x", "enter")
        await it.press("escape", "m")
        await it.until("unknown")
        await it.press("f8")
        await it.until("one is answering; stop its answers first.")
        assert it.state("left") == "thinking"


async def test_the_record_names_the_models(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.answer(prompt="first")
        await pick(it, "three")
        await it.until(lambda: not it.file.unsaved)
        saved = load_session(it.file.path)
        assert (saved.panes.left.profile, saved.panes.right.profile) == ("three", "two")
        assert saved.panes.left.turns[0].response.profile == "one"


async def test_the_picker_in_ascii_and_narrow_and_with_hostile_names(arena, folder) -> None:
    (folder / "evil.toml").write_text(
        'title = "\\u001b[31m[b]x[/b] 漢字"\npreset = "./[/b]"\ntemplate = "chatml"\n'
    )
    async with arena(ascii_only=True, size=(40, 12), profile_folders=[folder]) as it:
        await it.press("escape", "m")
        await it.until("its files are missing")
        await it.type("evil")
        assert "its files are missing" in it.row("> evil  ")
        assert it.text.isascii()
        assert all(len(row) <= 40 for row in it.rows)
        for size in ((20, 6), (160, 45), (5, 2), (80, 24)):
            await it.pilot.resize_terminal(*size)
            await it.pilot.pause()
        await it.until("[b]x[/b]")
        assert it.text.isascii()


async def test_profiles_that_are_files_elsewhere_can_be_chosen_again(arena) -> None:
    own = Profile(name="own", title="My own", preset="/nowhere", template="chatml")
    async with arena(profiles=(own, own)) as it:
        await it.press("escape", "m")
        await it.until("▸ own")
        assert "resident on this side" in it.row("▸ own")


async def test_a_saved_session_goes_on_where_it_was(arena, folder) -> None:
    async with arena(profile_folders=[folder]) as it:
        await it.answer(left="from one", prompt="first")
        await pick(it, "three")
        await it.press("i")
        await it.answer(left="from three", prompt="second")
        await it.until(lambda: not it.file.unsaved)
        saved = load_session(it.file.path)
        three = it.app.arena.sides["left"].conversation.profile
        two = it.app.arena.sides["right"].conversation.profile
    async with arena(profiles=(three, two), session=saved) as it:
        await it.until("from three")
        assert "three from here on" in it.text
        await it.answer(left="more", prompt="third")
        left = next(r for r in reversed(it.engine.requests) if r.conversation == "left")
        assert [m.text for m in left.messages][::2] == ["first", "second", "third"]
        assert left.messages[1].ids is None
        assert left.messages[3].ids == tuple(it.attempt("left", 1).token_ids)
