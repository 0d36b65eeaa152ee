"""Which codec reads a preset's vocabulary: what KerasHub's tokenizer knows, and what it cannot."""

from __future__ import annotations

import re
from json import JSONDecodeError
from typing import Any

from keras_hub import tokenizers

from tui_arena.engine.byte_pair import BytePairCodec
from tui_arena.engine.gguf import Notes
from tui_arena.engine.sentence_piece import SentencePieceCodec
from tui_arena.engine.tokens import Codec, TokenError

_CUTS = {
    "BytePairTokenizer": "llama3",
    "Llama3Tokenizer": "llama3",
    "QwenTokenizer": "qwen2",
    "Qwen3Tokenizer": "qwen2",
}
"""Pre-tokenizer of each of KerasHub's byte-level BPE classes, which all cut as Llama 3 does."""

_CONTROL = re.compile(r"<\|[^<|>]+\|>")
"""Names of control tokens; KerasHub's classes list few of those that a vocabulary has."""


def codec_of(preset: str, notes: Notes | None) -> Codec:
    """Return the codec of a preset, its control tokens known.

    Args:
        preset: a folder, a KerasHub preset name, or an address.
        notes: what a converted GGUF file said, None for other presets.

    Raises:
        TokenError: where the tokenizer is of another kind, or damaged.
    """
    try:
        tokenizer: Any = tokenizers.Tokenizer.from_preset(preset)
    # The last one is SentencePiece's.
    except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, RuntimeError):
        raise TokenError(
            f"The tokenizer of {preset} is damaged; fetch or copy the model again."
        ) from None
    special = tokenizer.special_tokens or ()
    if isinstance(tokenizer, tokenizers.SentencePieceTokenizer):
        return SentencePieceCodec(tokenizer.proto, control=special)
    name = type(tokenizer).__name__
    if name not in _CUTS:
        raise TokenError(
            f"Its tokenizer {name} is not supported; supported are SentencePiece and the "
            f"byte-level BPE of {', '.join(_CUTS)}."
        )
    vocabulary = dict(tokenizer.vocabulary)
    if notes is not None:
        cut, control = notes.pre_tokenizer, set(notes.control)
    else:
        cut, control = _CUTS[name], {token for token in vocabulary if _CONTROL.fullmatch(token)}
        control |= {token for token in special if token in vocabulary}
    return BytePairCodec(vocabulary, tokenizer.merges, pre_tokenizer=cut, control=control)
