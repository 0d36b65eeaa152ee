"""Token ids and text. Text never becomes a control token, and half a character is never shown."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

from tui_arena.errors import ArenaError

_LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| "
    r"?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

_BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
_GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)

PRE_TOKENIZERS = {
    "gpt2": _GPT2,
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), _GPT2]),
    "llama3": pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(_LLAMA3_SPLIT), behavior="isolated"), _BYTES]
    ),
}
"""How text is cut before byte-pair merges, by the name that llama.cpp gives it."""


class TokenError(ArenaError):
    """A vocabulary that cannot serve."""


class Codec:
    """Byte-level BPE between text and ids, with the control tokens kept apart from text."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        merges: Sequence[str],
        *,
        pre_tokenizer: str,
        control: Iterable[str],
    ) -> None:
        self.names = dict(vocabulary)
        """Id of every token, by its name."""
        self.control = frozenset(self.names[name] for name in control)
        """Ids that only a template may use."""
        self._tokens = {number: name for name, number in self.names.items()}
        pairs = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
        # A merge that makes a control token would let text spell it.
        pairs = [pair for pair in pairs if self.names.get("".join(pair)) not in self.control]
        self._bpe = Tokenizer(models.BPE(vocab=self.names, merges=pairs))
        self._bpe.pre_tokenizer = PRE_TOKENIZERS[pre_tokenizer]
        self._bpe.decoder = decoders.ByteLevel()

    def encode(self, text: str) -> list[int]:
        """Turn text into ids, none of which is a control token, whatever the text says."""
        safe = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates have no bytes
        return list(self._bpe.encode(safe, add_special_tokens=False).ids)

    def control_id(self, name: str) -> int:
        """Return the id of a control token; raises `TokenError` where the model has none."""
        number = self.names.get(name)
        if number is None:
            raise TokenError(
                f"This model's vocabulary has no {name}; its profile names the wrong template."
            )
        return number

    def bytes_of(self, number: int) -> bytes:
        """Return the bytes that a token stands for; none for an unknown id."""
        name = self._tokens.get(number)
        if name is None:
            return b""
        if number in self.control:
            return name.encode()
        table = _bytes_of_letters()
        return b"".join(
            bytes([table[letter]]) if letter in table else letter.encode() for letter in name
        )

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text; bytes that are no characters become U+FFFD."""
        return b"".join(map(self.bytes_of, ids)).decode("utf-8", "replace")


class Detokenizer:
    """Turns the tokens of an answer into text as they come, whole characters only."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def add(self, number: int) -> str:
        """Return the characters that this token completes; they may be none."""
        return self._decoder.decode(self._codec.bytes_of(number))

    def flush(self) -> str:
        """Return what is left when the answer ends: U+FFFD for half a character, or nothing."""
        return self._decoder.decode(b"", final=True)


@cache
def _bytes_of_letters() -> dict[str, int]:
    """Map the letters that byte-level BPE writes bytes with to the bytes (GPT-2, encoder.py)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(byte): byte for byte in plain}
    others = (byte for byte in range(256) if byte not in plain)
    return table | {chr(256 + index): byte for index, byte in enumerate(others)}
