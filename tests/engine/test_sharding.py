"""Models cut over eight devices, at the head counts that the real ones have."""

import gc
import re
from collections import Counter

import jax
import keras_hub
import numpy as np
import pytest
import tiny
from steps import GREEDY, conversations, make_model, read_all
from test_parity import PROMPT

from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.layout import Audit, LayoutError, Weight, split_axis
from tui_arena.engine.model import Row
from tui_arena.engine.profile import Sampler
from tui_arena.engine.sharding import Placement, ShardingError, audit, placement_on

# Where query and KV heads divide by eight, a layer sums twice: after attention and after the
# feed-forward block. Where some do not, their kernels are cut on the hidden axis, and what they
# compute is summed as well, all together: once more. Around the layers there is one sum for the
# embedding, cut by tokens, and one gathering of the scores.
CASES = {
    "Gemma 2 9B": ("Gemma", 16, 8, 2, {"attention_logit_soft_cap": 50, "final_logit_soft_cap": 30}),
    "Llama 3.1 8B": ("Llama3", 32, 8, 2, {}),
    "Llama 3.2 3B": ("Llama3", 24, 8, 2, {"tie_word_embeddings": True}),
    "Llama 3.2 1B": ("Llama3", 32, 8, 2, {"tie_word_embeddings": True}),
    "Gemma 2B": ("Gemma", 8, 1, 3, {}),
    "CodeGemma 7B": ("Gemma", 16, 16, 2, {}),
    "Vicuna 1.5 7B": ("Llama", 32, 32, 2, {}),
    "Mistral 7B": ("Mistral", 32, 8, 2, {"sliding_window": 64}),
    "Gemma 2 2B": ("Gemma", 8, 4, 3, {"use_post_ffw_norm": True, "use_post_attention_norm": True}),
    "Gemma 3 1B": ("Gemma3", 4, 1, 3, {}),
    "Qwen 2.5 7B": ("Qwen", 28, 4, 3, {}),
    "Qwen 3 0.6B": ("Qwen3", 16, 8, 2, {}),
    "SmolLM2 135M": ("Llama", 9, 3, 3, {"tie_word_embeddings": True}),
}
"""Backbone, query heads, KV heads, all-reduces a layer, what else makes the family."""

DEEPER = ("Gemma 2 9B", "Gemma 2B")
"""Built with two layers, so that what a layer adds is seen; the others have one, to be quick."""


@pytest.fixture
def eight():
    return Placement(jax.devices()[:8])


def build(name: str):
    family, heads, kv_heads, _, more = CASES[name]
    more = dict(more)
    head_dim = 8 if "Gemma" in family or family == "Qwen3" else None
    hidden = 64 if head_dim else 8 * heads
    more |= {"head_dim": head_dim} if head_dim else {}
    more |= {"image_size": 16} if family == "Gemma3" else {}
    model = getattr(keras_hub.models, f"{family}Backbone")(
        vocabulary_size=272,
        num_layers=2 if name in DEEPER else 1,
        num_query_heads=heads,
        num_key_value_heads=kv_heads,
        hidden_dim=hidden,
        intermediate_dim=256,
        dtype="float32",
        **more,
    )
    tiny.scramble(model, 0, ends=False)
    return model


def answer(model) -> list[int]:
    """What follows each of some tokens: a prompt read in two chunks, then a token at a time.

    The tokens are given, so that a model that repeats itself is tried on others too.
    """
    ids = PROMPT[:40]
    with conversations(model, ids) as [cached]:
        out = [read_all(model, cached, ids[:24], 16)]
        for token in ids[24:]:
            row = Row(cached, len(cached.ids), GREEDY)
            out.append(int(np.asarray(model.step(np.array([token], np.int32), [row]))[0]))
            cached.ids.append(token)
    model.reset_cache()
    return out


def collectives(program) -> Counter[str]:
    """Count how often devices exchange data in a step; one in a loop counts as `in a loop`."""
    found: Counter[str] = Counter()
    entry = False
    for line in program.as_text().splitlines():
        if line.endswith("{"):
            entry = line.startswith("ENTRY")
        if exchange := re.search(
            r" = (.*?) (all-reduce|all-gather|all-to-all|collective-permute|reduce-scatter)"
            r"(?:-start)?\(",
            line,
        ):
            what = f"{exchange[2]} {exchange[1]}" if exchange[2] == "all-gather" else exchange[2]
            found[re.sub(r"\{.*?\}", "", what) if entry else "in a loop"] += 1
    return found


