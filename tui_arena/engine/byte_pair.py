"""Byte-level byte-pair encoding, the tokenizers of GPT-2, Llama 3 and Qwen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from tui_arena.engine.tokens import Codec

_BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
_GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)


def _split(digits: str) -> Any:
    """Llama 3's pattern (tokenizer.py of meta-llama/llama3), with so many digits in a piece."""
    pattern = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + digits + r"| "
        r"?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    cut = pre_tokenizers.Split(Regex(pattern), behavior="isolated")
    return pre_tokenizers.Sequence([cut, _BYTES])


PRE_TOKENIZERS = {
    "gpt2": _GPT2,
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), _GPT2]),
    "llama3": _split(r"\p{N}{1,3}"),
    "qwen2": _split(r"\p{N}"),
}
"""How text is cut before byte-pair merges, by the name that llama.cpp gives it."""

_NORMALIZERS = {"qwen2": normalizers.NFC()}
"""What happens to text before it is cut; as in the tokenizer.json of Qwen 2 and later."""


class BytePairCodec(Codec):
    """Byte-level BPE between text and ids."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        merges: Sequence[str],
        *,
        pre_tokenizer: str,
        control: Iterable[str],
    ) -> None:
        super().__init__(vocabulary, control)
        pairs = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
        # A merge that makes a control token would let text spell it.
        pairs = [pair for pair in pairs if self.names.get("".join(pair)) not in self.control]
        self._bpe = Tokenizer(models.BPE(vocab=self.names, merges=pairs))
        self._bpe.pre_tokenizer = PRE_TOKENIZERS[pre_tokenizer]
        self._bpe.decoder = decoders.ByteLevel()
        if pre_tokenizer in _NORMALIZERS:
            self._bpe.normalizer = _NORMALIZERS[pre_tokenizer]

    def _encode(self, text: str) -> list[int]:
        return list(self._bpe.encode(text, add_special_tokens=False).ids)

    def _bytes_of(self, number: int, name: str) -> bytes:
        table = _bytes_of_letters()
        return b"".join(
            bytes([table[letter]]) if letter in table else letter.encode() for letter in name
        )


@cache
def _bytes_of_letters() -> dict[str, int]:
    """Map the letters that byte-level BPE writes bytes with to the bytes (GPT-2, encoder.py)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(byte): byte for byte in plain}
    others = (byte for byte in range(256) if byte not in plain)
    return table | {chr(256 + index): byte for index, byte in enumerate(others)}
