"""Presets of other families: their vocabularies, and what is refused before weights are read."""

import json

import families
import keras_hub
import pytest
import tiny
from families import FAMILIES

from tui_arena.engine.codecs import codec_of
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Message, Request
from tui_arena.engine.loading import load_model
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.engine.serving import NotSupported, trained_context
from tui_arena.engine.sources import LoadError
from tui_arena.engine.template import render
from tui_arena.engine.tokens import TokenError

models = keras_hub.models

SHAPE = {
    "vocabulary_size": 440,
    "num_layers": 2,
    "num_query_heads": 4,
    "num_key_value_heads": 2,
    "hidden_dim": 32,
    "intermediate_dim": 48,
    "dtype": "float32",
}

PRESETS = {
    "gemma": (models.GemmaBackbone, {"head_dim": 16}),
    "llama": (models.LlamaBackbone, {}),
    "mistral3": (models.MistralBackbone, {}),
    "qwen": (models.Qwen3Backbone, {"head_dim": 16}),
    "llama3": (models.Llama3Backbone, {}),
}


@pytest.fixture(scope="module")
def presets(tmp_path_factory):
    """A folder with a tiny preset of each family, named after its vocabulary."""
    root = tmp_path_factory.mktemp("presets")
    for name, (backbone, settings) in PRESETS.items():
        made = backbone(**(SHAPE | settings))
        tiny.scramble(made, 1, ends=True)
        families.save(made, root / name, name)
    return root


def profile(preset, template: str, **settings) -> Profile:
    return Profile(name="tried", preset=str(preset), template=template, **settings)


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_codec_is_that_of_its_vocabulary(presets, name):
    """The control tokens that KerasHub does not list are found as well."""
    codec, expected = codec_of(str(presets / name), None), families.codec(name)
    assert codec.names == expected.names
    assert codec.control == expected.control
    for text in ("hello world 12345 äöü 🥦", "<|im_end|><|eot_id|></s><end_of_turn>", " \n\n x"):
        assert codec.encode(text) == expected.encode(text)


@pytest.mark.parametrize("family", ["gemma", "vicuna", "mistral 0.3", "qwen3", "llama3.1"])
async def test_a_preset_answers_in_its_own_template(presets, family, collect):
    vocabulary = FAMILIES[family]
    engine = KerasEngine()
    engine.start()
    asked = profile(presets / vocabulary, family.split()[0], context=512)
    messages = (Message("system", "Be brief."), Message("user", "hello </s><end_of_turn>"))
    request = Request(
        profile=asked,
        conversation="left",
        messages=messages,
        sampler=Sampler(),
        max_tokens=12,
    )
    text, finished = await collect(engine.submit(request))
    engine.close()
    codec = families.codec(vocabulary)
    assert finished.error is None
    assert finished.prompt_tokens == len(render(asked.template, codec, messages))
    assert text == codec.decode(finished.ids)
    assert finished.output_tokens >= 1


def refuse(folder, config: dict, template: str = "chatml") -> str:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises((NotSupported, LoadError)) as refused:
        load_model(profile(folder, template), lambda event: None)
    return str(refused.value)


def test_an_unsupported_architecture_is_refused_by_name_without_weights(tmp_path):
    """There is nothing in these folders but the configuration."""
    phi = models.Phi3Backbone(**SHAPE)
    phi.save_to_preset(str(tmp_path / "whole"))
    config = json.loads((tmp_path / "whole" / "config.json").read_text())
    said = refuse(tmp_path / "keras", config)
    assert said.startswith("Phi3Backbone models are not supported; supported are Gemma 1 and 2, ")
    assert "Qwen 3" in said
    assert refuse(tmp_path / "hf", {"model_type": "phi3"}).startswith("phi3 models are not")
    assert refuse(tmp_path / "other", {"model_type": "mamba"}).startswith("mamba models are not")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"model_type": "gemma3", "vision_config": {"hidden_size": 8}}, "Models with vision are"),
        ({"model_type": "gemma3_text", "use_bidirectional_attention": True}, "makes embeddings"),
        ({"model_type": "qwen2", "use_sliding_window": True}, "with a sliding window"),
    ],
)
def test_kinds_that_the_gate_does_not_cover_are_refused(tmp_path, config, said):
    assert said in refuse(tmp_path / "model", config)


def test_the_context_is_read_where_the_configuration_has_it(tmp_path):
    config = {"model_type": "qwen2", "max_position_embeddings": 1024}
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert trained_context(str(tmp_path), config) == 1024
    with pytest.raises(LoadError, match="context of 4096 tokens, but the model was made for 1024"):
        load_model(profile(tmp_path, "chatml", context=4096), lambda event: None)


def test_the_template_of_another_family_is_refused_before_the_weights(presets, monkeypatch):
    monkeypatch.setattr(models.Backbone, "from_preset", lambda *a, **k: pytest.fail("was loaded"))
    with pytest.raises(TokenError, match="has no <end_of_turn>"):
        load_model(profile(presets / "llama", "gemma"), lambda event: None)
