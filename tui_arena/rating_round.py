"""A round of rating: responses of several files, one after the other, and what was done to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_arena.errors import ArenaError
from tui_arena.judgement import (
    make_vote,
    marks_of,
    standing_vote,
    take_back_marks,
    take_back_vote,
    take_over,
    toggle_mark,
)
from tui_arena.keymap.judging import MARK_WORDS
from tui_arena.rated_file import RatedFile, open_rated
from tui_arena.responses import Pair, pairs
from tui_arena.session import Mark, Side, Verdict, Vote, Voted


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What is looked at together."""

    file: RatedFile
    responses: Pair

    def unrated(self, rater: str) -> bool:
        """Whether a response carries no mark of a rater."""
        return any(not marks_of(each.attempt, rater) for each in self.responses.values())

    @property
    def voted(self) -> tuple[Voted, Voted] | None:
        """The responses that a vote is about; None where only one side answered."""
        if len(self.responses) < 2:
            return None
        left, right = (
            Voted(turn=each.turn.id, attempt=each.attempt.id)
            for each in (self.responses["left"], self.responses["right"])
        )
        return left, right


class Round:
    """The pages of one rater, the one that is open, and what can be undone."""

    def __init__(
        self, files: Sequence[RatedFile], *, rater: str, blind: bool = False, all_of_them: bool
    ) -> None:
        self.rater, self.blind = rater, blind
        found = [Page(file, pair) for file in files for pair in pairs(file.session.panes)]
        self.responses = sum(len(page.responses) for page in found)
        """How many responses the files hold, rated or not."""
        self.pages = [page for page in found if all_of_them or page.unrated(rater)]
        self.at = 0
        """Which page is open."""
        self._done: list[tuple[int, Callable[[], str]]] = []

    @property
    def page(self) -> Page:
        """The page that is open; there must be one."""
        return self.pages[self.at]

    @property
    def unrated(self) -> int:
        """How many pages still have a response without a mark of this rater."""
        return sum(page.unrated(self.rater) for page in self.pages)

    def go(self, step: int) -> bool:
        """Open the page after (1) or before (-1); return whether there is one."""
        there = 0 <= self.at + step < len(self.pages)
        self.at += step if there else 0
        return there

    def go_to_unrated(self, step: int) -> bool:
        """Open the next page without marks, round the end; return whether there is another one."""
        count = len(self.pages)
        for far in range(1, count):
            at = (self.at + step * far) % count
            if self.pages[at].unrated(self.rater):
                self.at = at
                return True
        return False

    def toggle(self, side: Side, mark: Mark) -> bool:
        """Give the open page's response a mark, or take it back; return whether it stands now."""
        file, response = self.page.file, self.page.responses[side]
        entry = toggle_mark(response.attempt, mark, by=self.rater)
        file.touch()

        def take_back() -> str:
            given = toggle_mark(response.attempt, mark, by=self.rater).action == "add"
            file.touch()
            return f"{MARK_WORDS[mark]} is {'on' if given else 'off'} again on the {side}"

        self._done.append((self.at, take_back))
        return entry.action == "add"

    def take_over(self, marks: Mapping[Side, Collection[Mark]]) -> None:
        """Give responses of the open page the marks that are suggested for them."""
        file = self.page.file
        attempts = [self.page.responses[side].attempt for side in marks]
        given = [
            (attempt, take_over(attempt, wanted, by=self.rater))
            for attempt, wanted in zip(attempts, marks.values(), strict=True)
        ]
        file.touch()

        def take_back() -> str:
            for attempt, entries in given:
                take_back_marks(attempt, entries)
            file.touch()
            where = "both sides" if len(marks) > 1 else f"the {next(iter(marks))}"
            return f"only suggested again on {where}"

        self._done.append((self.at, take_back))

    def verdict(self) -> Verdict | None:
        """Return this rater's vote on the open page; None where there is none."""
        voted, session = self.page.voted, self.page.file.session
        return standing_vote(session.votes, *voted, self.rater) if voted is not None else None

    def vote(self, verdict: Verdict) -> Vote:
        """Give a verdict on both responses of the open page, or take the same one back.

        Raises `ArenaError` where only one side answered.
        """
        voted, file = self.page.voted, self.page.file
        if voted is None:
            raise ArenaError("Only one side answered this prompt, so there is nothing to vote on.")
        before, log = self.verdict(), file.session.votes
        vote = make_vote(log, verdict, *voted, by=self.rater, blind=self.blind)
        log.append(vote)
        file.touch()

        def take_back() -> str:
            log.append(take_back_vote(vote, before, blind=self.blind))
            file.touch()
            return "your vote is the one before again" if before is not None else "your vote"

        self._done.append((self.at, take_back))
        return vote

    def undo(self) -> str:
        """Take back the last mark or vote and open its page; return what was, "" for nothing."""
        if not self._done:
            return ""
        self.at, take_back = self._done.pop()
        return take_back()


def open_files(paths: Sequence[Path]) -> tuple[list[RatedFile], list[str]]:
    """Open the sessions in these files and folders; return what is wrong with others as well."""
    files: list[RatedFile] = []
    problems: list[str] = []
    for path in dict.fromkeys(_each(paths)):
        try:
            files.append(open_rated(path))
        except ArenaError as problem:
            problems.append(str(problem))
    return files, problems


def _each(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.json")) if path.is_dir() else [path]
    return found
