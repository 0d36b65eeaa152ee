"""The view that all formats share: what a model was given, what stands, what counts once."""

from talk import at, attempt, everything, mark, said, session, turn, vote

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.said import Index, ballots, dialog, everything_said, rows
from tui_arena.fork import fork
from tui_arena.session import SIDES, Choice, Continuation, Edit, Move, Session, Timing
from tui_arena.transplant import restore, transplant


def texts(messages) -> list[str]:
    return [message["content"] for message in messages]


def last_said(made: Session):
    number = len(made.panes.left.turns)
    found = made.panes.left.turns[-1]
    return next(s for s in everything_said(made) if s.turn is found and s.number == number)


def test_a_dialog_is_what_stands_in_the_context() -> None:
    made = everything()
    assert texts(dialog(made, "left")) == [
        "You are a calendar.",
        "Add a meeting with Fred on Nov 11 at 5PM",
        'Sure!\n```python\nadd("Fred", "2023-11-11")\n```',
        "The current year is 2024.",
        'add("Fred", "2024-11-11")',
        "=1+1 and a fence:\n````\n```\n````",
        "Two, and a fence.",
    ]
    assert dialog(session([]), "left") == []


def test_an_answer_was_given_what_stood_before_it_then() -> None:
    first = turn(
        "l1",
        "one",
        attempt("a", "first words", when=10, edits=[Edit(text="edited", by="ada", at=at(40))]),
        attempt("b", "other words", when=50),
        when=10,
        choices=[Choice(attempt=1, by="ada", at=at(55))],
    )
    gone = said("l2", "two", "aside", when=20, moves=[Move(action="aside", by="ada", at=at(25))])
    made = session([first, gone, said("l3", "three", "early", when=30)])
    assert texts(last_said(made).asked()) == ["one", "first words", "three"]
    made = session([first, gone, said("l3", "three", "later", when=45)])
    assert texts(last_said(made).asked()) == ["one", "edited", "three"]
    made = session([first, gone, said("l3", "three", "last", when=60)])
    assert texts(last_said(made).asked()) == ["one", "other words", "three"]


def test_of_a_continued_answer_the_model_saw_what_there_was() -> None:
    first = turn(
        "l1",
        "one",
        attempt(
            "a",
            "half and half",
            when=10,
            timing=Timing(submitted=at(10), finished=at(60), chunks=[(100, 4), (45_000, 9)]),
            continued=[Continuation(at=at(50), tokens=1, stop="length")],
        ),
        when=10,
    )
    made = session([first, said("l2", "two", "early", when=30)])
    assert texts(last_said(made).asked()) == ["one", "half", "two"]
    made = session([first, said("l2", "two", "late", when=70)])
    assert texts(last_said(made).asked()) == ["one", "half and half", "two"]


def test_what_was_set_aside_is_still_said_with_what_stood_before_it() -> None:
    made = session(
        [said("l1", "one", "1", when=10), said("l2", "two", "2", when=20)],
        [said("r1", "uno", "I", when=10, model="two")],
    )
    transplant(made.panes.left, made.panes.right.turns, of="right", keep=1)
    found = {s.turn.id: s for s in everything_said(made) if s.side == "left"}
    assert len(found) == 3
    assert found["l2"].gone
    assert texts(found["l2"].asked()) == ["one", "1", "two"]
    assert texts(dialog(made, "left")) == ["one", "1", "uno", "I"]
    restore(made.panes.left)
    assert not next(s for s in everything_said(made) if s.turn.id == "l2").gone
    assert texts(dialog(made, "left")) == ["one", "1", "two", "2"]


def test_a_copy_leads_back_to_its_original() -> None:
    made = session([said("l1", "one", "1", when=10)], [])
    transplant(made.panes.right, made.panes.left.turns, of="left", keep=0)
    index = Index(made)
    copied = next(s for s in everything_said(made) if s.side == "right")
    assert index.original(copied).turn.id == "l1"
    original = index.original(copied)
    assert index.original(original) is original


def test_votes_that_stand() -> None:
    made = session(
        [said("l1", "one", "1", when=10)],
        [said("r1", "one", "I", when=10)],
        votes=[
            vote("left", "l1", "r1"),
            vote("right", "l1", "r1", when=960),
            vote("tie", "l1", "r1", by="bob", blind=False),
            vote("left", "l1", "r1", by="eve"),
            vote("left", "l1", "r1", by="eve", action="remove"),
            vote("left", "l1", "nowhere"),
        ],
    )
    found, lost = ballots(made, Index(made))
    assert lost == 1
    assert [(b.by, b.verdict, b.blind) for b in found] == [
        ("ada", "right", True),
        ("bob", "tie", False),
    ]


def test_the_same_prompts_lie_beside_each_other() -> None:
    made = session(
        [said(f"l{n}", p, "x", when=n) for n, p in enumerate(["one", "fix it", "two", "three"])],
        [said(f"r{n}", p, "x", when=n) for n, p in enumerate(["one", "two", "no", "again"])],
    )
    assert [(row.left, row.right, row.alike) for row in rows(made)] == [
        (1, 1, True),
        (2, None, False),
        (3, 2, True),
        (4, 3, False),
        (None, 4, False),
    ]


def test_a_fork_and_its_parent_have_their_marks_together() -> None:
    parent = session([said("l1", "one", "1", when=10, marks=[mark("ok", when=20)])])
    child = fork(parent, 1)
    parent.panes.left.turns[0].response.marks.append(mark("garbage", when=40))
    child.panes.left.turns[0].response.marks += [
        mark("ok", when=30, action="remove"),
        mark("mistake", when=31),
    ]
    together = Collected([child, parent])
    assert together.sessions == [parent, child]
    for made in (parent, child):
        answer = next(everything_said(made))
        assert together.marks(answer) == {"mistake": 1, "garbage": 1}
    assert Collected([parent]).marks(next(everything_said(parent))) == {"ok": 1, "garbage": 1}


def test_a_session_given_twice_is_taken_as_it_was_last() -> None:
    old, new = session([]), session([said("l1", "one", "1", when=1)])
    new.updated = at(2000)
    assert Collected([new, old]).sessions == [new]
    assert all(new.panes[side] is Collected([old, new]).sessions[0].panes[side] for side in SIDES)
