"""Greedy tokens must equal KerasHub's own generate(), however the work is cut up."""

import numpy as np
import pytest
import tiny
from steps import GREEDY, conversations, decode, decode_together, make_model, read_all

from tui_arena.engine.model import Row

PROMPT = [int(n) for n in np.random.default_rng(7).integers(3, 267, 300)]


@pytest.fixture(scope="module", params=["tied", "untied", "one KV head", "all KV heads"])
def pair(request):
    kv_heads = {"one KV head": 1, "all KV heads": 4}.get(request.param, 2)
    backbone = tiny.backbone(tied=request.param != "untied", kv_heads=kv_heads)
    expected = tiny.generate(backbone, PROMPT, count=40)
    return make_model(backbone), expected


@pytest.mark.parametrize("chunk", [16, 64, 256])
def test_prompt_read_in_chunks_equals_generate(pair, chunk):
    model, expected = pair
    model.reset_cache()
    with conversations(model, PROMPT) as [cached]:
        first = read_all(model, cached, PROMPT, chunk)
        assert decode(model, cached, first, 40) == expected
    assert len(set(expected)) > 10, "the model repeats itself, so the test would prove little"


def test_rewind_and_go_on_equals_generate(pair):
    model, expected = pair
    model.reset_cache()
    other = [*PROMPT[:270], *reversed(PROMPT)]
    with conversations(model, other) as [cached]:
        decode(model, cached, read_all(model, cached, other, 256), 30)
    before = model.prefilled
    with conversations(model, PROMPT) as [cached]:
        assert len(cached.ids) == 270
        first = read_all(model, cached, PROMPT, 64)
        assert model.prefilled - before == 30
        assert decode(model, cached, first, 40) == expected


def test_rows_of_other_lengths_share_a_step(pair):
    model, expected = pair
    short = PROMPT[:5]
    with conversations(model, short) as [alone]:
        expected_short = decode(model, alone, read_all(model, alone, short, 16), 40)
    model.reset_cache()
    with conversations(model, PROMPT, short) as rows:
        tokens = [read_all(model, rows[0], PROMPT, 256), read_all(model, rows[1], short, 16)]
        steps = model.steps
        outs = decode_together(model, rows, tokens, 40)
    assert outs == [expected, expected_short]
    assert model.steps - steps == 39


def test_padded_rows_change_nothing(pair):
    model, _ = pair
    model.reset_cache()
    prompts = [PROMPT[:100], PROMPT[:101], PROMPT[:102]]
    with conversations(model, *prompts) as rows:
        tokens = [
            read_all(model, cached, prompt, 256)
            for cached, prompt in zip(rows, prompts, strict=True)
        ]
        step = [Row(cached, len(cached.ids), GREEDY) for cached in rows]
        following = np.asarray(model.step(np.array([*tokens, 0], np.int32), step))
        for index, row in enumerate(step):
            alone = model.step(np.array([tokens[index]], np.int32), [row])
            assert np.asarray(alone)[0] == following[index]


def test_an_unrouted_model_is_refused_by_name():
    import keras_hub

    from tui_arena.engine.serving import NotRouted

    backbone = keras_hub.models.Phi3Backbone(
        vocabulary_size=300,
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=32,
        intermediate_dim=48,
    )
    model = make_model(backbone)
    with pytest.raises(NotRouted, match="Phi3Backbone is not supported"):
        model.warm_up(lambda done: None)
