"""What scoring finds, as plain records: every form and screen draws from these and counts nothing.

A figure carries the replies behind it, so that one gets from it to what was said: fields for that
are called `behind`, or so with the figure's name. No file for programs has them, and figures that
count the same are equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tui_arena.scoring.reply import Reply

Interval = tuple[float, float]
Replies = Sequence[Reply]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int
    interval: Interval
    """Where the share lies, by Wilson's method at 95 %; (0, 1) of none."""
    behind: Replies = field(default=(), repr=False, compare=False)
    """The answers that it is a share of, or of what these belong to."""

    @property
    def value(self) -> float | None:
        """The share; None of none."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of values, with the quarters around it."""

    value: float | None
    """None of no values."""
    quarters: Interval
    """The middle of the lower half, and of the upper one."""
    of: int
    behind: Replies = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Cost:
    """What each solved prompt took, with what was spent in vain on others."""

    value: float | None
    """None where nothing was solved, or where it is not known."""
    of: int = 0
    """How many prompts were solved."""
    interval: Interval | None = None
    """Where it lies, 95 %; None where the prompts do not tell, as where all took the same."""
    behind: Replies = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Symbols:
    """The article's four symbols: `many` counts as two `garbage`, `recurring` as one `mistake`."""

    ok: int = 0
    fixed: int = 0
    mistake: int = 0
    garbage: int = 0

    @property
    def n(self) -> int:
        """How many symbols there are."""
        return self.ok + self.fixed + self.mistake + self.garbage


@dataclass(frozen=True, slots=True)
class Weights:
    """What each symbol counts in the score by which models are ranked, as a mean of all symbols."""

    ok: float = 1.0
    fixed: float = 1.0
    mistake: float = 0.0
    garbage: float = -1.0


# the article's four tables


@dataclass(frozen=True, slots=True)
class Reliability:
    """One model's attempts at a first prompt, which nobody helped it with."""

    model: str
    scenario: str | None
    prompt: str
    attempts: tuple[Reply, ...]
    """Also those that nobody rated."""
    symbols: Symbols
    right: Share
    """Attempts without a fault, of those that are rated."""

    @property
    def rated(self) -> bool:
        """Whether an attempt carries a mark."""
        return self.right.of > 0


@dataclass(frozen=True, slots=True)
class DialogRow:
    """What both sides were asked at the same place, and what they answered."""

    left: Reply | None
    right: Reply | None
    alike: bool
    """Whether both were asked the same."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """Both conversations of a session, side by side; a side may have none."""

    session: str
    title: str
    scenario: str | None
    left: str
    right: str
    """The names of the models, more than one where they changed; empty for a side without any."""
    rows: tuple[DialogRow, ...]

    @property
    def rated(self) -> bool:
        """Whether an answer in it carries a mark."""
        return any(
            reply is not None and reply.rated
            for row in self.rows
            for reply in (row.left, row.right)
        )


@dataclass(frozen=True, slots=True)
class FixingKind:
    """One model's attempts at putting right one kind of mistake."""

    correction: str
    """What it was told."""
    attempts: tuple[Reply, ...]
    fixed: Share
    """Attempts that carry `fixed`, of those that are rated."""


@dataclass(frozen=True, slots=True)
class Fixing:
    """One model's attempts at putting mistakes right, several at each."""

    model: str
    kinds: tuple[FixingKind, ...]
    fixed: Share


@dataclass(frozen=True, slots=True)
class Recap:
    """All symbols of one model, and its rank."""

    rank: int
    """1 is best; models with the same score share a rank."""
    model: str
    symbols: Symbols
    score: float
    """The mean of the weights of all symbols."""
    interval: Interval
    """Where the score lies, 90 % of a Dirichlet posterior."""
    rank_range: tuple[int, int]
    """Where the rank lies, likewise."""
    best: float
    """How probable it is that the model is the best one."""
    points: int
    """Mistakes and three times garbage, the article's other order: fewer are better."""
    replies: tuple[Reply, ...]
    """Those that are rated."""
    unrated: int


# more than the article tells


@dataclass(frozen=True, slots=True)
class Habits:
    """How one model takes corrections, and how long it lasts."""

    model: str
    fixed: Share
    """Corrections after which the answer carries `fixed`."""
    side_effects: Share
    """Answers with `fixed` that carry a new fault."""
    recurring: Share
    """Answers with `recurring`."""
    confidence: Share
    """Right answers to corrections of answers that were right: what it holds against doubt."""
    critique: Share
    """Right answers to corrections of answers that were wrong: what it learns from them."""
    solved: tuple[Share, ...]
    """Prompts that are not corrections and have a right answer within 0, 1, 2 … corrections. Behind
    them is what these prompts and the corrections after them were answered."""
    reliable: tuple[Share, ...]
    """Prompts asked several times with at least 1, 2, … right answers; see `attempts`."""
    attempts: int
    """How many answers each of the prompts of `reliable` has; 0 where none was asked twice."""
    survived: Median
    """Turns of a conversation before the first garbage; all of them where there is none."""
    unscathed: Share
    """Conversations without garbage."""
    nudges: Cost
    """Corrections."""
    tokens: Cost
    """Tokens of all answers."""
    first_token: Median
    """Milliseconds."""
    speed: Median
    """Tokens a second, from the first to the last."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A prompt that one answered right and the other wrong."""

    prompt: str
    right: tuple[Reply, ...]
    wrong: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Paired:
    """Two models, or one and itself in a session run again, on the prompts that both answered."""

    first: str
    second: str
    again: bool
    """Whether `second` is the same model, asked again later."""
    prompts: int
    """Prompts that both answered and that are rated on both sides."""
    first_right: Share
    second_right: Share
    """Answers without a fault, of those to these prompts."""
    first_better: int
    second_better: int
    p: float
    """By the exact sign test, two-sided: how often chance would divide the prompts so unequally."""
    lost: tuple[Flip, ...]
    """Prompts that the first answered right, each time, and the second wrong, each time."""
    won: tuple[Flip, ...]
    """The other way round."""
    behind: Replies = field(default=(), repr=False, compare=False)
    """What both answered, prompt by prompt."""
    behind_first: Replies = field(default=(), repr=False, compare=False)
    """The same of the prompts at which the first one is better."""
    behind_second: Replies = field(default=(), repr=False, compare=False)
    """The same of those at which the second one is."""


