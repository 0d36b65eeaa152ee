"""The library of sessions: what the list knows, the index as a mere cache, names, trash."""

import json
import os
import random
from pathlib import Path

import pytest

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile
from tui_arena.library import index, listing
from tui_arena.library.deeds import fork_whole, rename, retag, throw_away, undo
from tui_arena.library.entry import MOST_TEXT, Entry, Saved, entry_of, folded
from tui_arena.library.listing import read_folder
from tui_arena.library.naming import clean_tags, clean_title, name_session, with_tags, without_tags
from tui_arena.library.places import find_deleted, find_session, last_session
from tui_arena.library.search import Wanted
from tui_arena.library.trash import delete, restore, trashed
from tui_arena.session import SIDES, Session, SessionError, new_session
from tui_arena.stamps import now
from tui_arena.store import SessionFile, load_session

NASTY = "a\x1b[2J [/b] 漢字 🥦 \u202etxet"


def saved(folder: Path, *prompts: str, answer: str = "Sure", **fields: object) -> Path:
    """Save a session in which both sides were asked the prompts."""
    session = new_session(systems=("", ""))
    for name, value in fields.items():
        setattr(session, name, value)
    for side in SIDES:
        profile = Profile(name=f"of-{side}", preset="/model", template="chatml")
        record = session.panes[side]
        talk = Conversation(side=side, record=record, profile=profile, rater="ada")
        for prompt in prompts:
            talk.ask(prompt)
            talk.take(Text(answer, 1, 20, 30))
            talk.take(Finished(stop="end", ids=(1,), ms=40))
    SessionFile(session, folder).save()
    return folder / f"{session.id}.json"