@pytest.mark.parametrize("name", CASES)
def test_eight_devices_answer_as_one_does(eight, name):
    _, _, kv_heads, sums, _ = CASES[name]
    expected = answer(make_model(build(name)))
    with eight.loading():
        backbone = build(name)
    found = audit(backbone.variables)
    found.check(name)
    assert found.cut >= 0.99
    assert found.devices == 8
    assert {weight.path.rpartition("/")[2] for weight in found.copied} <= {"scale", "bias"}

    model = make_model(backbone, placement=eight)
    pool = model._pools[0].keys
    here = pool.sharding.shard_shape(pool.shape)[1]
    assert here == (kv_heads // 8 if kv_heads % 8 == 0 else kv_heads)
    assert answer(model) == expected
    assert len(set(expected)) > 8, "the model repeats itself, so the test would prove little"
    assert model._pools[0].keys.sharding.is_equivalent_to(pool.sharding, 4)
    assert collectives(model._programs.get(("rows", 1))) == {
        "all-reduce": sums * backbone.num_layers + 1,
        "all-gather f32[1,272]": 1,
    }


def test_rows_share_a_step_on_eight_devices_and_nothing_is_compiled_twice(eight):
    with eight.loading():
        backbone = build("Gemma 2B")
    model = make_model(backbone, placement=eight)
    alone = answer(model)
    model.warm_up(lambda done: None)
    compiled = model.compilations
    assert answer(model) == alone
    assert model.compilations == compiled
    assert collectives(model._programs.get(("rows", 2)))["all-reduce"] == 7
    assert collectives(model._programs.get(("read", 16)))["all-reduce"] == 7


@pytest.mark.parametrize("devices", [1, 8])
def test_a_closed_model_leaves_nothing_on_the_devices(devices):
    def held() -> int:
        gc.collect()  # what other tests left behind
        return sum(array.nbytes for array in jax.live_arrays())

    before = held()
    placement = Placement(jax.devices()[:devices])
    with placement.loading():
        backbone = build("Gemma 2B")
    model = make_model(backbone, placement=placement)
    weights = sum(value.nbytes for value in model._values)
    pools = sum(array.nbytes for pool in model._pools for array in pool)
    answer(model)
    assert held() - before >= weights + pools
    model.close()
    assert held() - before < 1024
    assert all(variable.value.is_deleted() for variable in backbone.variables)


async def test_an_engine_on_eight_devices_gives_the_same_tokens(engine, preset, collect):
    profile = tiny.profile(preset)
    requests = [
        tiny.request(profile, "hello world, tell me a story.", sampler=sampler, max_tokens=30)
        for sampler in (Sampler(), Sampler(temperature=1.2, top_k=40, top_p=0.9, seed=3))
    ]
    spread = KerasEngine(devices=8)
    spread.start()
    for request in requests:
        _, alone = await collect(engine.submit(request))
        _, together = await collect(spread.submit(request))
        assert together.ids == alone.ids
        assert len(set(alone.ids)) > 4
    model = spread._models[profile.weights_key]
    assert audit(model.backbone.variables).devices == 8
    spread.close()


def test_no_whole_tensor_comes_to_a_device_while_a_model_is_loaded(preset, monkeypatch):
    """Those that lie on the host's own device may be whole; here the host is the last device."""
    import keras

    devices = jax.devices()
    part = Placement(devices[:4])
    whole: list[str] = []
    assign = keras.Variable.assign

    def watched(variable, value):
        assign(variable, value)
        for array in jax.live_arrays():
            on = array.sharding.device_set
            if len(array.shape) > 1 and len(on) == 1 and on != {devices[-1]}:
                whole.append(variable.path)

    before = {id(array) for array in jax.live_arrays()}
    alive = jax.live_arrays
    monkeypatch.setattr(jax, "live_arrays", lambda: [a for a in alive() if id(a) not in before])
    monkeypatch.setattr(keras.Variable, "assign", watched)
    with part.loading():
        backbone = keras_hub.models.Backbone.from_preset(str(preset), dtype="float32")
    assert whole == []
    assert audit(backbone.variables).devices == 4
    for ours, theirs in zip(backbone.variables, tiny.backbone().variables, strict=True):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


def test_a_cpu_with_several_devices_is_one_unless_asked():
    assert len(placement_on().devices) == 1
    assert len(placement_on(8).devices) == 8
    with pytest.raises(ShardingError, match="9 devices were asked for, but this machine has 8"):
        placement_on(9)


def weight(path: str, megabytes: float, axis: int | None) -> Weight:
    return Weight(path, (8, 8), "bfloat16", int(megabytes * 1e6), 8, axis)


def test_an_audit_fails_where_copies_waste_memory():
    layers = weight("layers", 16_000, 0)
    head = weight("token_embedding/reverse_embeddings", 1050, None)
    with pytest.raises(LayoutError, match=r"Only 93\.8% of x .* copy of 1\.05 GB.*reverse_embedd"):
        Audit((layers, head)).check("x")
    Audit((layers, weight("norms", 60, None))).check("x")
    Audit((weight("tiny", 1, 0), weight("norms", 60, None))).check("x")
    assert Audit((layers, head)).device_bytes == 2000e6 + 1050e6


@pytest.mark.parametrize(
    ("path", "shape", "axis"),
    [
        ("token_embedding/embeddings", (128256, 4096), 0),
        ("token_embedding/embeddings", (32001, 4096), 1),
        ("token_embedding/reverse_embeddings", (4096, 128256), 1),
        ("transformer_layer_31/self_attention/query/kernel", (4096, 32, 128), 1),
        ("transformer_layer_0/self_attention/key/kernel", (576, 3, 64), 0),
        ("decoder_block_0/attention/query/kernel", (16, 3584, 256), 0),
        ("decoder_block_0/attention/value/kernel", (1, 2048, 256), 1),
        ("decoder_block_0/attention/attention_output/kernel", (4, 256, 1152), 1),
        ("transformer_layer_0/feedforward_gate_dense/kernel", (4096, 14336), 1),
        ("decoder_block_0/ffw_linear/kernel", (14336, 3584), 0),
        ("decoder_block_0/pre_ffw_norm/scale", (3584,), None),
        ("decoder_block_0/attention/query/lora_kernel_a", (16, 3584, 8), None),
        ("something/unknown", (24, 4096, 7), 1),
        ("something/unknown", (3, 7), None),
    ],
)
def test_the_axis_that_is_cut(path, shape, axis):
    assert split_axis(path, shape, 8) == axis
    assert split_axis(path, shape, 1) is None
