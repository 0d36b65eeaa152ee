"""Models in int8: tokens equal those of KerasHub's own quantized model, and they lie as planned."""

import jax
import keras_hub
import pytest
import test_sharding
import tiny
from steps import conversations, decode, make_model, read_all
from test_lora import adapted, gemma
from test_parity import PROMPT

from tui_arena.engine.loading import load_model
from tui_arena.engine.plan import Machine, need_of
from tui_arena.engine.published import PUBLISHED
from tui_arena.engine.shapes import shape_of_backbone
from tui_arena.engine.sharding import Placement, audit
from tui_arena.engine.sources import LoadError
from tui_arena.engine.weights import quantize

BASES = {
    "llama": (lambda: tiny.backbone(tied=False), keras_hub.models.LlamaCausalLM),
    "gemma": (gemma, keras_hub.models.GemmaCausalLM),
}


@pytest.fixture(scope="module", params=BASES)
def base(request):
    make, task = BASES[request.param]
    theirs = make()
    theirs.quantize("int8")
    [expected] = tiny.generate_all(theirs, [PROMPT[:60]], count=16, kind=task)
    return make, expected


@pytest.mark.parametrize("devices", [1, 8])
def test_int8_equals_generate(base, devices):
    make, expected = base
    placement = Placement(jax.devices()[:devices])
    with placement.loading():
        backbone = make()
        quantize(backbone)
    found = audit(backbone.variables)
    assert found.devices == devices
    assert {weight.dtype for weight in found.weights if weight.shape[0] > 1} >= {"int8"}
    if devices > 1:
        assert {weight.dtype for weight in found.weights if weight.axis is not None} == {"int8"}
        assert all(weight.axis is None for weight in found.weights if "_scale" in weight.path)
    model = make_model(backbone, placement=placement)
    with conversations(model, PROMPT[:60]) as [cached]:
        out = decode(model, cached, read_all(model, cached, PROMPT[:60], 64), 16)
    assert out == expected
    assert len(set(expected)) > 5, "the model repeats itself, so the test would prove little"


@pytest.mark.parametrize("name", ["Gemma 2B", "Qwen 2.5 7B"])
def test_a_plan_of_int8_is_what_keras_does(name):
    placement = Placement(jax.devices()[:8])
    with placement.loading():
        backbone = test_sharding.build(name)
        tied = {"tie_word_embeddings": getattr(backbone, "tie_word_embeddings", True)}
        quantize(backbone)
    shape = shape_of_backbone(type(backbone).__name__, backbone.get_config() | tied)
    assert shape.int8
    planned, real = shape.planned("float32", 8, int8=True), audit(backbone.variables)
    assert {weight.path: weight for weight in planned.weights} == {
        weight.path: weight for weight in real.weights
    }
    assert shape.parameters == sum(variable.value.size for variable in backbone.variables)


@pytest.mark.parametrize("preset", PUBLISHED)
def test_the_audit_holds_for_int8_at_real_sizes(preset):
    tpu = Machine(devices=8, memory=16_000_000_000)
    profile = tiny.profile(tiny.Path(preset), dtype="int8")
    need = need_of([profile], PUBLISHED[preset], tpu)
    need.audit.check(preset)
    floats = PUBLISHED[preset].planned("bfloat16", 8)
    assert need.dtype == "int8"
    assert 0.5 < need.audit.bytes / floats.bytes < 0.51
    assert need.token_bytes == PUBLISHED[preset].token_bytes("bfloat16")


def test_a_preset_that_is_int8_already(tmp_path):
    made = tiny.backbone()
    made.quantize("int8")
    folder = tiny.save(made, tmp_path / "int8")
    for dtype in ("auto", "int8"):
        profile = tiny.profile(folder, dtype=dtype)
        model = load_model(profile, lambda event: None, compiled=False)
        for ours, theirs in zip(model.backbone.variables, made.variables, strict=True):
            assert ours.dtype == theirs.dtype
            assert (ours.numpy() == theirs.numpy()).all()
    lora = tmp_path / "tuned.lora.h5"
    adapted(tiny.backbone()).save_lora_weights(str(lora))
    with pytest.raises(LoadError, match="cannot be put on weights that are quantized already"):
        load_model(tiny.profile(folder, lora=str(lora)), lambda event: None, compiled=False)


def test_lora_weights_are_merged_before_a_base_becomes_int8(preset, tmp_path):
    lora = tmp_path / "tuned.lora.h5"
    adapted(tiny.backbone()).save_lora_weights(str(lora))
    profile = tiny.profile(preset, lora=str(lora), dtype="int8")
    model = load_model(profile, lambda event: None, compiled=False)
    expected = tiny.backbone()
    expected.load_lora_weights(str(lora))
    merged = [layer for layer in expected._flatten_layers() if getattr(layer, "lora_enabled", 0)]
    kernels = [layer.kernel for layer in merged]
    for layer, kernel in zip(merged, kernels, strict=True):
        layer.lora_enabled = False
        layer._kernel.assign(kernel)
    found = {variable.path: variable for variable in model.backbone.variables}
    for layer, kernel in zip(merged, kernels, strict=True):
        ours, path = found[layer._kernel.path], layer._kernel.path
        scale = found[f"{path}_scale"].numpy().reshape(1, *kernel.shape[1:])
        apart = abs(ours.numpy() / scale - kernel)
        assert ours.dtype == "int8"
        assert float(apart.max()) < 0.05
