"""Small vocabularies with each family's control tokens under their real names."""

from __future__ import annotations

from functools import cache

import pieces
import tiny

from tui_arena.engine.byte_pair import BytePairCodec
from tui_arena.engine.sentence_piece import SentencePieceCodec
from tui_arena.engine.tokens import Codec

LLAMA3 = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>"]
LLAMA3 += ["<|eom_id|>", "<|eot_id|>", "<|python_tag|>"]


@cache
def codec(family: str) -> Codec:
    """Return the codec of "smollm", "qwen", "llama3", "gemma", "llama" or "mistral3"."""
    if family in ("gemma", "llama", "mistral3"):
        return SentencePieceCodec(getattr(pieces, family)())
    names, merges = tiny.vocabulary()
    if family == "llama3":
        control = LLAMA3
        names = {name: n for n, name in enumerate([*control, *list(names)[len(tiny.CONTROL) :]])}
    else:
        control = tiny.CONTROL
    if family == "qwen":
        names |= {name: len(names) + n for n, name in enumerate(["<think>", "</think>"])}
    cut = {"smollm": "smollm", "qwen": "qwen2", "llama3": "llama3"}[family]
    return BytePairCodec(names, merges, pre_tokenizer=cut, control=control)


FAMILIES = {
    "chatml": "smollm",
    "qwen3": "qwen",
    "qwen3-no-think": "qwen",
    "llama3": "llama3",
    "llama3.1": "llama3",
    "gemma": "gemma",
    "mistral": "llama",
    "mistral 0.3": "mistral3",
    "vicuna": "llama",
}
"""Templates, and the vocabulary that each is tried with."""