@dataclass(frozen=True, slots=True)
class Strength:
    """One model's place among three or more."""

    rank: int
    model: str
    strength: float
    """On the scale of chess: 400 more are ten times the odds, 1000 is the mean."""
    interval: Interval
    """95 % of bootstrap samples of sessions."""
    rank_range: tuple[int, int]
    battles: int
    behind: Replies = field(default=(), repr=False, compare=False)
    """The answers that met, battle by battle."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Models by who beat whom; or why there is no such order."""

    refused: str
    """One sentence where there is no order; empty where there is one."""
    strengths: tuple[Strength, ...] = ()
    votes: int = 0
    """Battles that were decided by a blind vote."""
    marks: int = 0
    """Battles that were decided by marks of both sides at the same prompt."""
    sessions: int = 0
    ties: int = 0
    behind_votes: Replies = field(default=(), repr=False, compare=False)
    behind_marks: Replies = field(default=(), repr=False, compare=False)
    behind_ties: Replies = field(default=(), repr=False, compare=False)
    """The answers that met, battle by battle."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree on a mark, or on how bad answers are."""

    about: str
    """A mark, or "severity"."""
    alpha: float | None
    """Krippendorff's: 1 is full agreement, 0 is chance; None where it is not defined."""
    why: str
    """One sentence where it is not defined."""
    replies: int
    """Answers that two raters or more rated."""
    raters: tuple[str, ...]
    interval: Interval | None = None
    """95 % of bootstrap samples of answers; None where these do not tell."""
    behind: Replies = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WithTakenOver:
    """The checker against people, with the answers whose suggestions they took over.

    Who sees a suggestion is led by it, so these kappas are too high. Those without them are too
    low: people give marks of their own mostly where they do not agree. The truth lies between.
    """

    kappa: tuple[tuple[str, float | None], ...]
    kappa_intervals: tuple[Interval | None, ...]
    confusion: tuple[tuple[int, int, int], ...]
    behind: tuple[tuple[Replies, ...], ...] = field(default=(), repr=False, compare=False)
    """Of each cell of `confusion`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker suggests, held against what people gave."""

    replies: int
    """Answers that have both."""
    taken_over: int
    """Those whose marks were the checker's suggestion, which a person accepted: no second view."""
    kappa: tuple[tuple[str, float | None], ...]
    """Cohen's, for each mark and for severity, over the answers that were rated without accepting;
    None where it is not defined."""
    confusion: tuple[tuple[int, int, int], ...]
    """Answers by suggested severity (rows) and given severity (columns), 0 to 2."""
    apart: tuple[Reply, ...]
    """Answers on whose severity both differ."""
    kappa_intervals: tuple[Interval | None, ...] = ()
    """Of each kappa, 95 % of bootstrap samples of answers; None where these do not tell."""
    with_taken_over: WithTakenOver | None = None
    """The same figures of all `replies`; None where nothing was taken over."""
    behind: tuple[tuple[Replies, ...], ...] = field(default=(), repr=False, compare=False)
    """Of each cell of `confusion`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All of it."""

    files: int
    sessions: int
    replies: int
    rated: int
    raters: tuple[tuple[str, int], ...]
    """Who rated how many answers, the most first, also those whose marks do not count here."""
    counted: tuple[str, ...]
    """The raters whose marks count."""
    disputed: int
    """Answers on whose marks the raters differ who count."""
    behind_raters: Mapping[str, Replies] = field(default_factory=dict, repr=False, compare=False)
    """What each rater rated, by name."""
    behind_disputed: Replies = field(default=(), repr=False, compare=False)
    problems: tuple[str, ...]
    """A sentence for each file that could not be read."""
    notes: tuple[str, ...]
    """What else one should know, a sentence each."""
    weights: Weights
    reliability: tuple[Reliability, ...]
    dialogs: tuple[Dialog, ...]
    fixing: tuple[Fixing, ...]
    recap: tuple[Recap, ...]
    habits: tuple[Habits, ...]
    paired: tuple[Paired, ...]
    ladder: Ladder
    agreement: tuple[Agreement, ...]
    checked: Checked | None
    """None where nothing was checked."""
