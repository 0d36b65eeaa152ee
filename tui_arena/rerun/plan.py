"""What of a session is asked again, of which model and with which settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from tui_arena.conversation import sampled
from tui_arena.engine.events import SEEDS
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.errors import ArenaError
from tui_arena.revision import saw_another
from tui_arena.session import Attempt, PaneRecord, Side, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Attempts of one turn that are asked again as one batch."""

    attempts: tuple[Attempt, ...]
    """Those of the session; the seeds of their samplers follow each other."""
    profile: Profile
    """The model, the sampler with the seed of the first attempt, and the limit of tokens."""
    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """One turn of the session as it is played again."""

    number: int
    """Which turn of its side it is, counted from 1."""
    turn: Turn
    questions: tuple[Question, ...]
    """None for a turn that was taken over from the other side: it stands as it was."""
    saw_another: bool
    """Whether its answer came after another context than stands before it now."""

    @property
    def asked(self) -> list[Attempt]:
        """The attempts that are asked again, in their order."""
        return [attempt for question in self.questions for attempt in question.attempts]


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePlan:
    """What one side plays again."""

    side: Side
    turns: list[Repetition] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What is not asked again and why, one sentence each."""
    changed: list[str] = field(default_factory=list)
    """What profiles say now and did not say then, one sentence each."""

    @property
    def models(self) -> list[Profile]:
        """The profiles that are asked, in their order, each once."""
        asked = (q.profile for again in self.turns for q in again.questions)
        return list({profile.name: profile for profile in asked}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a session is run again."""

    find: Callable[[str], Profile | None]
    """Returns the profile of a name."""
    named: Profile | None = None
    """The profile that is asked instead of those of the session."""
    max_tokens: int | None = None
    """Most tokens of each answer; None leaves it as it was."""
    all_attempts: bool = False
    """Whether attempts that are not in the context are asked again as well."""


def plan_side(pane: PaneRecord, side: Side, order: Order) -> SidePlan:
    """Return what a side plays again: its turns that stand, oldest first.

    A turn that was set aside is left out, and so is one whose answer failed. Raises `ArenaError`
    where a profile of the session is not known.
    """
    plan = SidePlan(side=side)
    others = {turn.id for turn in saw_another(pane.turns)}
    more = 0
    for number, turn in enumerate(pane.turns, 1):
        if why := _why_not(turn):
            plan.left_out.append(f"{side} {number}: {why}")
            continue
        chosen = [turn.response]
        if turn.origin is not None:
            chosen = []
        elif order.all_attempts:
            chosen = [each for each in turn.attempts if each is turn.response or _came(each)]
        else:
            more += sum(each is not turn.response and _came(each) for each in turn.attempts)
        plan.turns.append(
            Repetition(
                number=number,
                turn=turn,
                questions=_questions(chosen, turn, pane, order, plan),
                saw_another=turn.id in others,
            )
        )
    if more:
        attempts = "1 more attempt was" if more == 1 else f"{more} more attempts were"
        plan.left_out.append(f"{side}: {attempts} not in the context; --all-attempts asks them too")
    return plan


def _why_not(turn: Turn) -> str:
    """Say why a turn is not played again; nothing where it is."""
    if not turn.stands:
        return "set aside"
    answer = turn.response
    if turn.origin is not None:
        return "" if turn.in_context else "taken over, and not in the context"
    if answer.stop == "error" and not answer.edits:
        return "its answer had failed"
    return "" if _came(answer) or answer.edits else "it was stopped before an answer came"


def _came(attempt: Attempt) -> bool:
    """Whether a model gave an answer, be it an empty one."""
    if attempt.stop == "error":
        return False
    cut = attempt.stop == "stopped" or attempt.timing.finished is None
    return bool(attempt.text) if cut else True


def _questions(
    chosen: list[Attempt], turn: Turn, pane: PaneRecord, order: Order, plan: SidePlan
) -> tuple[Question, ...]:
    """Put attempts that were asked as one batch into one question again."""
    found: list[Question] = []
    for attempt in chosen:
        question = _question(attempt, turn, pane, order, plan)
        if found and _goes_on(found[-1], question):
            attempts = (*found[-1].attempts, attempt)
            found[-1] = Question(
                attempts=attempts, profile=found[-1].profile, system=question.system
            )
        else:
            found.append(question)
    return tuple(found)


def _goes_on(batch: Question, one: Question) -> bool:
    last, first = batch.attempts[-1], one.attempts[0]
    seed = (batch.profile.sampler.seed + len(batch.attempts)) % SEEDS
    expected = _with(batch.profile, msgspec.structs.replace(batch.profile.sampler, seed=seed))
    return (
        last.timing.submitted == first.timing.submitted
        and (expected, batch.system) == (one.profile, one.system)
        and not (last.continued or first.continued)
    )


def _question(
    attempt: Attempt, turn: Turn, pane: PaneRecord, order: Order, plan: SidePlan
) -> Question:
    profile = order.named or order.find(attempt.profile)
    if profile is None:
        raise ArenaError(
            f"The {plan.side} side was answered by the profile “{attempt.profile}”, which is not "
            f"among yours; name one with --{plan.side}, or its folder with --profiles."
        )
    system = pane.system if attempt.system is None else attempt.system
    sampler = attempt.sampler
    if order.named is not None and not _same(order.named, attempt):
        before = order.find(attempt.profile)
        if before is not None and system == before.system:
            system = profile.system
        sampler = _other_sampler(profile.sampler, turn.attempts.index(attempt), turn.selected)
    elif attempt.preset not in ("", profile.preset):
        says = (
            f"{profile.name} gets its model from {profile.preset} now; "
            f"on the {plan.side} it was {attempt.preset}."
        )
        if says not in plan.changed:
            plan.changed.append(says)
    limit = _limit(attempt, profile, order.max_tokens)
    return Question(
        attempts=(attempt,),
        profile=msgspec.structs.replace(_with(profile, sampler), max_tokens=limit),
        system=system,
    )


def _same(profile: Profile, attempt: Attempt) -> bool:
    """Whether a profile is the one that answered, as far as the record says."""
    return profile.name == attempt.profile and attempt.preset in ("", profile.preset)


def _other_sampler(sampler: Sampler, index: int, selected: int) -> Sampler:
    """Return a profile's own sampler; for attempts beside the selected one with other seeds."""
    if index == selected:
        return sampler
    seed = (sampler.seed + (index if index > selected else index + 1)) % SEEDS
    return msgspec.structs.replace(sampled(sampler), seed=seed)


def _with(profile: Profile, sampler: Sampler) -> Profile:
    return msgspec.structs.replace(profile, sampler=sampler)


def _limit(attempt: Attempt, profile: Profile, ordered: int | None) -> int:
    """Return the most tokens of an answer: what it could have, or had when a person stopped it.

    So the answer that later turns see ends where it ended then.
    """
    had = len(attempt.token_ids) or attempt.tokens.output
    if attempt.stop == "stopped" and had:
        return min(had, ordered or had)
    if ordered is not None:
        return ordered
    return attempt.max_tokens or (attempt.stop == "length" and had) or profile.max_tokens
