"""Blind mode: no name on the screen until a vote or a reveal, and the truth in the session."""

import pytest

from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.session import Verdict
from tui_arena.store import load_session

PAIR = (
    Profile(name="zulu-9b", title="Zulu nine", preset="./zulu", template="chatml"),
    Profile(name="yankee-3b", title="Yankee three", preset="./yankee", template="chatml"),
)
NAMES = ("zulu", "yankee")


@pytest.fixture(params=[False, True], ids=["kept", "swapped"])
def swapped(request, monkeypatch) -> bool:
    monkeypatch.setattr("tui_arena.screens.blindness.toss", lambda: request.param)
    return request.param


def assert_no_name(it) -> None:
    shown = it.text.casefold()
    assert [name for name in NAMES if name in shown] == [], it.text


async def votes(it) -> list[tuple[Verdict, str, bool]]:
    it.file.save()
    saved = load_session(it.file.path)
    return [(vote.verdict, vote.action, vote.blind) for vote in saved.votes]


@pytest.mark.parametrize(
    ("swapped", "size"), [(False, (80, 24)), (True, (160, 45))], indirect=["swapped"]
)
async def test_while_blind_nothing_on_the_screen_names_a_model(arena, swapped, size) -> None:
    engine = ScriptedEngine(hold_loads=True)
    more = {"profiles": PAIR, "blind": True, "engine": engine, "ready": False}
    async with arena(size=size, **more) as it:
        assert_no_name(it)
        it.engine.report_load("fetching zulu.gguf", 0.5)
        await it.pilot.pause()
        assert_no_name(it)
        assert it.text.count("loading") >= 2
        it.engine.finish_load("yankee-3b")
        it.engine.fail_load("The file zulu.gguf is damaged.", profile="zulu-9b")
        await it.until("This model could not be loaded.")
        assert_no_name(it)
        bad = "right" if swapped else "left"
        it.engine.hold_loads = False
        if bad == "right":
            await it.press("tab")
        await it.press("escape", "r")
        await it.until(lambda: all(side.ready for side in it.app.arena.sides.values()))
        assert_no_name(it)
        await it.press("i")
        it.engine.enqueue("some words", side="left" if swapped else "right")
        it.engine.enqueue("", stop="error", error="zulu ran out of memory", side=bad)
        await it.type("hi", "enter")
        it.engine.finish()
        await it.until("The answer failed")
        assert_no_name(it)
        await it.answer(left="later", right="later too")
        await it.press("escape")
        for key in (
            "m",
            "M",
            "l",
            "f1",
            "pagedown",
            "pagedown",
            "escape",
            "T",
            "escape",
            "d",
            "d",
            "escape",
            "C",
            ":",
        ):
            await it.press({":": "colon"}.get(key, key))
            assert_no_name(it)
        await it.type("model")
        assert_no_name(it)
        await it.press("escape", "right_parenthesis")
        await it.until("Vote: right is better.")
        left, right = ("Yankee three", "Zulu nine") if swapped else ("Zulu nine", "Yankee three")
        assert left in it.text
        assert right in it.text
        await it.press("g")
        await it.until("zulu ran out of memory")


async def test_the_session_tells_the_truth_all_the_while(arena, swapped) -> None:
    async with arena(profiles=PAIR, blind=True) as it:
        await it.answer(left="L", right="R")
        it.file.save()
        saved = load_session(it.file.path)
        names = ["yankee-3b", "zulu-9b"] if swapped else ["zulu-9b", "yankee-3b"]
        sides = (saved.panes.left, saved.panes.right)
        assert [side.turns[0].response.profile for side in sides] == names
        assert [side.profile for side in sides] == names
        [stretch] = saved.blind
        assert (stretch.left, stretch.right, stretch.swapped) == (*names, swapped)
        assert stretch.ended is None
        await it.press("escape", "b")
        it.file.save()
        assert load_session(it.file.path).blind[0].ended is not None


