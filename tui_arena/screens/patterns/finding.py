"""Looks for patterns in what was gathered, in a thread, and knows the responses behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tui_arena.errors import ArenaError
from tui_arena.exchange.said import Said
from tui_arena.patterns.analysis import Analysis, find_patterns
from tui_arena.patterns.cases import Flags, Response, prompt_key
from tui_arena.patterns.contests import Contests, contests_of
from tui_arena.patterns.embed import Embedder, Tell
from tui_arena.patterns.found import Patterns
from tui_arena.patterns.grouping import NONE
from tui_arena.patterns.questions import Questions, TypeShare, questions
from tui_arena.patterns.reading import responses_of
from tui_arena.patterns.showing import short
from tui_arena.patterns.training import MOST, picks_of
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.transcripts import Transcripts
from tui_arena.screens.scores.showing import Copy
from tui_arena.session import Session, SessionError
from tui_arena.store import load_session


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt that was asked."""

    key: str
    text: str
    region: str
    """The id of its region; empty where it is in none."""
    hot: bool
    weight: float = 0.0
    """How much a model would learn from it, where it is a pick."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The prompts at which two models differ, and those that both fail at."""

    only_first: Sequence[Asked]
    only_second: Sequence[Asked]
    both: Sequence[Asked]


class Behind:
    """The replies behind prompts, groups and votes; wrong ones come first."""

    def __init__(self, replies: Sequence[Reply], responses: Sequence[Response]) -> None:
        """Both have the same order."""
        self._by_key = {reply.key: reply for reply in replies}
        self._by_prompt: dict[str, list[Reply]] = {}
        keys: dict[str, str] = {}
        for reply, response in zip(replies, responses, strict=True):
            if response.corrects or response.wrong is None:
                continue
            if response.prompt not in keys:
                keys[response.prompt] = prompt_key(response.prompt)
            self._by_prompt.setdefault(keys[response.prompt], []).append(reply)

    def prompts(self, keys: Iterable[str], models: Collection[str] = ()) -> tuple[Reply, ...]:
        """Return the judged replies to prompts, those of some models or of all."""
        found = (reply for key in keys for reply in self._by_prompt.get(key, ()))
        chosen = [reply for reply in found if not models or reply.model in models]
        return tuple(sorted(chosen, key=lambda reply: reply.severity == 0))

    def of(self, keys: Iterable[bytes]) -> tuple[Reply, ...]:
        """Return the replies with these keys, each once."""
        return tuple(self._by_key[key] for key in dict.fromkeys(keys) if key in self._by_key)

    def wrong(self, model: str) -> tuple[Reply, ...]:
        """Return the wrong replies of a model that were attempts at a prompt."""
        return tuple(
            reply
            for replies in self._by_prompt.values()
            for reply in replies
            if reply.model == model and reply.severity
        )


@dataclass(frozen=True, kw_only=True)
class Finding:
    """All that the screen draws from."""

    gathered: Gathered
    behind: Behind
    patterns: Patterns | None
    """None where no response is judged."""
    analysis: Analysis | None
    """The same, with the arrays that it was found in."""
    why: str
    """Why there are no patterns; empty where there are some."""
    failed: Mapping[str, Sequence[Asked]]
    """By model, the prompts that it fails at."""
    apart: Apart | None
    picks: Mapping[str, Sequence[Asked]]
    """By model, the prompts that it would learn most from, the weightiest first."""
    places: Sequence[str]
    """The key of the prompt of each point on the map."""
    votes: Questions | None
    no_votes: str
    """Why nothing is known of votes; empty where something is."""
    voted: Mapping[str, Sequence[bytes]]
    """By item, the keys of the answers that were voted on."""

    def voted_on(self, share: TypeShare) -> tuple[Reply, ...]:
        """Return the answers behind a type of question."""
        return self.behind.of(key for item in share.items for key in self.voted.get(item, ()))


