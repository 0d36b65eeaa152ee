"""The profiles that ship: their presets exist, are supported, and get the template they need."""

import keras_hub
import published
import pytest

from tui_arena.engine.events import Message
from tui_arena.engine.profile import find_profile, list_profiles, profile_folders, read_profile
from tui_arena.engine.serving import SUPPORTED
from tui_arena.folders import shipped

PROFILES = {path.stem: read_profile(path) for path in list_profiles([shipped("profiles")])}
ON_HUBS = [profile for profile in PROFILES.values() if "://" not in profile.preset]

TEMPLATES = {
    "GemmaBackbone": {"gemma"},
    "Gemma3Backbone": {"gemma"},
    "LlamaBackbone": {"vicuna"},
    "Llama3Backbone": {"llama3.1"},
    "MistralBackbone": {"mistral"},
    "QwenBackbone": {"chatml"},
    "Qwen3Backbone": {"qwen3", "qwen3-no-think"},
}


def test_the_models_of_the_experiment_are_there():
    wanted = ["gemma2-9b", "llama3.1-8b", "llama3.2-3b", "llama3.2-1b", "gemma-2b", "codegemma-7b"]
    assert {*wanted, "vicuna-7b", "mistral-7b", "smollm2-135m"} <= set(PROFILES)


@pytest.mark.parametrize("profile", ON_HUBS, ids=lambda profile: profile.name)
def test_a_preset_is_one_of_keras_hubs_and_of_a_supported_family(profile):
    [kind] = [
        name
        for name in SUPPORTED
        if profile.preset in getattr(keras_hub.models, name).presets
        # Llama 3's class derives from Llama's, whose presets include the others.
        and (name != "LlamaBackbone" or not profile.preset.startswith("llama3"))
    ]
    assert profile.template in TEMPLATES[kind]
    assert "instruct" in profile.preset or kind in ("Qwen3Backbone", "LlamaBackbone")
    assert profile.context is not None
    assert profile.context <= 8192


def test_a_system_text_that_a_published_template_adds_is_in_the_profile():
    asked = (Message("user", "hi"),)
    assert f"system\n{PROFILES['qwen2.5-0.5b'].system}<|im_end|>" in published.qwen25(asked)
    assert f"system\n{PROFILES['smollm2-135m'].system}<|im_end|>" in published.smollm2(asked)
    assert PROFILES["smollm2-sampled"].system == PROFILES["smollm2-135m"].system


def test_one_copy_of_the_weights_for_profiles_that_extend_another():
    think = find_profile("qwen3-0.6b-thinking", profile_folders())
    assert think.weights_key == PROFILES["qwen3-0.6b"].weights_key
    assert think.title == "Qwen 3 0.6B, thinking"
    assert think.template == "qwen3"
