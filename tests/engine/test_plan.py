"""What is planned without weights must be what the weights turn out to be."""

import json
from dataclasses import replace

import jax
import keras_hub
import pytest
from keras_hub.src.utils.preset_utils import BUILTIN_PRESETS
from test_sharding import CASES, build

from tui_arena.engine.model import Model
from tui_arena.engine.plan import KEPT_FREE, Machine, fitting, need_of
from tui_arena.engine.profile import Profile, find_profile, profile_folders
from tui_arena.engine.published import PUBLISHED
from tui_arena.engine.shapes import shape_of_backbone
from tui_arena.engine.sharding import Placement, audit
from tui_arena.engine.sources import SourceError, files_of, shape_of

TPU = Machine(devices=8, memory=16_000_000_000)
"""A TPU v5e with eight cores."""

ARTICLE = {
    "gemma2_instruct_9b_en": (2.31, 336),
    "llama3.1_instruct_8b": (2.01, 128),
    "llama3.2_instruct_3b": (0.90, 112),
    "llama3.2_instruct_1b": (0.37, 32),
    "gemma_instruct_2b_en": (0.63, 18),
    "code_gemma_instruct_7b_en": (2.13, 448),
    "vicuna_1.5_7b_en": (1.68, 512),
    "mistral_instruct_7b_en": (1.81, 128),
}
"""Models of the chatbot arena experiment: gigabytes of weights a core, KiB of cache a token."""


def profile(preset: str, **settings) -> Profile:
    return Profile(name=preset, preset=preset, template="chatml", **settings)


def need(preset: str, machine: Machine = TPU):
    return need_of([profile(preset)], PUBLISHED[preset], machine)


@pytest.mark.parametrize("preset", PUBLISHED)
def test_published_sizes_have_the_parameters_that_kerashub_says(preset):
    assert keras_hub.models.Backbone  # which registers the presets
    assert PUBLISHED[preset].parameters == BUILTIN_PRESETS[preset]["metadata"]["params"]


@pytest.mark.parametrize("name", CASES)
def test_a_plan_is_what_keras_does(name):
    placement = Placement(jax.devices()[:8])
    with placement.loading():
        backbone = build(name)
    tied = {"tie_word_embeddings": getattr(backbone, "tie_word_embeddings", True)}
    shape = shape_of_backbone(type(backbone).__name__, backbone.get_config() | tied)
    planned, real = shape.planned("float32", 8), audit(backbone.variables)
    assert {weight.path: weight for weight in planned.weights} == {
        weight.path: weight for weight in real.weights
    }
    model = Model(backbone, None, context=1000, placement=placement)
    assert model.cache_bytes == 0
    model.reset_cache()
    pools = [array for pool in model._pools for array in pool]
    on_first = sum(array.addressable_shards[0].data.nbytes for array in pools)
    assert shape.cache_bytes("float32", 8, 1000) == on_first


@pytest.mark.parametrize("preset", ARTICLE)
def test_the_articles_models_lie_as_was_measured(preset):
    weights, token = ARTICLE[preset]
    found = need(preset)
    assert found.audit.device_bytes / 1e9 == pytest.approx(weights, abs=0.006)
    assert found.token_bytes == token * 1024
    assert found.audit.cut > 0.999


@pytest.mark.parametrize(("preset", "weights"), [("3b", 0.80), ("1b", 0.31)])
def test_llama_3_2_as_its_maker_has_it_shares_its_head(preset, weights):
    shape = replace(PUBLISHED[f"llama3.2_instruct_{preset}"], tied=True)
    assert shape.planned("bfloat16", 8).device_bytes / 1e9 == pytest.approx(weights, abs=0.006)


def test_the_articles_models_fit_together_and_one_more_8b_would_not():
    needs = [need(preset) for preset in ARTICLE]
    assert fitting(needs, TPU.memory) == sorted(needs, key=lambda need: need.bytes)
    assert sum(need.audit.device_bytes for need in needs) / 1e9 == pytest.approx(11.85, abs=0.01)
    one_more = [*needs, need("llama3.1_instruct_8b")]
    assert sum(need.bytes for need in one_more) > TPU.memory
    assert len(fitting(one_more, TPU.memory)) == 8


