"""Sessions read one after the other into what scoring needs of them; their texts are let go.

Memory grows with the number of answers, not with what they say.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.exchange.realmistake import kind_of
from tui_arena.exchange.said import Ballot, Index, ballots
from tui_arena.scoring.ratings import CHECKER, Counts, Rating, held, merged, seconds
from tui_arena.scoring.reply import Reply, key_of, replies
from tui_arena.session import Session, SessionError, Side, Verdict
from tui_arena.store import load_session, why_refused


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a checker makes of an answer."""

    marks: Counts
    kinds: tuple[str, ...]


_MOST_DOUBTS = 3
"""How many pairs of sessions are told of that seem to hold the same answers."""

Suggest = Callable[[Session], Mapping[tuple[Side, str, str], Suggested]]
"""Returns what a checker makes of a session's answers, by side and the ids of turn and attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be scored; what is empty asks for all."""

    models: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    raters: tuple[str, ...] = ()
    """Whose marks count; where nobody is named, all people's, and not the checker's."""
    since: date | None = None
    until: date | None = None
    """The days on which sessions began, both included, in UTC."""

    def rater(self, name: str) -> bool:
        """Whether the marks of a rater count.

        A kind of mistake that an import brought is none of its own: it says more of what one found.
        """
        return name in self.raters if self.raters else name != CHECKER and not kind_of(name)

    def session(self, session: Session) -> bool:
        """Whether a session is asked for."""
        if self.scenarios and session.scenario not in self.scenarios:
            return False
        began = _day_of(session.created)
        return (self.since or began) <= began <= (self.until or began)

    def model(self, name: str) -> bool:
        """Whether a model is asked for."""
        return not self.models or name in self.models


@dataclass(frozen=True, slots=True)
class Poll:
    """A vote on two answers that stands."""

    session: str
    left: bytes
    right: bytes
    """The keys of the answers."""
    left_model: str
    right_model: str
    verdict: Verdict
    by: str
    at: float
    """When it was given, in seconds since 1970."""
    blind: bool
    prompt: str
    """What the left side was asked."""


@dataclass(slots=True, kw_only=True)
class Gathered:
    """What was found in all files."""

    wanted: Wanted
    files: list[Path] = field(default_factory=list)
    """Those that sessions were read from; `Reply.file` is a place in this list."""
    replies: list[Reply] = field(default_factory=list)
    """Each once, however many forks hold it."""
    others: list[Reply] = field(default_factory=list)
    """Likewise those of models that are not asked for: these stand between the answers of others in
    their conversations, and count for nothing else."""
    polls: list[Poll] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    """What people call a session, by its id; sessions without a title are not in it."""
    raters: Counter[str] = field(default_factory=Counter)
    """How many answers each rater rated, also raters who are not asked for."""
    problems: list[str] = field(default_factory=list)
    """What is wrong with files that could not be read, a sentence each."""
    notes: list[str] = field(default_factory=list)
    """What else is to be told, a sentence each."""
    passed_over: int = 0
    """Sessions that were read and not asked for."""

    def of_model(self, *, others: bool = False) -> dict[str, list[Reply]]:
        """Return the replies of each model, by its name, in the order in which models are met.

        With `others` also those of models that are not asked for.
        """
        found: dict[str, list[Reply]] = {}
        for reply in (*self.replies, *self.others) if others else self.replies:
            found.setdefault(reply.model, []).append(reply)
        return found


class Gatherer:
    """Takes in sessions one after the other; a live one can be taken in again."""

    def __init__(self, wanted: Wanted, suggest: Suggest | None = None) -> None:
        self.found = Gathered(wanted=wanted)
        self._suggest = suggest
        self._prompts: dict[str, str] = {}
        self._met: dict[bytes, Reply] = {}
        self._polled: dict[tuple[bytes, bytes, str], int] = {}
        """The places of votes among all, by what they are about and by whom."""
        self._no_copies: set[str] = set()
        """The ids of sessions that began empty, and so can hold no answer of another one."""

    def read(self, file: Path) -> None:
        """Take in a file; what is wrong with it goes to `problems`."""
        try:
            self.add(load_session(file), file)
        except SessionError as problem:
            self.found.problems.append(str(problem))

    def add(self, session: Session, file: Path, *, under_way: Collection[str] = ()) -> None:
        """Take in a session, if it is asked for.

        Answers that are under way do not count; these are the ids of their attempts.
        """
        found, wanted = self.found, self.found.wanted
        if not wanted.session(session):
            found.passed_over += 1
            return
        found.files.append(file)
        if session.parent is None and session.imported is None:
            self._no_copies.add(session.id)
        if session.title:
            found.titles[session.id] = session.title
        suggested = self._suggest(session) if self._suggest is not None else {}
        for reply in replies(session, len(found.files) - 1, self._prompts):
            if reply.attempt in under_way:
                continue
            if about := suggested.get((reply.side, reply.turn, reply.attempt)):
                reply.suggested, reply.kinds = about.marks, about.kinds
            self._take(reply)
        self._count_votes(session)

    def include(self, more: Gathered) -> None:
        """Take in what another one found, which stays as it is."""
        found, before = self.found, len(self.found.files)
        found.files += more.files
        found.titles |= more.titles
        found.problems += more.problems
        found.notes += [note for note in more.notes if note not in found.notes]
        found.passed_over += more.passed_over
        for reply in (*more.replies, *more.others):
            self._take(msgspec.structs.replace(reply, file=before + reply.file))
        for poll in more.polls:
            self._count(poll)

    def _take(self, reply: Reply) -> None:
        """Keep a reply; of one that is known already only ratings that are later."""
        asked_for = self.found.wanted.model(reply.model)
        known = self._met.get(reply.key)
        before: list[str] = []
        if known is None:
            self._met[reply.key] = reply
            (self.found.replies if asked_for else self.found.others).append(reply)
        else:
            self._doubt(known.session, reply.session)
            before = [rating.by for rating in known.ratings]
            known.taken_back = (*known.taken_back, *reply.taken_back)
            known.ratings = merged(known.ratings, reply.ratings, known.taken_back)
            reply = known
        if asked_for:
            self.found.raters.update(rating.by for rating in reply.ratings)
            if before:
                self.found.raters -= Counter(before)
        given = [rating for rating in reply.ratings if self.found.wanted.rater(rating.by)]
        asked = CHECKER in self.found.wanted.raters
        if asked and reply.suggested is not None and any(reply.suggested):
            given = [each for each in given if each.by != CHECKER]
            given.append(Rating(CHECKER, reply.at, reply.at, reply.suggested))
        reply.held = held(given)

    def _doubt(self, one: str, other: str) -> None:
        """Tell where answers that seem the same stand in sessions that have nothing in common."""
        if one != other and {one, other} <= self._no_copies:
            sentence = (
                f"Answers in {other} have the ids and times of answers in {one}, as copies have, "
                "and count once; where they are none, give them ids of their own."
            )
            notes = self.found.notes
            if sentence not in notes and len(notes) < _MOST_DOUBTS:
                notes.append(sentence)

    def _count_votes(self, session: Session) -> None:
        if not session.votes:
            return
        wanted = self.found.wanted
        index = Index(session)
        standing, _ = ballots(session, index)
        for ballot in standing:
            poll = _poll(session, index, ballot)
            models = wanted.model(poll.left_model) and wanted.model(poll.right_model)
            if models and wanted.rater(poll.by):
                self._count(poll)

    def _count(self, poll: Poll) -> None:
        """Keep a vote; of those of one rater on the same answers, in a fork too, the last one."""
        polls = self.found.polls
        place = self._polled.setdefault((poll.left, poll.right, poll.by), len(polls))
        if place == len(polls):
            polls.append(poll)
        elif poll.at > polls[place].at:
            polls[place] = poll


