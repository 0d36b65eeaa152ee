"""Texts as points by a KerasHub model, on a tiny one with random weights."""

import huggingface_hub
import keras_hub
import numpy as np
import pytest

from tui_arena.engine.embedding import KerasEmbedder
from tui_arena.engine.sources import LoadError

WORDS = ["date", "calendar", "meeting", "circle", "radius", "triangle", "sql", "table", "select"]


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A BERT of one layer in a folder."""
    hub = keras_hub.models
    tokenizer = hub.BertTokenizer(vocabulary=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])
    backbone = hub.BertBackbone(
        vocabulary_size=len(WORDS) + 5,
        num_layers=1,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=16,
        max_sequence_length=32,
    )
    preprocessor = hub.BertTextEmbedderPreprocessor(tokenizer, sequence_length=16)
    folder = tmp_path_factory.mktemp("presets") / "tiny"
    hub.BertTextEmbedder(backbone=backbone, preprocessor=preprocessor).save_to_preset(str(folder))
    return folder


def test_texts_become_points_of_length_one_whatever_block_they_are_in(preset):
    embedder = KerasEmbedder(str(preset))
    assert embedder.name == f"keras:{preset}"
    texts = [*(f"{WORDS[n % 9]} {WORDS[n % 7]}" for n in range(40)), "", "🍄 of no word it knows"]
    heard = []
    found = embedder.prompts(texts, lambda what, done: heard.append(done))
    assert found.shape == (42, 8)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    alone = embedder.responses(texts[35:36], lambda what, done: None)
    assert np.allclose(alone[0], found[35], atol=1e-5)
    assert heard == [0, 32 / 42]


def test_no_text_has_no_point(preset):
    assert KerasEmbedder(str(preset)).prompts([], lambda what, done: None).shape[0] == 0


def test_what_is_no_preset_is_one_sentence(tmp_path):
    with pytest.raises(
        LoadError, match=r"cannot embed texts: Unknown preset .*all_mini"
    ) as refused:
        KerasEmbedder(str(tmp_path / "nothing"))
    assert "\n" not in str(refused.value)


def test_a_hub_that_cannot_be_reached_is_told_of(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(LoadError, match=r"hf://some/body is not on this machine yet, and its hub"):
        KerasEmbedder("hf://some/body")
