"""Small vocabularies with each family's control tokens under their real names."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import keras_hub
import pieces
import tiny

from tui_arena.engine.byte_pair import BytePairCodec
from tui_arena.engine.sentence_piece import SentencePieceCodec
from tui_arena.engine.tokens import Codec

models = keras_hub.models

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


TOKENIZERS = {
    "gemma": models.GemmaTokenizer,
    "llama": models.LlamaTokenizer,
    "mistral3": models.MistralTokenizer,
    "qwen": models.Qwen3Tokenizer,
    "llama3": models.Llama3Tokenizer,
}


def save(model, folder: Path, family: str) -> None:
    """Save a backbone as a preset with its family's vocabulary, as KerasHub would."""
    model.save_to_preset(str(folder))
    config = json.loads((folder / "config.json").read_text())
    config["config"]["tie_word_embeddings"] = getattr(model, "tie_word_embeddings", True)
    (folder / "config.json").write_text(json.dumps(config))
    if family in ("gemma", "llama", "mistral3"):
        vocabulary = TOKENIZERS[family](proto=getattr(pieces, family)())
    else:
        _, merges = tiny.vocabulary()
        vocabulary = TOKENIZERS[family](vocabulary=codec(family).names, merges=merges)
    vocabulary.save_to_preset(str(folder))


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
