"""The gate of the families: greedy tokens equal generate()'s, prompt in chunks and rows together.

The models are tiny and their weights random, but the shape is the family's own: the head ratio, a
head_dim of its own, tied or untied head, soft caps, norms of queries and keys, scaled RoPE, and a
sliding window that is smaller than the prompt.
"""

from dataclasses import dataclass, field
from typing import Any

import keras_hub
import numpy as np
import pytest
import tiny
from steps import conversations, decode, decode_together, make_model, read_all

from tui_arena.engine.serving import SUPPORTED

models = keras_hub.models

PROMPT = [int(n) for n in np.random.default_rng(7).integers(3, 267, 150)]
COUNT = 40

BASE = {"vocabulary_size": 267, "num_layers": 2, "hidden_dim": 32, "intermediate_dim": 48}
LLAMA31_ROPE = {
    "rope_max_wavelength": 500000,
    "rope_frequency_adjustment_factor": 8.0,
    "rope_low_freq_factor": 1.0,
    "rope_high_freq_factor": 4.0,
    "rope_pretraining_sequence_length": 64,
}
POST_NORMS = {"use_post_ffw_norm": True, "use_post_attention_norm": True}
WINDOW = {"use_sliding_window_attention": True, "sliding_window_size": 40}


def heads(query: int, key_value: int) -> dict[str, int]:
    return {"num_query_heads": query, "num_key_value_heads": key_value}


@dataclass
class Family:
    backbone: Any
    task: Any
    settings: dict[str, Any]
    spread: tuple[float, float] = field(default=(1.0, 0.3))
    """Standard deviations of embeddings and kernels: so that answers do not repeat one token."""


FAMILIES = {
    "Llama 2 and Vicuna": Family(models.LlamaBackbone, models.LlamaCausalLM, heads(4, 4)),
    "Llama 3.1 8B": Family(
        models.Llama3Backbone, models.Llama3CausalLM, heads(8, 2) | LLAMA31_ROPE
    ),
    "Llama 3.2 3B": Family(
        models.Llama3Backbone,
        models.Llama3CausalLM,
        heads(6, 2) | LLAMA31_ROPE | {"tie_word_embeddings": True, "hidden_dim": 48},
    ),
    "Mistral 0.1": Family(
        models.MistralBackbone, models.MistralCausalLM, heads(8, 2) | {"sliding_window": 40}
    ),
    "Mistral 0.3": Family(
        models.MistralBackbone, models.MistralCausalLM, heads(8, 2) | {"sliding_window": None}
    ),
    "Gemma 2B": Family(
        models.GemmaBackbone, models.GemmaCausalLM, heads(8, 1) | {"head_dim": 16}, (0.05, 0.3)
    ),
    "Gemma 7B": Family(
        models.GemmaBackbone, models.GemmaCausalLM, heads(4, 4) | {"head_dim": 16}, (0.05, 0.3)
    ),
    "Gemma 2 9B": Family(
        models.GemmaBackbone,
        models.GemmaCausalLM,
        heads(4, 2)
        | POST_NORMS
        | WINDOW
        | {"head_dim": 16, "attention_logit_soft_cap": 50.0, "final_logit_soft_cap": 30.0}
        | {"query_head_dim_normalize": True, "num_layers": 4},
        (0.05, 0.6),
    ),
    "Gemma 2 27B": Family(
        models.GemmaBackbone,
        models.GemmaCausalLM,
        heads(4, 2)
        | POST_NORMS
        | WINDOW
        | {"head_dim": 16, "attention_logit_soft_cap": 50.0, "final_logit_soft_cap": 30.0}
        | {"query_head_dim_normalize": False, "num_layers": 2},
        (0.05, 0.6),
    ),
    "Gemma 3 1B": Family(
        models.Gemma3Backbone,
        models.Gemma3CausalLM,
        heads(4, 1)
        | POST_NORMS
        | WINDOW
        | {"head_dim": 16, "image_size": None, "num_layers": 7, "global_rope_scaling_factor": 8.0},
        (0.05, 0.6),
    ),
    "Qwen 2.5 0.5B": Family(
        models.QwenBackbone,
        models.QwenCausalLM,
        heads(14, 2) | {"hidden_dim": 56, "rope_max_wavelength": 1000000},
    ),
    "Qwen 2.5 7B": Family(
        models.QwenBackbone,
        models.QwenCausalLM,
        heads(7, 1) | {"hidden_dim": 56, "tie_word_embeddings": False},
    ),
    "Qwen 3 0.6B": Family(
        models.Qwen3Backbone,
        models.Qwen3CausalLM,
        heads(4, 2) | {"head_dim": 16, "sliding_window_size": None},
        (0.3, 0.6),
    ),
    "Qwen 3 8B": Family(
        models.Qwen3Backbone,
        models.Qwen3CausalLM,
        heads(8, 2) | {"head_dim": 16, "tie_word_embeddings": False, "sliding_window_size": None},
    ),
}


def build(family: Family):
    backbone = family.backbone(**{**BASE, **family.settings}, dtype="float32")
    random = np.random.default_rng(3)
    for variable in backbone.variables:
        drawn = random.normal(0, 1, variable.shape).astype("float32")
        if "norm" in variable.path:
            variable.assign(np.asarray(variable) + 0.1 * drawn)
        else:
            variable.assign(drawn * family.spread["embedding" not in variable.path])
    return backbone


@pytest.fixture(scope="module", params=FAMILIES)
def pair(request):
    family = FAMILIES[request.param]
    backbone = build(family)
    prompts = [PROMPT, PROMPT[:70]]
    expected = tiny.generate_all(backbone, prompts, count=COUNT, kind=family.task)
    return make_model(backbone), expected


def test_a_prompt_read_in_chunks_gives_the_tokens_of_generate(pair):
    model, [expected, _] = pair
    model.reset_cache()
    with conversations(model, PROMPT) as [cached]:
        first = read_all(model, cached, PROMPT, 64)
        assert decode(model, cached, first, COUNT) == expected
    assert len(set(expected)) > 10, "the model repeats itself, so the test would prove little"


def test_rows_of_other_lengths_in_shared_steps_give_the_tokens_of_generate(pair):
    model, expected = pair
    model.reset_cache()
    prompts = [PROMPT, PROMPT[:70]]
    with conversations(model, *prompts) as rows:
        firsts = [
            read_all(model, cached, ids, 64) for cached, ids in zip(rows, prompts, strict=True)
        ]
        assert decode_together(model, rows, firsts, COUNT) == expected


def test_what_is_supported_is_what_passes_here():
    assert {family.backbone.__name__ for family in FAMILIES.values()} == set(SUPPORTED)
