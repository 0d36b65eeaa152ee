"""Tiny models of the real shape with random weights, saved as the presets that profiles name."""

from __future__ import annotations

import json
from pathlib import Path

import keras_hub
import numpy as np

from tui_arena.engine.byte_pair import _bytes_of_letters
from tui_arena.engine.events import Message, Request
from tui_arena.engine.gguf import NOTES_FILE
from tui_arena.engine.profile import Profile, Sampler

CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def vocabulary() -> tuple[dict[str, int], list[str]]:
    letters = sorted(_bytes_of_letters(), key=_bytes_of_letters().get)
    merges = ["h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "l d"]
    tokens = [*CONTROL, *letters, *(merge.replace(" ", "") for merge in merges)]
    return {token: index for index, token in enumerate(tokens)}, merges


def backbone(*, tied: bool = True, seed: int = 0, kv_heads: int = 2, ends: bool = False):
    names, _ = vocabulary()
    model = keras_hub.models.LlamaBackbone(
        vocabulary_size=len(names),
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=kv_heads,
        hidden_dim=32,
        intermediate_dim=48,
        rope_max_wavelength=10000,
        layer_norm_epsilon=1e-5,
        tie_word_embeddings=tied,
        dtype="float32",
    )
    scramble(model, seed, ends=ends)
    return model


def scramble(model, seed: int, *, ends: bool) -> None:
    """Give weights big enough that every token matters to the next one.

    Unless it `ends`, the model never answers with a control token.
    """
    random = np.random.default_rng(seed)
    for variable in model.variables:
        if "norm" not in variable.path:
            spread = 1.0 if "embedding" in variable.path else 0.3
            values = random.normal(0, spread, variable.shape).astype("float32")
            if not ends and "embeddings" in variable.path:
                axis = 1 if "reverse" in variable.path else 0
                np.moveaxis(values, axis, 0)[: len(CONTROL)] = 0.0
            variable.assign(values)


def save(model, folder: Path, *, context: int = 1024) -> Path:
    names, merges = vocabulary()
    model.save_to_preset(str(folder))
    config = json.loads((folder / "config.json").read_text())
    config["config"]["tie_word_embeddings"] = model.tie_word_embeddings
    (folder / "config.json").write_text(json.dumps(config))
    keras_hub.tokenizers.BytePairTokenizer(names, merges).save_to_preset(str(folder))
    notes = {"context": context, "pre_tokenizer": "smollm", "control": CONTROL}
    (folder / NOTES_FILE).write_text(json.dumps(notes))
    return folder


def profile(folder: Path, **settings) -> Profile:
    return Profile(name=folder.name, preset=str(folder), template="chatml", **settings)


def request(profile: Profile, text: str, *, side: str = "left", **settings) -> Request:
    messages = settings.pop("messages", (Message("user", text),))
    return Request(
        profile=profile,
        conversation=side,
        messages=messages,
        sampler=settings.pop("sampler", Sampler()),
        max_tokens=settings.pop("max_tokens", 24),
        **settings,
    )


def generate(model, prompt: list[int], *, count: int, stops: list[int] | None = None) -> list[int]:
    """The greedy answer of KerasHub's own generate()."""
    [answer] = generate_all(model, [prompt], count=count, stops=stops)
    return answer


def generate_all(
    model,
    prompts: list[list[int]],
    *,
    count: int,
    stops: list[int] | None = None,
    kind=keras_hub.models.LlamaCausalLM,
) -> list[list[int]]:
    """The greedy answers of the function that does the work of KerasHub's generate().

    What generate() itself makes of the result fails for Gemma 3 without a preprocessor.
    """
    task = kind(backbone=model, preprocessor=None)
    task.compile(sampler="greedy")
    lengths = np.array([len(prompt) for prompt in prompts])
    ids = np.zeros((len(prompts), lengths.max() + count), np.int32)
    for row, prompt in zip(ids, prompts, strict=True):
        row[: len(prompt)] = prompt
    mask = np.arange(ids.shape[1])[None] < lengths[:, None]
    out = task.make_generate_function()({"token_ids": ids, "padding_mask": mask}, stops)
    rows = np.asarray(out["token_ids"])
    return [row[n : n + count].tolist() for row, n in zip(rows, lengths, strict=True)]
