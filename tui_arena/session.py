"""The record of one sitting, exactly as it is saved: both conversations, marks, timing, versions.

The shape is a contract with other tools; `docs/session-format.md` describes it for them.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from tui_arena.engine.events import Stop
from tui_arena.engine.profile import MaxTokens, Sampler
from tui_arena.errors import ArenaError
from tui_arena.stamps import SessionId, Time, new_session_id, now

SCHEMA: Literal["tui-arena/session/1"] = "tui-arena/session/1"

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
Mark = Literal["ok", "mistake", "fixed", "garbage", "many", "recurring"]
MARKS: tuple[Mark, ...] = ("ok", "mistake", "fixed", "garbage", "many", "recurring")
FAULTS: tuple[Mark, ...] = ("mistake", "garbage", "many", "recurring")
"""The marks that a correction can answer."""
Reason = Literal["transplant", "restore"]
"""Why turns were set aside: others came from the other side, or older ones came back."""
Verdict = Literal["left", "right", "tie", "both-bad"]
PromptKind = Literal["free", "script", "correction"]

Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]
"""A whole number that every JSON reader keeps exactly."""
StepNumber = Annotated[int, msgspec.Meta(ge=1, le=(1 << 53) - 1)]
"""A step of a scenario, counted from 1."""
TurnNumber = Annotated[int, msgspec.Meta(ge=1, le=(1 << 53) - 1)]
"""A turn of a side, counted from 1."""


class SessionError(ArenaError):
    """A session file that cannot be read or written."""


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    """A piece of the record; an unknown field is refused by its name."""


class MarkEntry(_Record, kw_only=True):
    """One line of the log of marks: entries are only ever added, never changed."""

    mark: Mark
    action: Literal["add", "remove"]
    by: str
    """The rater's name."""
    at: Time
    suggested: bool = False
    """Whether it took over what a checker suggested."""


class Corrects(_Record, kw_only=True):
    """What a correction is about."""

    turn: str
    """The id of the turn, on the same side."""
    attempt: str
    """The id of the response."""
    mark: Mark | None = None
    """The mark that it answers: the fault that its rater had found last; None without one."""


class Prompt(_Record, kw_only=True):
    """What was asked."""

    text: str
    kind: PromptKind = "free"
    at: Time
    step: StepNumber | None = None
    """The step of the session's scenario that this is; None where it is none of them."""
    corrects: Corrects | None = None
    """The response that a correction is about; None where there was none."""


class Tokens(_Record, kw_only=True):
    """Counts of tokens."""

    prompt: Count = 0
    reused: Count = 0
    """Tokens of the prompt that the KV cache already held."""
    output: Count = 0


class Timing(_Record, kw_only=True):
    """When an answer came."""

    submitted: Time
    first_token: Time | None = None
    finished: Time | None = None
    """None while the answer is under way, and for ever if the program died in the middle of it."""
    chunks: list[tuple[Count, Count]] = []
    """[milliseconds since submitted, characters that came then], in order."""


class Continuation(_Record, kw_only=True):
    """An answer that had ended went on."""

    at: Time
    """When it was asked to go on."""
    tokens: Count
    """How many tokens of it there were by then."""
    stop: Stop
    """How it had ended."""
    error: str | None = None
    """One sentence, where that was "error"."""


class Edit(_Record, kw_only=True):
    """A person put other words in the place of an answer's own."""

    text: str
    by: str
    at: Time


class Choice(_Record, kw_only=True):
    """Another attempt of a turn became the one in the context."""

    attempt: Count
    """Which one, counted from 0."""
    by: str
    at: Time


class Move(_Record, kw_only=True):
    """A turn left the context, or came back into it."""

    action: Literal["aside", "back"]
    by: str
    at: Time


class Attempt(_Record, kw_only=True):
    """One response of a model to the prompt of its turn."""

    id: str
    profile: str
    preset: str = ""
    """Where that profile's model came from; empty where it is not known."""
    system: str | None = None
    """The system text that it was asked with; None where it is not known."""
    sampler: Sampler
    max_tokens: Count | None = None
    """Most tokens that the answer could have."""
    text: str = ""
    stop: Stop = "stopped"
    error: str | None = None
    tokens: Tokens = msgspec.field(default_factory=Tokens)
    timing: Timing
    marks: list[MarkEntry] = []
    token_ids: list[Count] = []
    """The answer as the model gave it, without the token that ended it."""
    continued: list[Continuation] = []
    """Each time that it went on after an end, oldest first."""
    edits: list[Edit] = []
    """What a person made of it, oldest first; the last one is in the context."""

    @property
    def said(self) -> str:
        """What stands in the context: the text as it was edited last, or else the model's own."""
        return self.edits[-1].text if self.edits else self.text

    @property
    def edited(self) -> bool:
        """Whether other words than the model's stand in the context."""
        return self.said != self.text


class Origin(_Record, kw_only=True):
    """What a turn was copied from."""

    side: Side
    turn: str
    """The id of the turn there."""
    attempt: str
    """The id of the response there."""
    profile: str
    """The name of the profile that gave it."""