def test_what_fits_is_the_most_models():
    needs = [need(preset) for preset in ("gemma2_instruct_9b_en", "gemma_instruct_2b_en")]
    small = needs[1].bytes + KEPT_FREE
    assert fitting(needs, small) == [needs[1]]
    assert fitting(needs, small - 1) == []


def test_profiles_of_the_same_weights_need_the_longer_context():
    pair = [profile("vicuna_1.5_7b_en"), profile("vicuna_1.5_7b_en", context=1024)]
    shape = PUBLISHED["vicuna_1.5_7b_en"]
    assert need_of(pair, shape, TPU).cache_bytes == need_of(pair[:1], shape, TPU).cache_bytes
    assert need_of(pair[1:], shape, TPU).cache_bytes == shape.cache_bytes("bfloat16", 8, 1024)


# what lies on this machine


def test_the_sizes_in_a_gguf_file_are_those_of_the_model():
    shape = shape_of(find_profile("smollm2-135m", profile_folders()))
    assert shape.parameters == 134_515_008
    assert shape.trained == 8192


def test_the_sizes_in_a_preset_are_those_of_the_model(preset):
    shape = shape_of(profile(str(preset)))
    model = keras_hub.models.Backbone.from_preset(str(preset))
    assert {path: tuple(size) for path, size in shape.weights()} == {
        variable.path: tuple(variable.shape) for variable in model.variables
    }


def test_what_hubs_fetched_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kaggle"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hf"))
    gemma, kaggle = profile("gemma_instruct_2b_en"), profile("kaggle://keras/gemma/keras/x/3")
    snapshot = profile("hf://someone/small")
    assert [files_of(each) for each in (gemma, kaggle, snapshot)] == [None] * 3
    assert shape_of(gemma) == PUBLISHED["gemma_instruct_2b_en"]
    assert shape_of(profile("kaggle://keras/gemma/keras/gemma_instruct_2b_en/3")) is not None
    assert shape_of(snapshot) is None

    models = tmp_path / "kaggle/models/keras/gemma/keras"
    for folder in ("gemma_instruct_2b_en/9", "gemma_instruct_2b_en/10", "x/3"):
        (models / folder).mkdir(parents=True)
    assert files_of(gemma) == models / "gemma_instruct_2b_en/10"
    assert files_of(kaggle) == models / "x/3"
    with pytest.raises(SourceError, match="sizes of gemma_instruct_2b_en cannot be read"):
        shape_of(gemma)

    config = {
        "model_type": "qwen2",
        "vocab_size": 151936,
        "num_hidden_layers": 24,
        "num_attention_heads": 14,
        "num_key_value_heads": 2,
        "hidden_size": 896,
        "intermediate_size": 4864,
        "tie_word_embeddings": True,
        "max_position_embeddings": 32768,
    }
    folder = tmp_path / "hf/models--someone--small/snapshots/abc"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    assert shape_of(snapshot) == PUBLISHED["qwen2.5_instruct_0.5b_en"]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        '{"class_name": "LlamaBackbone", "config": {}}',
        '{"class_name": "LlamaBackbone", "config": []}',
        '{"model_type": "llama", "num_attention_heads": 0, "hidden_size": 1}',
        '{"model_type": "llama", "num_attention_heads": 4, "hidden_size": 64, "vocab_size": 9,'
        ' "num_hidden_layers": 1000000000, "intermediate_size": 9}',
    ],
)
def test_a_damaged_configuration_is_one_sentence(tmp_path, written):
    (tmp_path / "config.json").write_text(written)
    with pytest.raises(SourceError, match="fetch the model again"):
        shape_of(profile(str(tmp_path)))


def test_an_unknown_kind_of_model_has_unknown_sizes(tmp_path):
    (tmp_path / "config.json").write_text('{"class_name": "PhiBackbone", "config": {}}')
    assert shape_of(profile(str(tmp_path))) is None
