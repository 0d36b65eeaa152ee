"""Which saved responses can be rated, which belong together, and what their models saw."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile
from tui_arena.judgement import toggle_mark
from tui_arena.responses import Sight, pairs
from tui_arena.revision import choose, edit, set_aside
from tui_arena.session import SIDES, Session, new_session
from tui_arena.transplant import transplant


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock is a second later."""
    seconds = itertools.count()

    def tick() -> str:
        moment = datetime(2026, 11, 22, 14, tzinfo=UTC) + timedelta(seconds=next(seconds))
        return moment.isoformat(timespec="milliseconds")

    for module in ("conversation", "revision"):
        monkeypatch.setattr(f"tui_arena.{module}.now", tick)


class Sides:
    def __init__(self) -> None:
        self.session: Session = new_session(systems=("", ""))
        profile = Profile(name="one", preset="/one", template="chatml")
        self.left, self.right = (
            Conversation(side=side, record=self.session.panes[side], profile=profile, rater="ada")
            for side in SIDES
        )

    def say(self, conversation: Conversation, prompt: str, *answers: str, stop="end") -> None:
        conversation.ask(prompt, attempts=len(answers))
        for attempt, answer in zip(conversation.under_way, answers, strict=True):
            if answer:
                conversation.take(Text(answer, 1, 20, 30), attempt)
            conversation.take(Finished(stop=stop, ids=(1,), ms=40), attempt)

    @property
    def found(self) -> list[tuple[str, str]]:
        """What left and right said, pair by pair."""
        return [
            tuple(pair[side].attempt.text if side in pair else "-" for side in SIDES)
            for pair in pairs(self.session.panes)
        ]


@pytest.fixture
def sides() -> Sides:
    return Sides()


def test_answers_to_the_same_prompt_come_together_and_others_in_between(sides: Sides) -> None:
    for prompt in ("one", "only left", "two", "two again"):
        sides.say(sides.left, prompt, f"l {prompt}")
    for prompt in ("one", "two", "only right", "two again"):
        sides.say(sides.right, prompt, f"r {prompt}")
    assert sides.found == [
        ("l one", "r one"),
        ("l only left", "-"),
        ("l two", "r two"),
        ("-", "r only right"),
        ("l two again", "r two again"),
    ]


def test_every_attempt_is_a_response_the_one_in_the_context_first(sides: Sides) -> None:
    sides.say(sides.left, "roll", "1", "2", "3")
    choose(sides.left.turns[0], 2, by="ada")
    sides.say(sides.right, "roll", "4", "5")
    assert sides.found == [("3", "4"), ("1", "5"), ("2", "-")]


def test_what_was_set_aside_taken_over_or_never_came_is_left_out(sides: Sides) -> None:
    sides.say(sides.left, "aside", "gone")
    set_aside(sides.left.turns[0], by="ada")
    sides.say(sides.left, "fails", "half", stop="error")
    sides.say(sides.left, "stopped at once", "", stop="stopped")
    sides.say(sides.left, "empty", "")
    sides.say(sides.left, "fine", "yes")
    transplant(sides.right.record, sides.left.turns[-1:], of="left", keep=0)
    assert sides.found == [("", "-"), ("yes", "-")]


def test_a_response_stands_after_what_its_model_saw_with_ones_own_marks_only(
    sides: Sides,
) -> None:
    sides.say(sides.left, "one", "a", "b")
    sides.say(sides.left, "two", "c")
    first = sides.left.turns[0]
    choose(first, 1, by="ada")
    edit(first.response, "edited", by="ada")
    sides.say(sides.left, "three", "d")
    for rater in ("ada", "bob"):
        toggle_mark(first.attempts[0], "ok", by=rater)
    shown, sight = [], Sight("bob")
    for pair in pairs(sides.session.panes):
        turns = sight.turns(pair["left"], sides.left.turns)
        shown.append([turn.response.said for turn in turns])
        marks = [entry.by for turn in turns for a in turn.attempts for entry in a.marks]
        assert set(marks) <= {"bob"}
    assert shown == [["b"], ["a"], ["a", "c"], ["edited", "c", "d"]]
    assert len(first.attempts) == 2
