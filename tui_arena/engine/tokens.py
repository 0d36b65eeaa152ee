"""Token ids and text. Text never becomes a control token, and half a character is never shown."""

from __future__ import annotations

import codecs
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from tui_arena.errors import ArenaError


class TokenError(ArenaError):
    """A vocabulary that cannot serve."""


class Codec(ABC):
    """Turns text into ids and back, with the control tokens kept apart from text.

    The kinds are `BytePairCodec` and `SentencePieceCodec`.
    """

    prefix = b""
    """What the vocabulary writes before every text, and drops again before it is shown."""

    def __init__(self, vocabulary: Mapping[str, int], control: Iterable[str]) -> None:
        self.names = dict(vocabulary)
        """Id of every token, by its name."""
        self.control = frozenset(self.names[name] for name in control)
        """Ids that only a template may use."""
        self._tokens = {number: name for name, number in self.names.items()}

    def encode(self, text: str) -> list[int]:
        """Turn text into ids, none of which is a control token, whatever the text says."""
        # Lone surrogates have no bytes.
        return self._encode(text.encode("utf-8", "replace").decode("utf-8"))

    def token_id(self, name: str) -> int:
        """Return the id of a token; raises `TokenError` where the model has none."""
        number = self.names.get(name)
        if number is None:
            raise TokenError(
                f"This model's vocabulary has no {name}; its profile names the wrong template."
            )
        return number

    def control_id(self, name: str) -> int:
        """Return the id of a control token; raises `TokenError` where the model has none."""
        number = self.token_id(name)
        if number not in self.control:
            raise TokenError(
                f"To this model {name} is plain text; its profile names the wrong template."
            )
        return number

    def bytes_of(self, number: int) -> bytes:
        """Return the bytes that a token stands for; none for an unknown id."""
        name = self._tokens.get(number)
        if name is None:
            return b""
        return name.encode() if number in self.control else self._bytes_of(number, name)

    def decode(self, ids: Iterable[int]) -> str:
        """Turn the ids of a whole text into it; bytes that are no characters become U+FFFD."""
        spelled = b"".join(map(self.bytes_of, ids))
        return spelled.removeprefix(self.prefix).decode("utf-8", "replace")

    @abstractmethod
    def _encode(self, text: str) -> list[int]:
        """Encode text that has only whole characters."""

    @abstractmethod
    def _bytes_of(self, number: int, name: str) -> bytes:
        """Return the bytes of a token that is no control token."""


class Detokenizer:
    """Turns the tokens of an answer into text as they come, whole characters only."""

    def __init__(self, codec: Codec, *, after: Iterable[int] = ()) -> None:
        """Begin a text, or go on after these ids, whose own text was given before."""
        self._codec = codec
        self._prefix = codec.prefix
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for number in after:
            self.add(number)

    def add(self, number: int) -> str:
        """Return the characters that this token completes; they may be none."""
        spelled = self._codec.bytes_of(number)
        if spelled:
            spelled, self._prefix = spelled.removeprefix(self._prefix), b""
        return self._decoder.decode(spelled)

    def flush(self) -> str:
        """Return what is left when the answer ends: U+FFFD for half a character, or nothing."""
        return self._decoder.decode(b"", final=True)
