"""Other engines on the same weights: KerasHub's `generate()`, llama.cpp, transformers.

The last two come with native code of their own, whose crash must not be this process' end: see
`child`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def generate_rate(
    backbone: Any, prompt: Sequence[int], ids: Sequence[int], *, length: int
) -> Callable[[], float]:
    """Return a call that gives the tokens a second of KerasHub's `generate()`, the whole call.

    Args:
        backbone: a Llama whose weights to use.
        prompt: the ids of the prompt.
        ids: the ids that this engine answered with; `generate()` is stopped by one of them that
            first appears late, because it can only be limited by stop ids.
        length: its max_length.
    """
    import keras_hub

    language_model = keras_hub.models.LlamaCausalLM(backbone=backbone, preprocessor=None)
    language_model.compile(sampler="greedy")
    first_seen = {token: index for index, token in reversed(list(enumerate(ids)))}
    fitting = [item for item in first_seen.items() if len(prompt) + item[1] < length - 1]
    stop, count = max(fitting, key=lambda item: item[1])
    token_ids = np.zeros((1, length), np.int32)
    token_ids[0, : len(prompt)] = prompt
    mask = np.arange(length)[None] < len(prompt)

    def call() -> np.ndarray:
        inputs = {"token_ids": token_ids, "padding_mask": mask.astype(np.int32)}
        return np.asarray(language_model.generate(inputs, stop_token_ids=[stop])["token_ids"])[0]

    given = call()[len(prompt) : len(prompt) + count]
    if list(given) != list(ids[:count]):
        print(f"generate() at {length} answered otherwise than this engine")

    def rate() -> float:
        started = time.perf_counter()
        call()
        return (count + 1) / (time.perf_counter() - started)

    return rate


def llama_cpp_rate(
    gguf: Path, folder: Path, prompt: Sequence[int], *, tokens: int, context: int, whole: bool
) -> Callable[[], float]:
    """Return a call that gives llama.cpp's tokens a second.

    Args:
        gguf: the weights.
        folder: where they may be written out at float32.
        prompt: the ids of the prompt.
        tokens: how many to decode after the first one.
        context: the capacity of its KV cache.
        whole: at float32, as this engine computes on CPU; else as they are.
    """
    import llama_cpp

    path = _at_float32(gguf, folder / "float32.gguf") if whole else gguf
    model = llama_cpp.Llama(str(path), n_ctx=context, verbose=False, logits_all=False)

    def rate() -> float:
        model.reset()
        stream = model.generate(list(prompt), temp=0.0, repeat_penalty=1.0)
        next(stream)
        started = time.perf_counter()
        for _ in range(tokens):
            next(stream)
        return tokens / (time.perf_counter() - started)

    return rate


def _at_float32(source: Path, target: Path) -> Path:
    """Write a GGUF file anew with every tensor at float32."""
    import gguf

    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, "llama")
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in (
            "general.architecture",
            "general.file_type",
            "general.quantization_version",
        ):
            continue
        kind = field.types[0]
        below = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, below)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        writer.add_tensor(tensor.name, np.ascontiguousarray(values, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


def transformers_rate(gguf: Path, prompt: Sequence[int], *, tokens: int) -> Callable[[], float]:
    """Return a call that gives Hugging Face transformers' tokens a second on CPU at float32."""
    import torch
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(
        str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32
    )

    def seconds(count: int) -> float:
        started = time.perf_counter()
        model.generate(
            torch.tensor([list(prompt)]),
            max_new_tokens=count,
            min_new_tokens=count,
            do_sample=False,
        )
        return time.perf_counter() - started

    # The first token costs the prompt: the difference is what decoding costs.
    return lambda: tokens / (seconds(tokens + 1) - seconds(1))
