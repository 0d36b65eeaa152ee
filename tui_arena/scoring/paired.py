"""Two models on the same prompts: who is better, and what only one of them answers right.

The prompts are compared, and not the answers: several attempts at one prompt are one comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from tui_arena.scoring.exact_sign import sign_test
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.joined import Joined
from tui_arena.scoring.reply import Again, Reply
from tui_arena.scoring.results import Flip, Paired, Replies, Share
from tui_arena.scoring.shares import share
from tui_arena.session import PromptKind

_Prompt = tuple[str, PromptKind]
"""A text, and what kind of prompt it was: a correction is another one than a question."""
_Answers = Mapping[_Prompt, Sequence[Reply]]


def paired(found: Gathered) -> tuple[Paired, ...]:
    """Compare each two models, and each model with itself in sessions that were run again.

    Only prompts count to which both have an answer that is rated; those that have none in common
    are left out. A prompt is for the one of both whose answers are more often right.
    """
    of_model = {model: _by_prompt(replies) for model, replies in found.of_model().items()}
    rows = [
        _compare(one, other, of_model[one], of_model[other])
        for one, other in combinations(of_model, 2)
    ]
    rows += [
        _compare(model, model, _by_prompt(before), _by_prompt(later), again=True)
        for model, (before, later) in _run_again(found).items()
    ]
    return tuple(row for row in rows if row.prompts)


def _by_prompt(replies: Iterable[Reply]) -> dict[_Prompt, list[Reply]]:
    """Return the replies that are rated, by what they answer."""
    found: dict[_Prompt, list[Reply]] = {}
    for reply in replies:
        if reply.rated:
            found.setdefault((reply.prompt, reply.kind), []).append(reply)
    return found


def _compare(
    first: str, second: str, of_first: _Answers, of_second: _Answers, *, again: bool = False
) -> Paired:
    both = [
        (prompt[0], replies, of_second[prompt])
        for prompt, replies in of_first.items()
        if prompt in of_second
    ]
    first_better, second_better = [], []
    lost, won = [], []
    for prompt, one, other in both:
        # Shares of right answers, each times the answers of both, to stay with whole numbers.
        mine, theirs = _right(one) * len(other), _right(other) * len(one)
        if mine > theirs:
            first_better.append((one, other))
        if theirs > mine:
            second_better.append((one, other))
        if mine and mine == len(one) * len(other) and not theirs:
            lost.append(Flip(prompt, tuple(one), tuple(other)))
        if theirs and theirs == len(one) * len(other) and not mine:
            won.append(Flip(prompt, tuple(other), tuple(one)))
    return Paired(
        first=first,
        second=second,
        again=again,
        prompts=len(both),
        first_right=_share(one for _, one, _ in both),
        second_right=_share(other for _, _, other in both),
        first_better=len(first_better),
        second_better=len(second_better),
        p=sign_test(len(first_better), len(second_better)),
        lost=tuple(lost),
        won=tuple(won),
        behind=_behind((one, other) for _, one, other in both),
        behind_first=_behind(first_better),
        behind_second=_behind(second_better),
    )


def _behind(prompts: Iterable[tuple[Sequence[Reply], Sequence[Reply]]]) -> Replies:
    return Joined(chain.from_iterable(prompts))


def _right(replies: Iterable[Reply]) -> int:
    return sum(reply.right for reply in replies)


def _share(answers: Iterable[Sequence[Reply]]) -> Share:
    replies = Joined(answers)
    return share(_right(replies), len(replies), replies)


def _run_again(found: Gathered) -> dict[str, tuple[list[Reply], list[Reply]]]:
    """Return for each model what it answered first, and what it answered when asked again."""
    earlier = _Earlier((*found.replies, *found.others))
    of_model: dict[str, tuple[dict[bytes, Reply], list[Reply]]] = {}
    for reply in found.replies:
        same = [each for each in earlier.of(reply) if each.model == reply.model]
        if same and reply.rated and same[-1].rated:
            before, later = of_model.setdefault(reply.model, ({}, []))
            before[same[-1].key] = same[-1]
            later.append(reply)
    return {model: (list(before.values()), later) for model, (before, later) in of_model.items()}


class _Earlier:
    """Finds the answers that were given to a prompt before a session was run again."""

    def __init__(self, replies: Iterable[Reply]) -> None:
        self._exact: dict[Again, Reply] = {}
        self._copied: dict[tuple[str, str, str, str], Reply] = {}
        """A fork has other ids of sessions than what it was made from, and the same ids else."""
        for reply in replies:
            place = reply.side, reply.turn, reply.attempt
            self._exact[reply.session, *place] = reply
            self._copied[reply.prompt, *place] = reply

    def of(self, reply: Reply) -> Iterator[Reply]:
        """Yield the answer before, the one before that, and so on."""
        met = {reply.key}
        while reply.again is not None:
            _, *place = reply.again
            side, turn, attempt = place
            before = self._exact.get(reply.again) or self._copied.get(
                (reply.prompt, side, turn, attempt)
            )
            if before is None or before.key in met:
                return
            met.add(before.key)
            yield before
            reply = before
