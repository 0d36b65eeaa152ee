"""One answer under way: what was asked, what is known of it so far, and where it stands."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import jax
import numpy as np

from tui_arena.engine.events import AnswerEvent, Finished, Prefill, Request, Stop, Text
from tui_arena.engine.model import Model
from tui_arena.engine.pages import Cached
from tui_arena.engine.tokens import Detokenizer


@dataclass(eq=False, kw_only=True)
class Answer:
    """One answer under way."""

    request: Request
    """For this answer alone."""
    model: Model
    tell: Callable[[AnswerEvent], None]
    ids: list[int]
    """Prompt and answer so far: every token whose value is known."""
    prompt_tokens: int
    stops: frozenset[int]
    context: int
    detokenizer: Detokenizer
    cached: Cached
    reused: int
    submitted: float
    """Of `time.monotonic`."""
    chunk: jax.Array | None = None
    """The prompt's chunk on its way, while it is read."""
    pending: tuple[jax.Array, int] | None = None
    """The next token, on the device: its array and place in it; None while the prompt is read."""
    stepping: bool = False
    """Whether a decode step of this round carries it."""
    paused: bool = False
    waits: bool = False
    """Whether it gave its pages back, until there is room for it again."""
    first_token_ms: int | None = None
    faults: int = 0
    ended: bool = False
    output: list[int] = field(default_factory=list)

    def ms(self) -> int:
        """Milliseconds since the request was submitted."""
        return round(1000 * (time.monotonic() - self.submitted))

    @property
    def going(self) -> bool:
        """Whether the next round shall move it on."""
        return not (self.ended or self.paused or self.waits)

    @property
    def decodes(self) -> bool:
        """Whether a decode step is what it needs next: all tokens but one are in the cache."""
        if self.pending is not None:
            return True
        return self.chunk is None and len(self.cached.ids) == len(self.ids) - 1

    @property
    def last(self) -> bool:
        """Whether its pending token is the last one that fits."""
        if self.pending is None:
            return False
        return len(self.output) + 1 >= self.request.max_tokens or len(self.ids) + 1 >= self.context

    @property
    def shareable(self) -> int:
        """Tokens that the other attempts at its prompt need as well."""
        return min(self.prompt_tokens, len(self.ids) - 1)

    def beside(self, other: Answer) -> bool:
        """Whether both are attempts at one prompt."""
        one, two = self.request, other.request
        return self.model is other.model and one.conversation == two.conversation

    def next_input(self) -> int:
        """Return the token that its next decode step reads; waits for a pending one."""
        if self.pending is None:
            return self.ids[-1]
        array, row = self.pending
        return int(np.asarray(array)[row])

    def set_back(self) -> None:
        """Forget what was on its way; what the cache lacks is read again."""
        self.chunk = self.pending = None
        self.stepping = False

    def tell_read(self, done: int) -> None:
        """Report that so many tokens of the prompt have been read."""
        self.tell(Prefill(done, len(self.ids), self.reused))

    def say(self, text: str) -> None:
        """Report a piece of the answer."""
        if text:
            self.tell(Text(text, len(self.output), self.ms(), len(self.ids)))

    def end(self, stop: Stop, error: str | None, *, ended_by_token: bool) -> None:
        """Report that it ended."""
        self.say(self.detokenizer.flush())
        self.ended = True
        self.set_back()
        self.tell(
            Finished(
                stop=stop,
                error=error,
                ids=tuple(self.output),
                prompt_tokens=self.prompt_tokens,
                reused_tokens=self.reused,
                output_tokens=len(self.output) + ended_by_token,
                first_token_ms=self.first_token_ms,
                ms=self.ms(),
            )
        )
