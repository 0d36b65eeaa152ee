"""A round of rating over files: what is open, what is logged and undone, and what is never lost."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile
from tui_arena.errors import ArenaError
from tui_arena.judgement import toggle_mark
from tui_arena.rating_round import Round, open_files
from tui_arena.session import SIDES, SessionError, new_session
from tui_arena.store import SessionFile, load_session
from tui_arena.terminal_app import save_last


def save(folder: Path, name: str, *prompts: str, sides=SIDES) -> Path:
    session = replace(new_session(systems=("", "")), id=name)
    for side in sides:
        profile = Profile(name=f"of-{side}", preset="/model", template="chatml")
        conversation = Conversation(
            side=side, record=session.panes[side], profile=profile, rater="ada"
        )
        for prompt in prompts:
            conversation.ask(prompt)
            conversation.take(Text(f"{prompt}!", 1, 20, 30))
            conversation.take(Finished(stop="end", ids=(1,), ms=40))
    file = SessionFile(session, folder)
    file.save()
    return file.path


def a_round(*paths: Path, rater: str = "ada", all_of_them: bool = False, **more) -> Round:
    files, problems = open_files(paths)
    assert problems == []
    return Round(files, rater=rater, all_of_them=all_of_them, **more)


def test_only_what_has_no_mark_of_this_rater_is_walked_through(tmp_path: Path) -> None:
    path = save(tmp_path, "s", "one", "two", sides=("left",))
    first = a_round(path)
    assert first.toggle("left", "ok")
    first.page.file.save()
    assert len(a_round(path).pages) == 1
    assert len(a_round(path, all_of_them=True).pages) == 2
    other = a_round(path, rater="bob")
    assert (len(other.pages), other.unrated, other.responses) == (2, 2, 2)


def test_files_and_folders_come_one_after_the_other(tmp_path: Path) -> None:
    later = save(tmp_path, "later", "three", sides=("right",))
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("b", "a"):
        save(folder, name, "one")
    round_ = a_round(later, folder, later)
    assert [page.file.session.id for page in round_.pages] == ["later", "a", "b"]
    assert not round_.go(-1)
    assert round_.go(1)
    assert round_.page.file.session.id == "a"


def test_marks_are_logged_as_in_the_arena_and_undone_on_their_page(tmp_path: Path) -> None:
    round_ = a_round(save(tmp_path, "s", "one", "two"))
    log = round_.page.responses["left"].attempt.marks
    round_.toggle("left", "mistake")
    round_.go(1)
    round_.toggle("right", "ok")
    assert round_.undo() == "ok is off again on the right"
    assert round_.undo() == "mistake is off again on the left"
    assert round_.at == 0
    assert [(entry.mark, entry.action, entry.by) for entry in log] == [
        ("mistake", "add", "ada"),
        ("mistake", "remove", "ada"),
    ]
    assert round_.undo() == ""


def test_votes_are_logged_and_undone(tmp_path: Path) -> None:
    round_ = a_round(save(tmp_path, "s", "one"), blind=True)
    for verdict in ("left", "tie", "tie"):
        round_.vote(verdict)
    assert round_.verdict() is None
    assert round_.undo() == "your vote is the one before again"
    assert round_.verdict() == "tie"
    votes = round_.page.file.session.votes
    assert [vote.action for vote in votes] == ["add", "add", "remove", "add"]
    assert all(vote.blind for vote in votes)
    round_.undo()
    assert round_.verdict() == "left"


def test_one_answer_alone_gets_no_vote(tmp_path: Path) -> None:
    round_ = a_round(save(tmp_path, "s", "one", sides=("left",)))
    with pytest.raises(ArenaError, match="Only one side answered"):
        round_.vote("tie")


def test_the_next_without_a_mark_is_found_round_the_end(tmp_path: Path) -> None:
    round_ = a_round(save(tmp_path, "s", "one", "two", "three", sides=("left",)))
    round_.go(1)
    round_.toggle("left", "ok")
    assert round_.go_to_unrated(1)
    assert round_.at == 2
    assert round_.go_to_unrated(1)
    assert round_.at == 0
    round_.toggle("left", "ok")
    assert round_.go_to_unrated(-1)
    round_.toggle("left", "ok")
    assert not round_.go_to_unrated(1)


def test_damaged_and_read_only_files_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = save(tmp_path, "good", "one")
    fixed = save(tmp_path, "fixed", "one")
    fixed.chmod(0o400)
    (tmp_path / "broken.json").write_text("{")
    files, problems = open_files([tmp_path, tmp_path / "gone.json"])
    assert [file.path for file in files] == [good]
    assert [problem.partition(": ")[0] for problem in problems] == [
        str(tmp_path / name) for name in ("broken.json", "fixed.json", "gone.json")
    ]
    assert "can only be read; change its permissions." in problems[1]


def test_a_file_under_another_name_is_saved_where_it_lies(tmp_path: Path) -> None:
    path = save(tmp_path, "s", "one").rename(tmp_path / "baseline.json")
    round_ = a_round(path)
    round_.toggle("left", "ok")
    round_.page.file.save()
    assert [entry.path for entry in os.scandir(tmp_path)] == [str(path)]
    assert load_session(path).panes.left.turns[0].response.marks


async def test_what_another_program_wrote_is_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = save(tmp_path, "s", "one")
    round_ = a_round(path)
    file = round_.page.file
    for mark in ("ok", "mistake"):  # its own writing is no reason to stop
        round_.toggle("left", mark)
        await file.save_soon()
        assert file.problem is None
    theirs = SessionFile(load_session(path), tmp_path)
    toggle_mark(theirs.session.panes.right.turns[0].response, "garbage", by="eve")
    theirs.save()
    before = path.read_bytes()
    round_.toggle("left", "fixed")
    await file.save_soon()
    assert "was changed by another program since it was opened" in (file.problem or "")
    with pytest.raises(SessionError, match="is left as it is"):
        file.save()
    assert path.read_bytes() == before
    (said,) = save_last(file)
    assert "It was saved as" in said
    assert load_session(file.path).panes.left.turns[0].response.marks[-1].mark == "fixed"
    assert path.read_bytes() == before