class Turn(_Record, kw_only=True):
    """One prompt and its attempts; the selected attempt is the one in the context."""

    id: str
    prompt: Prompt
    attempts: Annotated[list[Attempt], msgspec.Meta(min_length=1)] = []
    selected: Count = 0
    origin: Origin | None = None
    """Where it came from, if it was taken over from the other side."""
    choices: list[Choice] = []
    """Each change of `selected`, oldest first; before the first one it was 0."""
    moves: list[Move] = []
    """Each time that the turn left the context or came back, oldest first."""
    replaces: str | None = None
    """The id of the turn whose prompt this one is, edited; None where it is none."""

    @property
    def response(self) -> Attempt:
        """The selected attempt."""
        return self.attempts[self.selected]

    @property
    def stands(self) -> bool:
        """Whether the turn has not been set aside."""
        return not self.moves or self.moves[-1].action == "back"

    @property
    def in_context(self) -> bool:
        """Whether later answers see it: not where it is aside, its answer failed or is empty."""
        answer = self.response
        whole = answer.stop != "error" or bool(answer.edits)
        return self.stands and whole and bool(answer.said)

    def changed_hands(self, before: Turn | None) -> bool:
        """Whether another profile answers than in the turn before."""
        return before is not None and before.response.profile != self.response.profile


class SetAside(_Record, kw_only=True):
    """Turns that are not in the conversation any more."""

    at: Time
    reason: Reason
    after: Count
    """How many turns stood before them, and stayed."""
    turns: list[Turn]


class PaneRecord(_Record, kw_only=True):
    """One side: what it is asked with, its model and its turns."""

    system: str
    """What the next answer is asked with."""
    sampler: Sampler | None = None
    """How the next answer is sampled; None leaves it to the profile."""
    max_tokens: MaxTokens | None = None
    """Most tokens of the next answer; None leaves it to the profile."""
    profile: str = ""
    """The name of the profile that the next answer is asked of; empty where it is not known."""
    turns: list[Turn] = []
    set_aside: list[SetAside] = []
    """What other turns took the place of, oldest first."""


class Panes(_Record, kw_only=True):
    """Both sides."""

    left: PaneRecord
    right: PaneRecord

    def __getitem__(self, side: Side) -> PaneRecord:
        return self.left if side == "left" else self.right


class Parent(_Record, kw_only=True):
    """What a session was forked from."""

    id: SessionId
    turn: TurnNumber
    """The last turn that both have in common."""


class Imported(_Record, kw_only=True):
    """Where a session came from that was not held here."""

    format: str
    """The name of the format, as `tui-arena import` knows it; "article" for marks alone, taken from
    a publication."""
    id: str
    """What it is called there; empty where it has no id."""
    file: str
    """The name of the file, without its folder."""
    at: Time
    """When it was imported."""


class Repeat(_Record, kw_only=True):
    """A response of a session that was run again, and the one that it is held against."""

    side: Side
    turn: str
    attempt: str
    was_turn: str
    """The id of the turn in the session that was run again; `was_attempt` likewise."""
    was_attempt: str


class Rerun(_Record, kw_only=True):
    """The session whose prompts this one asked again."""

    id: SessionId
    same_context: bool
    """Whether each prompt came after the answers of that session, instead of this one's own."""
    answers: list[Repeat] = []
    """Which response answers the same prompt as which one there, oldest first."""


class Voted(_Record, kw_only=True):
    """The response of one side that a vote is about."""

    turn: str
    attempt: str


class Vote(_Record, kw_only=True):
    """One line of the log of votes: entries are only ever added, the last one of a pair holds."""

    verdict: Verdict
    action: Literal["add", "remove"]
    left: Voted
    right: Voted
    by: str
    """The rater's name."""
    at: Time
    blind: bool
    """Whether the rater did not know which model was which."""

    @property
    def pair(self) -> tuple[str, ...]:
        """The ids of both responses, with those of their turns."""
        return self.left.turn, self.left.attempt, self.right.turn, self.right.attempt


class BlindStretch(_Record, kw_only=True):
    """A time in which the rater did not know which model was which."""

    began: Time
    ended: Time | None = None
    """None while it lasts; a session that goes on does so blind."""
    left: str
    """The profile that answered on the left; `right` likewise."""
    right: str
    swapped: bool
    """Whether the sides were changed when it began."""


class Session(_Record, kw_only=True):
    """The record of one sitting."""

    schema: Literal["tui-arena/session/1"] = SCHEMA
    id: SessionId
    created: Time
    updated: Time
    parent: Parent | None = None
    """The session that this one was forked from."""
    imported: Imported | None = None
    """Where it came from, if it was not held here; then nothing in it was measured."""
    rerun: Rerun | None = None
    """The session that this one ran again."""
    title: str = ""
    """What people call it; empty without one."""
    tags: list[str] = []
    """Words that people put on it, in the order in which they did."""
    scenario: str | None = None
    software: dict[str, str] = {}
    """Versions and device, by name."""
    votes: list[Vote] = []
    blind: list[BlindStretch] = []
    panes: Panes


def new_session(*, systems: tuple[str, str], scenario: str | None = None) -> Session:
    """Make an empty session; `systems` are the system texts of left and right."""
    at = now()
    left, right = systems
    return Session(
        id=new_session_id(),
        created=at,
        updated=at,
        scenario=scenario,
        panes=Panes(left=PaneRecord(system=left), right=PaneRecord(system=right)),
    )
