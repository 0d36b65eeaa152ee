"""A fork begins as its parent did, and shares nothing with it from then on."""

import subprocess
import sys
from pathlib import Path

import pytest

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.fork import fork
from tui_arena.session import SIDES, Session, SessionError, Side, new_session
from tui_arena.store import SessionFile, load_session
from tui_arena.transplant import transplant


def say(session: Session, side: Side, *prompts: str) -> Conversation:
    profile = Profile(name=f"of-{side}", preset="/model", template="chatml")
    conversation = Conversation(side=side, record=session.panes[side], profile=profile, rater="ada")
    for prompt in prompts:
        conversation.ask(prompt)
        conversation.take(Text(f"{prompt}!", 1, 20, 30))
        conversation.take(Finished(stop="end", ids=(1,), ms=40))
    return conversation


@pytest.fixture
def session() -> Session:
    made = new_session(systems=("Be left.", "Be right."), scenario="calendar")
    left, right = say(made, "left", "one", "two", "three"), say(made, "right", "one")
    left.toggle(left.turns[0].response, "mistake")
    transplant(right.record, left.turns[:1], of="left", keep=0)
    return made


def test_both_sides_come_along_up_to_the_turn(session: Session) -> None:
    session.panes.left.sampler, session.panes.left.max_tokens = Sampler(top_k=9), 99
    made = fork(session, 2)
    assert made.parent
    assert (made.parent.id, made.parent.turn) == (session.id, 2)
    assert made.id != session.id
    assert made.scenario == "calendar"
    for side in SIDES:
        old, new = session.panes[side], made.panes[side]
        assert (new.system, new.profile) == (old.system, old.profile)
        assert (new.sampler, new.max_tokens) == (old.sampler, old.max_tokens)
        assert new.turns == old.turns[:2]
        assert new.set_aside == []
    assert made.panes.right.turns[0].origin


def test_what_happens_in_the_fork_does_not_reach_its_parent(session: Session) -> None:
    made = fork(session, 1)
    conversation = say(made, "left", "another")
    conversation.toggle(conversation.turns[0].response, "ok")
    assert [turn.prompt.text for turn in session.panes.left.turns] == ["one", "two", "three"]
    assert [entry.mark for entry in session.panes.left.turns[0].response.marks] == ["mistake"]


@pytest.mark.parametrize("turn", [0, 4])
def test_a_turn_that_is_not_there_is_refused(session: Session, turn: int) -> None:
    with pytest.raises(SessionError, match=f"no turn {turn} to fork at; the session has 3 turns"):
        fork(session, turn)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui_arena", "fork", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_the_path_of_the_fork(session: Session, tmp_path: Path) -> None:
    file = SessionFile(session, tmp_path)
    file.save()
    done = run(file.path, "--turn", 2, "--out", tmp_path / "forks")
    assert (done.returncode, done.stderr) == (0, "")
    made = load_session(Path(done.stdout.strip()))
    assert Path(done.stdout.strip()).parent == tmp_path / "forks"
    assert made.parent == fork(session, 2).parent
    assert len(made.panes.left.turns) == 2
    assert load_session(file.path) == session


def test_the_command_refuses_in_one_sentence(session: Session, tmp_path: Path) -> None:
    file = SessionFile(session, tmp_path)
    file.save()
    done = run(file.path, "--turn", 9)
    assert done.returncode == 2
    assert done.stderr == "There is no turn 9 to fork at; the session has 3 turns.\n"
    assert list(tmp_path.iterdir()) == [file.path]
