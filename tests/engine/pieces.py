"""Small SentencePiece models, trained here, in the manner of the families' own."""

from __future__ import annotations

import io
import random
from functools import cache

from sentencepiece import SentencePieceTrainer

WORDS = (
    "the quick brown fox jumps over lazy dog hello world naive user model system start of turn end "
    "assistant chat between curious and an artificial intelligence helpful answers"
)

TURNS = ["<start_of_turn>", "<end_of_turn>"]
GEMMA = [*TURNS, "<unused0>", "[@BOS@]", "\n", "\n\n", "<b>", "</b>", "<table>"]
"""Pieces that Gemma's vocabulary defines beside what was learnt, one of each kind."""


def train(*, defined: list[str] = (), control: list[str] = (), **settings) -> bytes:
    chance = random.Random(1)
    words = WORDS.split()
    lines = (" ".join(chance.choice(words) for _ in range(8)) for _ in range(400))
    out = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=lines,
        model_writer=out,
        vocab_size=settings.pop("vocab_size", 440),
        model_type=settings.pop("model_type", "bpe"),
        user_defined_symbols=list(defined),
        control_symbols=list(control),
        byte_fallback=settings.pop("byte_fallback", True),
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        split_digits=True,
        minloglevel=2,
        **settings,
    )
    return out.getvalue()


@cache
def gemma() -> bytes:
    """No dummy prefix, turns as user-defined pieces."""
    return train(
        defined=GEMMA,
        add_dummy_prefix=False,
        allow_whitespace_only_pieces=True,
        **{"pad_id": 0, "eos_id": 1, "bos_id": 2, "unk_id": 3},
        **{"pad_piece": "<pad>", "eos_piece": "<eos>", "bos_piece": "<bos>"},
    )


@cache
def llama() -> bytes:
    """The kind of Llama 2, Vicuna and Mistral 0.1: a dummy prefix; <s> and </s> for control."""
    return train(unk_id=0, bos_id=1, eos_id=2)


@cache
def mistral3() -> bytes:
    """As `llama`, with the instruction marks of Mistral 0.3 as control pieces."""
    return train(unk_id=0, bos_id=1, eos_id=2, control=["[INST]", "[/INST]"])
