"""Turns set aside and brought back; prompts and answers edited; all of it in the record."""

from tui_arena.session import Turn
from tui_arena.store import load_session


def turns(it) -> list[Turn]:
    return it.file.session.panes.left.turns


def last_asked(it) -> list[str]:
    """The messages of the left side's last request."""
    asked = next(r for r in reversed(it.engine.requests) if r.conversation == "left")
    return [message.text for message in asked.messages]


async def replace(it, text: str) -> None:
    """Put another text into the editor, and press Enter."""
    await it.pilot.press("ctrl+u")
    await it.type(text, "enter")


async def test_an_undone_turn_leaves_the_context_and_comes_back(arena) -> None:
    async with arena(size=(80, 24)) as it:
        for prompt in ("a", "b", "c"):
            await it.answer(left=f"to {prompt}", prompt=prompt)
        await it.press("escape", "U")
        assert "Turn 3 is set aside; B brings it back." in it.text
        assert "set aside, no model sees this turn" in it.text
        await it.press("U", "1")
        assert [turn.stands for turn in turns(it)] == [True, False, False]
        assert it.marks("left", 0) == {"ok"}
        await it.press("B")
        assert "Turn 2 is back in the context." in it.text
        await it.press("i")
        await it.answer(left="to d", prompt="d")
        assert last_asked(it) == ["a", "to a", "b", "to b", "d"]
        await it.press("escape", "B")
        assert "Turn 4 stands after turn 3; undo it first." in it.text
        await it.press("U", "up", "B")
        assert [turn.stands for turn in turns(it)] == [True, True, False, True]
        it.file.save()
        saved = load_session(it.file.path).panes.left.turns[3]
        assert [(move.action, move.by) for move in saved.moves] == [
            ("aside", "ann"), ("back", "ann"),
        ]  # fmt: skip


async def test_a_selected_turn_comes_back_when_nothing_stands_after_it(arena) -> None:
    async with arena() as it:
        for prompt in ("a", "b"):
            await it.answer(prompt=prompt)
        await it.press("escape", "B")
        assert "No turn is set aside on the left." in it.text
        await it.press("U", "U", "U")
        assert "There is no turn to undo on the left." in it.text
        await it.press("up", "B")
        assert [turn.stands for turn in turns(it)] == [True, False]
        assert it.app.arena.sides["left"].latest is turns(it)[0]


async def test_nothing_is_undone_while_an_answer_is_under_way(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two", side="left")
        await it.type("hi", "enter")
        await it.press("escape")
        for key in ("U", "e", "E"):
            await it.press(key)
            assert "Left is answering; stop it first (s)." in it.text
        assert turns(it)[0].moves == []


async def test_an_edited_prompt_is_sent_in_the_place_of_the_old_one(arena) -> None:
    async with arena(size=(80, 24)) as it:
        for prompt in ("a", "b", "c"):
            await it.answer(left=f"to {prompt}", prompt=prompt)
        await it.press("escape", "up", "e")
        assert "Edit prompt 2 of the left side" in it.text
        await it.press("escape")
        assert "Nothing was changed." in it.text
        assert [turn.stands for turn in turns(it)] == [True, True, True]
        it.engine.enqueue("to better", side="left")
        await it.press("e")
        await replace(it, "better")
        assert "Sent; 2 turns are set aside." in it.text
        it.engine.finish()
        await it.until("to better")
        assert last_asked(it) == ["a", "to a", "better"]
        assert [turn.stands for turn in turns(it)] == [True, False, False, True]
        assert turns(it)[3].replaces == turns(it)[1].id
        assert "the prompt was edited" in it.text
        assert len([r for r in it.engine.requests if r.conversation == "right"]) == 3


async def test_an_edited_answer_stands_in_the_context_beside_the_original(arena) -> None:
    async with arena() as it:
        await it.answer(left="**wrong**", prompt="a")
        await it.press("escape", "E")
        assert "Edit answer 1 of the left side" in it.text
        await replace(it, "right")
        assert "In the context; the model's own is kept." in it.text
        assert "edited by ann" in it.text
        await it.press("plus")
        assert "The model itself ended this answer" in it.text
        await it.press("i")
        await it.answer(left="yes", prompt="b")
        assert last_asked(it) == ["a", "right", "b"]
        asked = next(r for r in it.engine.requests[::-1] if r.conversation == "left")
        assert asked.messages[1].ids is None
        first = turns(it)[0].response
        assert (first.text, first.said) == ("**wrong**", "right")
        await it.press("escape", "up", "E")
        assert "the model's words" in it.text
        await it.press("ctrl+r", "enter")
        assert "The model's own is in the context again." in it.text
        assert it.text.count("came after another context") == 1
        assert "edited by" not in it.text
        assert len(first.edits) == 2


async def test_nothing_left_changes_nothing(arena) -> None:
    async with arena() as it:
        await it.press("escape", "e")
        assert "There is no prompt yet on the left." in it.text
        await it.press("E", "i")
        await it.answer(left="all", prompt="a")
        await it.press("escape", "E")
        await replace(it, "")
        assert "Nothing was left, so nothing was changed" in it.text
        assert turns(it)[0].response.edits == []


async def test_a_revised_session_is_shown_as_it_was_left(arena) -> None:
    async with arena() as it:
        for prompt in ("a", "b"):
            await it.answer(left=f"to {prompt}", prompt=prompt)
        await it.press("escape", "U", "E")
        await replace(it, "other")
        session = it.file.session
    async with arena(session=session) as it:
        assert "set aside, no model sees this turn" in it.text
        assert "edited by ann" in it.text
        assert "other" in it.text
        await it.answer(prompt="c")
        assert last_asked(it) == ["a", "other", "c"]


async def test_what_came_from_the_other_side_is_edited_here_without_touching_it_there(
    arena,
) -> None:
    async with arena() as it:
        await it.answer(left="good", right="bad", prompt="a")
        await it.press("escape", "t", "enter")
        await it.until("from the right: two")
        await it.press("r")
        assert "This answer came from the other side; it cannot be retried here." in it.text
        await it.press("E")
        await replace(it, "mended")
        assert it.attempt("left").said == "mended"
        assert it.attempt("right").said == "bad"
        await it.press("U", "t")
        assert "What stood here before, back again" in it.text
