"""What was found, as one plain record that table, JSON, page and screen are all drawn from."""

from __future__ import annotations

import msgspec

_NO_WORDS = "no words of its own"
"""What a group is called that no word tells from the rest; its id stands beside it."""


class Clustering(msgspec.Struct, frozen=True, kw_only=True):
    """Whether failures lie together at all: pairs of neighbouring prompts that are both failed."""

    observed: int
    expected: float
    z: float
    p: float


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """The share of the errors in a region that the tests flag, 0 to 1, simulated on these prompts.

    In a region, a tenth of the prompts, 3 of 4 are failed at.
    """

    compact: float
    """Where it has the prompts that are most alike here."""
    scattered: float
    """Where only every other prompt of a place twice as big belongs to it."""


class ModelFailures(msgspec.Struct, frozen=True, kw_only=True):
    """How one model fares."""

    model: str
    responses: int
    """Those that were judged."""
    wrong: int
    prompts: int
    """Distinct ones among these."""
    failed: int
    """Prompts at which half of the model's judged responses are wrong, or more."""
    failed_severely: int
    clustering: Clustering | None = None
    """None where there are too few prompts for a test, or too few failures."""
    hot: int | None = None
    """Failed prompts that are hot spots; None where it was not tested."""
    hot_severely: int | None = None
    """The same of those that are failed severely."""
    power: Power | None = None
    """None where it was not tested, and for all but the 30 models with most prompts."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How two models differ at the prompts that both were asked."""

    first: str
    second: str
    prompts: int
    only_first: int
    """Prompts at which the first one fails and the second does not."""
    only_second: int
    both: int
    p: float
    """Of the sign test: as uneven or more by chance."""
    hot_only_first: int | None = None
    """How many of those are hot spots; None where it was not tested."""
    hot_only_second: int | None = None
    hot_both: int | None = None


class Region(msgspec.Struct, kw_only=True):
    """Prompts that are alike, at which some model fails more than by chance."""

    id: str
    """`R1`, `R2` and so on, the biggest first: a place in this result, no lasting name."""
    label: str
    """Words that tell its prompts from the others; may be empty."""
    name: str = ""
    """What people call it; empty where nobody named it."""
    prompts: int
    hot: int
    """How many of them are hot spots; 0 where it was not tested."""
    asked: dict[str, int]
    """By model: at how many it was asked and judged."""
    failed: dict[str, int]
    """By model: at how many it fails."""
    only_first: int
    """Of the two models that are compared, as in `Difference`."""
    only_second: int
    both: int
    p: float
    """Of the sign test in here. The region was chosen for its failures: it describes, no more."""
    examples: list[str]
    """Prompts that are failed, those among most failures first."""
    keys: list[str]
    """What its prompts are recognised by."""

    @property
    def title(self) -> str:
        """What to call it."""
        return self.name or self.label or _NO_WORDS


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong response."""

    key: str
    model: str
    prompt: str
    text: str


class ErrorGroup(msgspec.Struct, kw_only=True):
    """Wrong responses that belong together."""

    id: str
    """`G1`, `G2` and so on, the biggest first: a place in this result, no lasting name."""
    kinds: list[str]
    """What is wrong with each of them, as the checker says."""
    label: str
    """Words that tell their texts from the others'; may be empty."""
    name: str = ""
    """What people call it; empty where nobody named it."""
    responses: int
    prompts: int
    """Distinct ones that they answer."""
    models: dict[str, int]
    """By model: how many are its."""
    examples: list[Example]
    keys: list[str]
    """What its responses are recognised by."""

    @property
    def title(self) -> str:
        """What to call it."""
        made = ": ".join(part for part in (", ".join(self.kinds), self.label) if part)
        return self.name or made or _NO_WORDS


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """Wrong responses too short to be grouped by what they say: letters, numbers, single words."""

    responses: int
    most: dict[str, int]
    """Those that are there most often, and how often."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt on the map: its ranks, from -1 to 1, on the two axes of most difference."""

    x: float
    y: float
    prompt: str
    failed: list[str]
    """The models that fail at it."""
    region: str = ""
    """The id of its region; empty where it is in none."""
    hot: bool = False


class Patterns(msgspec.Struct, kw_only=True):
    """Where models fail, what their errors are, and whether the one fails where the other does."""

    notes: list[str]
    """What must be known before any number is believed, in sentences."""
    descriptive: bool
    """Whether there are too few prompts for tests: groups then describe, and prove nothing."""
    responses: int
    """Those to corrections not among them."""
    unjudged: int
    """Responses that nobody judged; they count nowhere else."""
    corrections: int
    """Responses to corrections: they say whether an error was put right, and are no attempts at a
    prompt; where they are wrong, they are in the groups of errors."""
    prompts: int
    """Distinct ones with a judged response."""
    embedder: str
    seed: int
    neighbours: int
    """How many each prompt has."""
    power: Power
    """The lowest and the highest of the models; where none was tested, that of the one with most
    prompts, as if it had been."""
    models: list[ModelFailures]
    difference: Difference | None
    """None where there is one model, or no prompt that two were asked."""
    regions: list[Region]
    groups: list[ErrorGroup]
    ungrouped: list[Example]
    """Some of the wrong responses that are in no group."""
    ungrouped_total: int
    brief: Brief | None
    """Those in no group that are too short for one; None where few are."""
    points: list[Point]
    """The map; of very many prompts a part, drawn with the seed."""