async def test_blind_an_answer_that_another_model_gave_says_so_without_its_name(
    arena, monkeypatch
) -> None:
    monkeypatch.setattr("tui_arena.screens.blindness.toss", lambda: True)
    async with arena(profiles=PAIR) as it:
        it.engine.enqueue("cut", side="left", stop="length")
        it.engine.enqueue("cut", side="right", stop="length")
        await it.type("x", "enter")
        it.engine.finish()
        await it.until(lambda: not any(side.busy for side in it.app.arena.sides.values()))
        await it.press("escape", "b")
        await it.until("Blind: vote with ( ) & !, or b reveals.")
        await it.press("plus")
        await it.until("Another model gave this answer")
        assert_no_name(it)


async def test_blind_begins_between_turns_and_hides_where_models_changed(arena, swapped) -> None:
    async with arena(profiles=PAIR, size=(80, 30)) as it:
        await it.answer(left="one")
        await it.press("escape", "M", "i")
        await it.answer(left="two")
        await it.until("yankee-3b from here on")
        it.engine.enqueue(["a", "b"], side="left")
        await it.type("x", "enter", "escape", "b")
        await it.until("Blind begins once left is done.")
        assert "Zulu nine" in it.text
        it.engine.finish()
        await it.until(lambda: not it.app.arena.sides["left"].busy)
        await it.press("b")
        await it.until("Blind: vote with ( ) & !, or b reveals.")
        assert_no_name(it)
        assert "from here on" not in it.text
        await it.until(lambda: all(side.ready for side in it.app.arena.sides.values()))
        await it.press("i")
        await it.answer(left="hidden")
        assert_no_name(it)
        assert "from here on" not in it.text
        assert "tok/s" not in it.text
        await it.press("escape", "b")
        await it.until("Revealed: Left is")
        assert "from here on" in it.text
        names = [it.attempt("left", turn).profile for turn in range(4)]
        assert (names[2] != names[3]) == swapped


async def test_votes_are_kept_changed_taken_back_and_undone(arena) -> None:
    async with arena(profiles=PAIR) as it:
        await it.press("escape", "left_parenthesis")
        assert "There is no answer on both sides to vote on yet." in it.text
        await it.press("i")
        await it.answer(left="L", right="R")
        await it.press("escape", "left_parenthesis", "ampersand")
        assert it.text.count("vote: a tie") == 2
        await it.press("1", "exclamation_mark", "exclamation_mark")
        assert "The vote is taken back." in it.text
        assert "vote: " not in it.text
        assert it.marks("left") == {"ok"}
        await it.press("u", "u")
        assert "Undone: your vote is a tie again." in it.text
        await it.press("u")
        assert it.marks("left") == set()
        await it.press("u", "u", "u")
        assert "There is nothing to undo." in it.text
        assert await votes(it) == [
            ("left", "add", False), ("tie", "add", False), ("both-bad", "add", False),
            ("both-bad", "remove", False), ("both-bad", "add", False), ("tie", "add", False),
            ("left", "add", False), ("left", "remove", False),
        ]  # fmt: skip


async def test_a_blind_vote_says_so_and_names_both_responses(arena, swapped) -> None:
    async with arena(profiles=PAIR, blind=True) as it:
        await it.answer(left="L", right="R")
        await it.press("escape", "ampersand", "left_parenthesis")
        assert await votes(it) == [("tie", "add", True), ("left", "add", False)]
        vote = it.file.session.votes[0]
        assert vote.left.attempt == it.attempt("left").id
        assert vote.right.turn == it.file.session.panes.right.turns[0].id
        assert vote.by == "ann"


async def test_a_session_that_ended_blind_goes_on_blind_and_votes_are_shown_again(
    arena, swapped
) -> None:
    async with arena(profiles=PAIR, blind=True) as it:
        await it.answer(left="L", right="R")
        session = it.file.session
    pair = PAIR[::-1] if swapped else PAIR
    async with arena(profiles=pair, session=session) as it:
        assert_no_name(it)
        assert len(it.file.session.blind) == 1
        await it.press("escape", "exclamation_mark")
        assert "vote: both are bad" in it.text
    async with arena(profiles=pair, session=session) as it:
        assert it.text.count("vote: both are bad") == 2
        assert "Zulu nine" in it.text