def find(
    gathered: Gathered,
    tell: Tell,
    *,
    embedder: Embedder,
    seed: int,
    models: Sequence[str],
    here: Copy | None,
) -> Finding:
    """Look for patterns in marks and in votes; `here` is a copy of the session that is open.

    Raises `SessionError` where a file has changed meanwhile.
    """
    transcripts = Transcripts(gathered.files)

    def said_of(reply: Reply) -> Said:
        found = here.find(reply) if here is not None else None
        return found or transcripts.said(reply)

    responses = responses_of(gathered, tell, said_of)
    behind = Behind(gathered.replies, responses)
    contests = contests_of(_voted(gathered, here, tell))
    votes, no_votes = None, ""
    try:
        votes = questions(contests, embedder=embedder, tell=tell, seed=seed, models=models)
    except ArenaError as problem:
        no_votes = str(problem)
    analysis, why = None, ""
    try:
        analysis = find_patterns(responses, embedder=embedder, tell=tell, seed=seed, models=models)
    except ArenaError as problem:
        why = str(problem)
    known = _Known(analysis) if analysis is not None else None
    return Finding(
        gathered=gathered,
        behind=behind,
        patterns=analysis.patterns if analysis is not None else None,
        analysis=analysis,
        why=why,
        failed=known.failed() if known is not None else {},
        apart=known.apart() if known is not None else None,
        picks=known.picks() if known is not None else {},
        places=known.places() if known is not None else (),
        votes=votes,
        no_votes=no_votes,
        voted=_answers(contests),
    )


def _voted(gathered: Gathered, here: Copy | None, tell: Tell) -> Iterator[Session]:
    """Yield the sessions with votes, the open one first: it is newer than its file."""
    files = {reply.session: reply.file for reply in gathered.replies}
    sessions = list(dict.fromkeys(poll.session for poll in gathered.polls))
    if here is not None:
        yield here.session
        sessions = [id for id in sessions if id != here.session.id]
    for number, id in enumerate(sessions):
        tell("Reading votes", number / len(sessions))
        if id in files:
            yield from _loaded(gathered, files[id])
    if forks := {id for id in sessions if id not in files}:  # without an answer of their own
        for file in sorted(set(range(len(gathered.files))) - set(files.values())):
            yield from (each for each in _loaded(gathered, file) if each.id in forks)


def _loaded(gathered: Gathered, file: int) -> Iterator[Session]:
    try:
        yield load_session(gathered.files[file])
    except SessionError:  # it is gone; its marks were read before
        return


def _answers(contests: Contests) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for contest in contests.found:
        found.setdefault(contest.item, []).extend(contest.answers)
    return found


class _Known:
    """Brings what was found in arrays into prompts."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis, self._cases = analysis, analysis.cases

    def _asked(self, at: int, weight: float = 0.0) -> Asked:
        analysis, cases = self._analysis, self._cases
        region = int(analysis.regions[at])
        return Asked(
            cases.keys[at],
            cases.prompts[at],
            f"R{region + 1}" if region != NONE else "",
            bool(analysis.hot[at]),
            weight,
        )

    def _all(self, flags: Flags) -> list[Asked]:
        """Return the prompts that are flagged, those in the biggest regions first."""
        at = np.flatnonzero(flags)
        region, hot = self._analysis.regions[at], self._analysis.hot[at]
        order = np.lexsort((~hot, region, region == NONE))
        return [self._asked(int(each)) for each in at[order]]

    def failed(self) -> dict[str, list[Asked]]:
        """Return where each model fails."""
        cases = self._cases
        names = [each.model for each in self._analysis.patterns.models]
        return {name: self._all(cases.hard[:, cases.number(name)]) for name in names}

    def apart(self) -> Apart | None:
        """Return where the models that are compared differ."""
        cases, pair = self._cases, self._analysis.patterns.difference
        if pair is None:
            return None
        one, other = cases.number(pair.first), cases.number(pair.second)
        asked = cases.asked[:, one] & cases.asked[:, other]
        first, second = cases.hard[:, one] & asked, cases.hard[:, other] & asked
        return Apart(
            only_first=self._all(first & ~second),
            only_second=self._all(second & ~first),
            both=self._all(first & second),
        )

    def picks(self) -> dict[str, list[Asked]]:
        """Return what each model would learn most from."""
        names = [each.model for each in self._analysis.patterns.models]
        return {
            name: [
                self._asked(each.at, each.weight)
                for each in picks_of(self._analysis, name, most=MOST)
            ]
            for name in names
        }

    def places(self) -> list[str]:
        """Return which prompt each point of the map is."""
        cases = self._cases
        keys = {short(text): key for text, key in zip(cases.prompts, cases.keys, strict=True)}
        return [keys[point.prompt] for point in self._analysis.patterns.points]