def listed(folder: Path) -> dict[str, Entry]:
    return {each.path.name: each.entry for each in read_folder(folder) if isinstance(each, Saved)}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in their order."""
    read: list[str] = []

    def counted(path: Path) -> Session:
        read.append(path.name)
        return load_session(path)

    monkeypatch.setattr(listing, "load_session", counted)
    return read


# what the list knows


def test_an_entry_counts_turns_marks_and_what_is_unrated(tmp_path: Path) -> None:
    path = saved(tmp_path, "One Two", "three", title="Mine", tags=["x"], scenario="calendar")
    session = load_session(path)
    profile = Profile(name="of-left", preset="/model", template="chatml")
    record = session.panes.left
    talk = Conversation(side="left", record=record, profile=profile, rater="ada")
    for mark in ("ok", "mistake", "ok"):  # the second `ok` takes the first one back
        talk.toggle(record.turns[0].response, mark)
    session.panes.right.turns.pop()
    entry = entry_of(session)
    assert entry.turns == (2, 1)
    assert entry.marks == {"mistake": 1}
    assert entry.unrated == 2
    assert entry.models == ("of-left", "of-right")
    assert (entry.title, entry.tags, entry.scenario) == ("Mine", ("x",), "calendar")
    assert entry.first == "One Two"
    assert "one two" in entry.text
    assert "sure" in entry.text


def test_what_is_kept_of_texts_and_names_is_bounded(tmp_path: Path) -> None:
    path = saved(tmp_path, "x" * 20_000, "y" * 20_000, title="t" * 10_000, tags=["z" * 9000] * 999)
    entry = entry_of(load_session(path))
    assert len(entry.text) == MOST_TEXT
    assert not entry.whole
    assert len(entry.title) < 2000
    assert sum(map(len, entry.tags)) < 200_000


# the index


def test_only_new_and_changed_files_are_read_again(tmp_path: Path, parsed: list[str]) -> None:
    paths = [saved(tmp_path, f"prompt {n}") for n in range(5)]
    first = listed(tmp_path)
    assert sorted(parsed) == sorted(path.name for path in paths)
    parsed.clear()
    assert listed(tmp_path) == first
    assert parsed == []
    rename(paths[2], "Another title")
    assert listed(tmp_path)[paths[2].name].title == "Another title"
    assert parsed == [paths[2].name]
    parsed.clear()
    new = saved(tmp_path, "new")
    paths[0].unlink()
    assert set(listed(tmp_path)) == {path.name for path in [*paths[1:], new]}
    assert parsed == [new.name]


def test_a_file_written_in_place_with_its_old_size_and_time_is_read_again(
    tmp_path: Path, parsed: list[str]
) -> None:
    path = saved(tmp_path, "prompt", title="old")
    about = path.stat()
    listed(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"title": "old"', b'"title": "new"'))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert listed(tmp_path)[path.name].title == "new"


def test_the_index_may_be_damaged_in_any_way(tmp_path: Path) -> None:
    for n in range(3):
        saved(tmp_path, f"prompt {n}", title=NASTY)
    whole = listed(tmp_path)
    kept = index.index_file(tmp_path)
    raw = kept.read_bytes()
    chance = random.Random(4)
    damages = [b"", b"\n\n\n", b"{}", raw[: len(raw) // 2], raw[200:], raw * 2, b"\xff" * 99]
    for _ in range(20):
        torn = bytearray(raw)
        torn[chance.randrange(len(torn))] = chance.randrange(256)
        damages.append(bytes(torn))
    for damage in damages:
        kept.write_bytes(damage)
        found = listed(tmp_path)
        assert set(found) == set(whole)
    kept.unlink()
    kept.mkdir()  # even where none can be written
    assert listed(tmp_path) == whole
    kept.rmdir()
    assert kept.parent.stat().st_mode & 0o077 == 0


def test_a_list_that_is_left_early_keeps_what_it_read(tmp_path: Path, parsed: list[str]) -> None:
    for n in range(4):
        saved(tmp_path, f"prompt {n}")
    begun = read_folder(tmp_path)
    next(begun), next(begun)
    begun.close()
    parsed.clear()
    assert len(listed(tmp_path)) == 4
    assert len(parsed) <= 3


def test_texts_have_a_bound_and_sessions_beyond_it_are_still_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_MOST_TEXT", 300)
    for n in range(4):
        saved(tmp_path, f"prompt {n} " + "word " * 40, answer=f"needle{n}")
    listed(tmp_path)
    kept = [each for each in read_folder(tmp_path) if isinstance(each, Saved)]
    assert sum(len(each.entry.text) for each in kept) <= 300
    for n in range(4):
        assert sum(Wanted(words=f"Needle{n} word").holds(each) for each in kept) == 1


def test_what_cannot_be_read_is_named_and_the_others_are_listed(tmp_path: Path) -> None:
    good = saved(tmp_path, "good")
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / ".hidden.json").write_text("{")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.json")
    found = list(read_folder(tmp_path))
    assert [each.path for each in found if isinstance(each, Saved)] == [good]
    problems = sorted(str(each) for each in found if isinstance(each, SessionError))
    assert [problem.partition(":")[0] for problem in problems] == [
        str(tmp_path / "bad.json"),
        str(tmp_path / "pipe.json"),
    ]
    assert list(read_folder(tmp_path / "nowhere")) == []


def test_only_the_folders_listed_last_keep_their_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_MOST_FOLDERS", 2)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folders = [tmp_path / f"sessions-{n}" for n in range(4)]
    for n, folder in enumerate(folders):
        folder.mkdir()
        saved(folder, "x")
        listed(folder)
        os.utime(index.index_file(folder), ns=(0, n))  # as if each were listed later
    assert [index.index_file(folder).exists() for folder in folders] == [False, False, True, True]


# what is wanted


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (Wanted(), True),
        (Wanted(models=["LEFT"]), True),
        (Wanted(models=["left", "right"]), True),
        (Wanted(models=["gemma"]), False),
        (Wanted(scenario="cal"), True),
        (Wanted(scenario="other"), False),
        (Wanted(tags=["GOOD one"]), True),
        (Wanted(tags=["good"]), False),
        (Wanted(words="groß sure"), True),
        (Wanted(words="GROSS"), True),
        (Wanted(words="two-lines here"), True),
        (Wanted(words="sure nowhere"), False),
    ],
)
def test_filters(tmp_path: Path, wanted: Wanted, holds: bool) -> None:
    path = saved(tmp_path, "two-lines\n here", title="Groß", tags=["good one"], scenario="calendar")
    assert wanted.holds(Saved(path, entry_of(load_session(path)))) is holds


# names


def test_titles_and_tags_are_clean_and_bounded() -> None:
    assert clean_title("  a \n b ") == "a b"
    assert clean_tags(["a, b", " A ", ","]) == ["a", "b"]
    assert with_tags(["a"], ["B", "A"]) == ["a", "B"]
    assert without_tags(["a", "b"], ["A, c"]) == ["b"]
    for too_much in (lambda: clean_title("x" * 201), lambda: clean_tags(["x" * 51])):
        with pytest.raises(SessionError, match="at most"):
            too_much()
    with pytest.raises(SessionError, match="at most"):
        clean_tags([str(n) for n in range(51)])


def test_a_title_changes_nothing_else_and_goes_back(tmp_path: Path) -> None:
    path = saved(tmp_path, "x", title="old", tags=["t"])
    copy = tmp_path / "copy of it.json"
    copy.write_bytes(path.read_bytes())
    before = path.read_bytes()
    deed = rename(copy, NASTY)
    assert load_session(copy).title == NASTY
    assert load_session(copy).updated == load_session(path).updated
    assert path.read_bytes() == before
    assert undo(deed) == copy
    assert copy.read_bytes() == before
    again = retag(path, ["a", "b"])
    assert load_session(path).tags == ["a", "b"]
    undo(again)
    assert path.read_bytes() == before


def test_a_title_never_undoes_what_another_program_saved_meanwhile(tmp_path: Path) -> None:
    path = saved(tmp_path, "x")
    other = SessionFile(load_session(path), tmp_path)
    tries = 0

    def change(session: Session) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            other.session.scenario = "saved meanwhile"
            other.save()
        session.title = "mine"

    name_session(path, change)
    assert tries == 2
    assert load_session(path).scenario == "saved meanwhile"
    assert load_session(path).title == "mine"

    def always(session: Session) -> None:
        other.session.updated = now()
        other.save()

    with pytest.raises(SessionError, match="by another program"):
        name_session(path, always)


# trash


def test_what_is_deleted_comes_back_whole_and_nothing_is_overwritten(tmp_path: Path) -> None:
    path = saved(tmp_path, "x")
    raw = path.read_bytes()
    first = delete(path)
    path.write_bytes(b"another one of that name")
    second = delete(path)
    assert first != second
    assert trashed(tmp_path) == [second, first]
    assert listed(tmp_path) == {}
    assert restore(first) == path
    assert path.read_bytes() == raw
    with pytest.raises(SessionError, match="is there already, so it is not overwritten"):
        restore(second)
    assert second.read_bytes() == b"another one of that name"
    assert path.read_bytes() == raw
    path.unlink()
    restore(second)
    assert not (tmp_path / ".trash").exists()
    with pytest.raises(SessionError, match="no such file in the trash"):
        restore(second)


def test_only_sessions_can_be_deleted_and_only_deleted_ones_restored(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    (tmp_path / "folder.json").mkdir()
    for path in (notes, tmp_path / "folder.json", tmp_path / "nowhere.json"):
        with pytest.raises(SessionError):
            delete(path)
    with pytest.raises(SessionError, match="is not in a trash"):
        restore(saved(tmp_path, "x"))
    assert notes.exists()
    damaged = tmp_path / "damaged.json"
    damaged.write_text("{")
    assert restore(delete(damaged)) == damaged


def test_a_fork_is_undone_into_the_trash(tmp_path: Path) -> None:
    path = saved(tmp_path, "x", "y")
    deed = fork_whole(path)
    assert len(load_session(deed.path).panes.left.turns) == 2
    assert undo(deed) is None
    assert not deed.path.exists()
    assert undo(throw_away(path)) == path
    with pytest.raises(SessionError, match="no turn"):
        fork_whole(saved(tmp_path))


# what people call sessions


def test_a_session_is_found_by_its_path_or_a_part_of_its_id(tmp_path: Path) -> None:
    path, other = saved(tmp_path, "x"), saved(tmp_path, "y")
    assert find_session(str(path), tmp_path / "nowhere") == path
    assert find_session(path.stem, tmp_path) == path
    assert find_session(path.stem[-6:], tmp_path) == path
    with pytest.raises(SessionError, match="can mean"):
        find_session(path.stem[:8], tmp_path)
    for unknown in ("zzzzzz", "a", str(tmp_path / "none.json")):
        with pytest.raises(SessionError, match=r"[Tt]here is no"):
            find_session(unknown, tmp_path)
    gone = delete(other)
    assert find_deleted(other.stem[-6:], tmp_path) == gone
    assert find_deleted(str(other), tmp_path / "nowhere") == gone
    assert find_deleted(str(gone), tmp_path / "nowhere") == gone
    with pytest.raises(SessionError, match="in the trash"):
        find_deleted(path.stem, tmp_path)


def test_the_last_session_is_the_one_that_changed_last(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="There is no session in"):
        last_session(tmp_path)
    late = saved(tmp_path, "x", updated="2030-01-01T00:00:00.000+02:00")
    saved(tmp_path, "y", updated="2029-12-31T21:00:00.000+00:00")
    (tmp_path / "bad.json").write_text("{")
    assert last_session(tmp_path) == late


def test_names_that_are_no_text_are_listed_too(tmp_path: Path, parsed: list[str]) -> None:
    path = saved(tmp_path, "x")
    odd = tmp_path / os.fsdecode(b"odd \xff.json")
    path.rename(odd)
    assert set(listed(tmp_path)) == {odd.name}
    parsed.clear()
    assert set(listed(tmp_path)) == {odd.name}
    assert parsed == []
    assert json.loads(index.index_file(tmp_path).read_bytes().splitlines()[0])
    assert folded("A  b\nC") == "a b c"