def gather(
    paths: Sequence[Path],
    wanted: Wanted,
    *,
    suggest: Suggest | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Gathered:
    """Read the sessions in files and folders.

    `told` hears how many files were read, and of how many. Models and scenarios that are asked for
    and have no answer are told of in `notes`. Raises `ArenaError` where the paths hold no session,
    and where raters are asked for that nothing is known of.
    """
    files, missing = find_files(paths)
    gatherer = Gatherer(wanted, suggest)
    gatherer.found.problems += missing
    for number, file in enumerate(files, 1):
        gatherer.read(file)
        if told is not None:
            told(number, len(files))
    found = gatherer.found
    if not files and not missing:
        raise ArenaError(f"There is no session in {', '.join(map(str, paths))}.")
    if not found.replies:
        return found
    voted = {poll.by for poll in found.polls}
    judges = {CHECKER, *found.raters, *voted}
    if unknown := [name for name in wanted.raters if name not in judges]:
        known = ", ".join(sorted(found.raters)) or "nobody"
        raise ArenaError(
            f"There are no marks by {', '.join(unknown)}; there are marks by: {known}."
        )
    models = {reply.model for reply in found.replies}
    scenarios = {reply.scenario for reply in found.replies}
    found.notes += [f"No answer is by {name}." for name in wanted.models if name not in models]
    found.notes += [
        f"No answer is in the scenario {name}."
        for name in wanted.scenarios
        if name not in scenarios
    ]
    return found


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Return the files of sessions in files and folders, each once, the oldest names first.

    A file is the same one by whatever links and dots it is reached. Folders are looked through with
    all that is in them, but for hidden ones, as the trash is. Also returns a sentence for each path
    that is not there, and for each folder that cannot be read.
    """
    found: dict[str, Path] = {}
    missing: list[str] = []
    for path in paths:
        try:
            folder = stat.S_ISDIR(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            missing.append(f"{path}: there is no such file or folder.")
        except OSError as problem:
            missing.append(f"{path}: cannot be read: {why_refused(problem)}")
        else:
            for file in _inside(path, missing) if folder else (path,):
                found.setdefault(os.path.realpath(file), file)
    return sorted(found.values(), key=lambda file: (file.name, str(file))), missing


def _inside(folder: Path, refused: list[str]) -> Iterator[Path]:
    def refuse(problem: OSError) -> None:
        refused.append(f"{problem.filename}: cannot be read: {why_refused(problem)}")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(".json") and not name.startswith("."):
                yield Path(place, name)


def _poll(session: Session, index: Index, ballot: Ballot) -> Poll:
    left, right = index.original(ballot.left), index.original(ballot.right)
    return Poll(
        session=session.id,
        left=key_of(left),
        right=key_of(right),
        left_model=left.attempt.profile,
        right_model=right.attempt.profile,
        verdict=ballot.verdict,
        by=ballot.by,
        at=seconds(ballot.at),
        blind=ballot.blind,
        prompt=ballot.left.turn.prompt.text,
    )


def _day_of(at: str) -> date:
    """Return the day of a time in UTC; where that is in no year of the calendar, its own."""
    moment = datetime.fromisoformat(at)
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return moment.date()


def day(text: str) -> date:
    """Read a day such as 2026-11-22, or a number of days back such as 7d; raises `ArenaError`."""
    try:
        if text.endswith("d"):
            return datetime.now(UTC).date() - timedelta(days=int(text[:-1]))
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ArenaError(
            f"{text} is no day; write one as 2026-11-22, or 7d for a week ago."
        ) from None
