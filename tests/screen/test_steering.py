"""Pausing, stopping, routing: who gets the next prompt, and that nothing is lost."""

from pathlib import Path

from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.keyboard import remapped
from tui_arena.manner import Manner


async def test_a_side_pauses_in_the_middle_of_a_sentence_and_goes_on_exactly(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two three four", side="left")
        it.engine.enqueue("uno due tre quattro", side="right")
        await it.type("count", "enter")
        it.engine.release(2)
        await it.until("uno due")
        await it.press("f3")
        it.engine.finish()
        await it.until("one two three four")
        assert it.state("right") == "paused"
        assert "tre" not in it.text
        await it.press("f3")
        it.engine.finish()
        await it.until("uno due tre quattro")
        assert it.attempt("right").text == "uno due tre quattro"


async def test_one_side_is_paused_while_the_other_is_asked_to_mend_its_answer(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("f2")
        assert "to: right only, left is paused" in it.text
        assert "paused · skips next" in it.text
        await it.answer(prompt="the year is 2024")
        assert it.asked("left") == ["hi"]
        assert it.asked("right") == ["hi", "the year is 2024"]
        await it.press("f2")
        assert "to: both" in it.text
        assert "skips" not in it.text


async def test_f4_sends_to_both_left_or_right(arena) -> None:
    async with arena() as it:
        await it.press("f4")
        assert "to: left" in it.text
        assert "not asked" in it.row("model-two")
        await it.answer(prompt="a")
        await it.press("f4")
        assert "to: right" in it.text
        await it.answer(prompt="b")
        await it.press("f4")
        assert "not asked" not in it.text
        assert (it.asked("left"), it.asked("right")) == (["a"], ["b"])


async def test_where_nobody_can_take_the_prompt_it_stays_and_one_line_says_why(arena) -> None:
    engine = ScriptedEngine()
    engine.fail_next_load("two", "The file two.gguf is damaged; get it again.")
    async with arena(engine=engine, ready=False) as it:
        await it.until(lambda: it.state("right") == "failed" and it.state("left") == "ready")
        await it.press("f2")
        await it.type("next", "enter")
        assert "Not sent, your text stays: left is paused and right is without" in it.text
        assert it.prompt == "next"
        assert it.engine.requests == []


async def test_a_side_that_answers_is_asked_the_next_prompt_when_its_answer_ends(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("a b c", side="left")
        await it.type("x", "enter")
        it.engine.finish(side="right")
        await it.until(lambda: it.state("right") == "ready")
        assert "to: both, left after its answer" in it.text
        assert "next waits" in it.row("model-one")
        assert "next waits" not in it.row("model-two").partition("model-two")[2]
        await it.type("next", "enter")
        assert "Waits on the left; Esc u takes it back." in it.text
        assert it.text.count("(waiting)") == 1
        await it.press("ctrl+q")
        await it.until("A prompt still waits for its turn.")
        await it.press("escape")
        assert "to: both, after their answers" in it.text
        assert (it.asked("left"), it.asked("right")) == (["x"], ["x", "next"])
        await it.type("third", "enter", "f4")
        assert "to: left, after its answer" in it.text
        for _ in range(3):
            it.engine.finish()
            await it.pilot.pause()
        await it.until(lambda: it.asked("left") == it.asked("right") == ["x", "next", "third"])
        assert [turn.prompt.text for turn in it.file.session.panes.left.turns] == it.asked("left")
        assert it.attempt("left", 0).text == "a b c"


async def test_a_prompt_that_waits_is_taken_back_with_undo(arena) -> None:
    async with arena() as it:
        await it.type("x", "enter")
        it.engine.release()
        await it.type("to both", "enter")
        await it.type("typed since", "escape", "u")
        assert "Undone: both sides are not asked." in it.text
        assert "(waiting)" not in it.text
        assert it.prompt == "to bothtyped since"
        it.engine.finish(side="right")
        await it.until(lambda: it.state("right") == "ready")
        await it.press("i", "ctrl+u")
        await it.type("to one", "enter")
        await it.press("escape", "1", "u")
        assert "Undone: ok is off again" in it.text
        await it.press("u")
        assert "Undone: the left is not asked." in it.text
        assert it.prompt == ""
        await it.press("u")
        assert "There is nothing to undo." in it.text
        it.engine.finish()
        await it.until(lambda: not any(side.busy for side in it.app.arena.sides.values()))
        assert (it.asked("left"), it.asked("right")) == (["x"], ["x", "to one"])


async def test_a_prompt_that_went_out_meanwhile_cannot_be_taken_back(arena) -> None:
    async with arena() as it:
        await it.type("x", "enter")
        await it.type("y", "enter", "escape")
        it.engine.finish()
        await it.until(lambda: it.asked("left") == it.asked("right") == ["x", "y"])
        await it.press("u")
        assert "It was asked meanwhile, so it is not taken back." in it.text
        await it.press("u")
        assert "There is nothing to undo." in it.text
        assert len(it.file.session.panes.left.turns) == 2


async def test_a_side_paused_in_mid_answer_skips_and_what_waited_stays(arena) -> None:
    async with arena() as it:
        await it.type("x", "enter")
        it.engine.release()
        await it.type("y", "enter")
        await it.press("f2")
        it.engine.finish()
        await it.until(lambda: it.asked("right") == ["x", "y"])
        assert "skips next" in it.row("model-one")
        assert it.asked("left") == ["x"]
        assert it.text.count("(waiting)") == 1
        await it.press("f2")
        it.engine.finish()
        await it.until(lambda: it.asked("left") == ["x", "y"])


async def test_stop_keeps_what_came_and_the_side_takes_the_next_prompt(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two three", side="left")
        await it.type("count", "enter")
        it.engine.release(2)
        await it.until("one two")
        await it.press("escape", "s")
        await it.until("(stopped)")
        assert it.state("left") == "stopped"
        assert it.attempt("left").text == "one two"
        assert it.attempt("left").stop == "stopped"
        assert it.state("right") == "streaming"
        await it.press("s")
        assert "No answer is under way on the left." in it.text
        it.engine.finish()
        await it.until(lambda: it.state("right") == "ready")
        await it.press("i")
        await it.answer(prompt="more")
        assert it.asked("left") == ["count", "more"]


async def test_a_paused_answer_can_be_stopped(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two three", side="left")
        await it.type("count", "enter")
        it.engine.release(2)
        await it.press("f2", "escape", "s")
        await it.until(lambda: it.state("left") == "stopped")
        assert it.attempt("left").text == "one two"


async def test_commands_act_on_the_side_that_tab_chose(arena) -> None:
    async with arena() as it:
        assert it.row("▸").startswith("▸ model-one")
        await it.press("escape", "tab", "p")
        assert "commanding right" in it.text
        assert "▸ model-two" in it.text
        assert (it.state("left"), it.state("right")) == ("ready", "paused")
        await it.press("tab", "p")
        assert it.state("left") == "paused"


async def test_a_failed_load_is_one_sentence_and_can_be_tried_again(arena) -> None:
    engine = ScriptedEngine()
    engine.fail_next_load("two", "The file two.gguf is damaged; get it again.")
    async with arena(engine=engine, ready=False) as it:
        await it.until("The file two.gguf is damaged; get it again.")
        assert it.state("right") == "failed"
        assert "then on this side r to try again" in it.text
        await it.answer(prompt="a")
        assert (it.asked("left"), it.asked("right")) == (["a"], [])
        await it.press("escape", "r")
        assert "Sampled at 0.7" in it.text
        await it.press("tab", "r")
        await it.until(lambda: it.state("right") == "ready")
        await it.press("i")
        await it.answer(prompt="b")
        assert it.asked("right") == ["b"]


async def test_a_failed_answer_is_one_sentence_and_the_other_side_goes_on(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one", side="left", stop="error", error="The device is out of memory.")
        await it.answer(right="fine")
        assert "The device is out of memory." in it.text
        assert (it.state("left"), it.state("right")) == ("failed", "ready")
        await it.answer(prompt="again")
        assert it.asked("left") == ["hi", "again"]


async def test_limits_are_said_in_plain_words(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one", side="left", stop="length")
        it.engine.enqueue("two", side="right", stop="context")
        await it.answer()
        assert "(cut at the limit of tokens for an answer)" in it.text
        assert "(cut: the context is full)" in it.text


async def test_a_prompt_that_is_too_long_is_one_sentence(arena) -> None:
    async with arena(engine=ScriptedEngine(context=16)) as it:
        await it.answer(prompt="w " * 20)
        assert "The prompt has 22 tokens, more than" in it.text


async def test_the_status_line_counts(arena) -> None:
    async with arena(size=(160, 45)) as it:
        await it.answer(left="a b c d e f")
        row = it.row("model-one")
        assert "ready" in row
        assert "50 tok/s" in row
        assert "first 0.1 s" in row
        assert "/8192" in row


async def test_thinking_is_said_before_the_first_token(arena) -> None:
    async with arena() as it:
        await it.type("x", "enter")
        await it.until(lambda: it.state("left") == "thinking")
        assert "thinking" in it.row("model-one")
        it.engine.release()
        await it.until(lambda: "streaming" in it.row("model-one"))


async def test_quit_asks_only_while_an_answer_is_under_way(arena) -> None:
    async with arena() as it:
        await it.type("x", "enter")
        it.engine.release()
        await it.press("escape", "q")
        assert "Quit? What came so far is saved." in it.text
        assert "A prompt still waits" not in it.text
        await it.press("n")
        assert "commanding left" in it.text
        await it.press("ctrl+q", "y")
        await it.until(lambda: not it.app.is_running)


async def test_ctrl_q_asks_as_well_while_one_writes_and_on_any_page(arena) -> None:
    async with arena() as it:
        await it.type("x", "enter")
        it.engine.release()
        for page in ("f1", "f4"):
            await it.press(page, "ctrl+q")
            await it.until("Quit? What came so far is saved.")
            await it.press("n")
            assert it.app.is_running
        await it.press("ctrl+q", "ctrl+q")
        await it.until(lambda: not it.app.is_running)


async def test_quit_asks_while_a_prompt_waits(arena) -> None:
    async with arena(engine=ScriptedEngine(hold_loads=True), ready=False) as it:
        await it.type("hello", "enter")
        await it.press("escape", "q")
        assert "It would not be asked." in it.text
        await it.press("n")
        assert "It would not be asked." not in it.text
        await it.press("q", "y")
        await it.until(lambda: not it.app.is_running)


async def test_quit_does_not_ask_when_all_is_quiet(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("escape", "q")
        await it.until(lambda: not it.app.is_running)
        assert it.app.return_code == 0


async def test_ctrl_c_says_how_to_quit(arena) -> None:
    async with arena() as it:
        await it.press("ctrl+c")
        assert "^Q quits; so does q after Esc." in it.text


async def test_quit_asks_also_on_a_page_and_for_a_paused_answer(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two", side="left")
        it.engine.enqueue("uno", side="right")
        await it.type("x", "enter", "f2")
        it.engine.finish(side="right")
        await it.until(lambda: it.state("right") == "ready")
        for page in ((), ("f1",), ("escape", "m")):
            await it.press(*page, "ctrl+q")
            assert "Quit? What came so far is saved." in it.text
            await it.press("n", "escape")
            assert it.app.is_running
        await it.press("ctrl+q", "ctrl+q")
        await it.until(lambda: not it.app.is_running)
        assert it.attempt("left").stop != "error"


async def test_quit_does_not_ask_while_a_model_loads(arena) -> None:
    async with arena(engine=ScriptedEngine(hold_loads=True), ready=False) as it:
        await it.press("ctrl+q")
        await it.until(lambda: not it.app.is_running)


async def test_the_key_that_quits_is_the_one_of_the_settings_on_every_page(arena) -> None:
    manner = Manner(commands=remapped({"quit-anywhere": ["ctrl+x"]}, Path("config.toml")))
    async with arena(manner=manner) as it:
        await it.press("ctrl+q", "f1", "ctrl+q")
        assert it.app.is_running
        await it.press("ctrl+c")
        assert "Esc closes this page; ^X quits." in it.text
        await it.press("ctrl+x")
        await it.until(lambda: not it.app.is_running)
