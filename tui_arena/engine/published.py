"""Sizes of models that are not on this machine yet, by the name of their KerasHub preset.

From the configurations that their makers publish; the parameter counts agree with those in
KerasHub's own preset lists, and a test keeps it so. KerasHub's Llama 3.2 has a head of its own,
where the maker's shares it with the embedding.
"""

from __future__ import annotations

from dataclasses import replace

from tui_arena.engine.shapes import Shape

_GEMMA_2B = Shape(
    gemma=True,
    vocabulary=256000,
    layers=18,
    heads=8,
    kv_heads=1,
    head_dim=256,
    hidden=2048,
    wide=16384,
    trained=8192,
)
_GEMMA_7B = Shape(
    gemma=True,
    vocabulary=256000,
    layers=28,
    heads=16,
    kv_heads=16,
    head_dim=256,
    hidden=3072,
    wide=24576,
    trained=8192,
)
_LLAMA3_8B = Shape(
    vocabulary=128256,
    layers=32,
    heads=32,
    kv_heads=8,
    head_dim=128,
    hidden=4096,
    wide=14336,
    tied=False,
    trained=131072,
)
_LLAMA2_7B = Shape(
    vocabulary=32000,
    layers=32,
    heads=32,
    kv_heads=32,
    head_dim=128,
    hidden=4096,
    wide=11008,
    tied=False,
    trained=4096,
)
_MISTRAL_7B = Shape(
    vocabulary=32000,
    layers=32,
    heads=32,
    kv_heads=8,
    head_dim=128,
    hidden=4096,
    wide=14336,
    tied=False,
    trained=32768,
)


def _gemma2(layers: int, heads: int, hidden: int, wide: int) -> Shape:
    return Shape(
        gemma=True,
        vocabulary=256000,
        layers=layers,
        heads=heads,
        kv_heads=heads // 2,
        head_dim=256,
        hidden=hidden,
        wide=wide,
        post_norms=True,
        trained=8192,
    )


def _gemma3(layers: int, heads: int, kv_heads: int, hidden: int, wide: int) -> Shape:
    return Shape(
        gemma=True,
        vocabulary=262144,
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=256,
        hidden=hidden,
        wide=wide,
        head_norms=True,
        post_norms=True,
        trained=32768,
    )


def _llama32(layers: int, heads: int, head_dim: int, hidden: int) -> Shape:
    return Shape(
        vocabulary=128256,
        layers=layers,
        heads=heads,
        kv_heads=8,
        head_dim=head_dim,
        hidden=hidden,
        wide=8192,
        tied=False,
        trained=131072,
    )


def _qwen3(layers: int, heads: int, hidden: int, wide: int, *, tied: bool = True) -> Shape:
    return Shape(
        vocabulary=151936,
        layers=layers,
        heads=heads,
        kv_heads=8,
        head_dim=128,
        hidden=hidden,
        wide=wide,
        tied=tied,
        head_norms=True,
        trained=40960,
    )


PUBLISHED = {
    "gemma2_instruct_9b_en": _gemma2(42, 16, 3584, 14336),
    "gemma2_instruct_2b_en": _gemma2(26, 8, 2304, 9216),
    "llama3.1_instruct_8b": _LLAMA3_8B,
    "llama3.2_instruct_3b": _llama32(28, 24, 128, 3072),
    "llama3.2_instruct_1b": _llama32(16, 32, 64, 2048),
    "gemma_instruct_2b_en": _GEMMA_2B,
    "gemma_1.1_instruct_2b_en": _GEMMA_2B,
    "gemma_1.1_instruct_7b_en": _GEMMA_7B,
    "code_gemma_instruct_7b_en": _GEMMA_7B,
    "code_gemma_1.1_instruct_7b_en": _GEMMA_7B,
    "vicuna_1.5_7b_en": _LLAMA2_7B,
    "llama2_instruct_7b_en": _LLAMA2_7B,
    "llama2_instruct_7b_en_int8": replace(_LLAMA2_7B, int8=True),
    "llama3_instruct_8b_en_int8": replace(_LLAMA3_8B, int8=True, trained=8192),
    "mistral_instruct_7b_en": _MISTRAL_7B,
    "mistral_0.2_instruct_7b_en": _MISTRAL_7B,
    "gemma3_instruct_270m": _gemma3(18, 4, 1, 640, 2048),
    "gemma3_instruct_1b": _gemma3(26, 4, 1, 1152, 6912),
    "gemma3_instruct_4b_text": _gemma3(34, 8, 4, 2560, 10240),
    "qwen2.5_instruct_0.5b_en": Shape(
        vocabulary=151936,
        layers=24,
        heads=14,
        kv_heads=2,
        head_dim=64,
        hidden=896,
        wide=4864,
        biases=True,
        trained=32768,
    ),
    "qwen3_0.6b_en": _qwen3(28, 16, 1024, 3072),
    "qwen3_1.7b_en": _qwen3(28, 16, 2048, 6144),
    "qwen3_4b_en": _qwen3(36, 32, 2560, 9728),
    "qwen3_8b_en": _qwen3(36, 32, 4096, 12288, tied=False),
}
"""By the last part of the preset's name or address."""
