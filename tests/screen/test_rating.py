"""One key, one mark: on either side, while streaming too, on any response, and back again."""

from tui_arena.session import MARKS


async def test_the_number_row_marks_both_sides(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("escape", *"123456")
        assert it.marks("left") == set(MARKS)
        await it.press("7", "8", "9", "0", "minus", "equals_sign")
        assert it.marks("right") == set(MARKS)
        assert it.text.count("✔  🍄  🥦  🔥  🔥🔥  (🍄)") == 2


async def test_a_key_gives_its_mark_and_takes_it_back(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("escape", "2", "1", "2")
        assert it.marks("left") == {"ok"}
        log = [(entry.mark, entry.action, entry.by) for entry in it.attempt("left").marks]
        assert log == [
            ("mistake", "add", "ann"),
            ("ok", "add", "ann"),
            ("mistake", "remove", "ann"),
        ]


async def test_an_answer_is_marked_while_it_streams(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two three", side="left")
        await it.type("count", "enter")
        it.engine.release()
        await it.press("escape", "2")
        assert "🍄" in it.text
        it.engine.finish()
        await it.until("one two three")
        assert it.marks("left") == {"mistake"}


async def test_digits_are_text_while_writing_and_function_keys_mark(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("1", "f6")
        assert it.prompt == "1"
        assert it.marks("left") == {"mistake"}
        await it.press("tab", "f5", "f10")
        assert it.marks("right") == {"ok", "recurring"}
        assert it.prompt == "1"


async def test_escape_and_a_digit_that_arrive_as_one_are_both_understood(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("alt+2")
        await it.pilot.pause()
        assert it.marks("left") == {"mistake"}
        assert it.prompt == ""
        assert "commanding left" in it.text


async def test_the_bars_show_the_keys_that_mark_now(arena) -> None:
    async with arena(size=(80, 24)) as it:
        assert "F5 ok  F6 mistake  F7 fixed  F8 garbage  F9 many  F10 again" in it.text
        await it.press("escape")
        assert "1 ok  2 mistake  3 fixed  4 garbage  5 many  6 again" in it.text
        assert "7 ok  8 mistake  9 fixed  0 garbage  - many  = again" in it.text


async def test_a_selected_response_gets_the_marks(arena) -> None:
    async with arena() as it:
        for prompt in ("a", "b", "c"):
            await it.answer(prompt=prompt)
        await it.press("escape", "up", "k", "4")
        assert it.marks("left", 0) == {"garbage"}
        await it.press("j", "1", "down", "5", "escape", "6")
        assert it.marks("left", 1) == {"ok"}
        assert it.marks("left", 2) == {"many", "recurring"}
        assert it.marks("right") == set()


async def test_a_new_prompt_moves_the_marks_to_its_response(arena) -> None:
    async with arena() as it:
        for prompt in ("a", "b"):
            await it.answer(prompt=prompt)
        await it.press("escape", "up", "i")
        await it.answer(prompt="c")
        await it.press("f5")
        assert (it.marks("left", 0), it.marks("left", 2)) == (set(), {"ok"})


async def test_undo_takes_back_the_last_changes_one_by_one(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("escape", "1", "8", "1", "u")
        assert it.marks("left") == {"ok"}
        assert "Undone: ok is on again on the left." in it.text
        await it.press("u")
        assert it.marks("right") == set()
        await it.press("u", "u")
        assert it.marks("left") == set()
        assert "There is nothing to undo." in it.text


async def test_nothing_to_rate_is_said(arena) -> None:
    async with arena() as it:
        await it.press("escape", "8")
        assert "There is no answer to rate on the right yet." in it.text


async def test_the_mouse_marks_and_writing_goes_on(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.pilot.click("#right-fixed")
        await it.pilot.pause()
        assert it.marks("right") == {"fixed"}
        await it.press("x")
        assert it.prompt == "x"


async def test_the_mouse_selects_a_response(arena) -> None:
    async with arena() as it:
        for prompt in ("a", "b"):
            await it.answer(prompt=prompt)
        await it.pilot.click(next(iter(it.app.screen.query("#right .turn"))))
        await it.pilot.pause()
        assert "commanding right" in it.text
        await it.press("8")
        assert it.marks("right", 0) == {"mistake"}


async def test_marks_of_another_rater_stay_and_both_are_counted(arena) -> None:
    async with arena() as it:
        await it.answer()
        it.app.arena.sides["left"].conversation.rater = "bob"
        await it.press("f5")
        it.app.arena.sides["left"].conversation.rater = "ann"
        await it.press("f5")
        assert "✔ x2" in it.text
        await it.press("f5")
        assert it.marks("left") == {"ok"}
        assert "✔ x2" not in it.text
