"""LoRA weights on a base: tokens equal KerasHub's own, on one device and on eight."""

import re
from pathlib import Path

import h5py
import jax
import keras_hub
import numpy as np
import pytest
import tiny
from steps import conversations, decode, make_model, read_all
from test_parity import PROMPT

from tui_arena.catalog import read_catalog
from tui_arena.engine.events import Failed
from tui_arena.engine.loading import load_model
from tui_arena.engine.lora import add_lora
from tui_arena.engine.profile import read_profile
from tui_arena.engine.sharding import Placement, audit
from tui_arena.engine.sources import LoadError


def adapted(backbone, *, rank: int = 4, seed: int = 2):
    """Fine-tune a backbone, as far as its weights tell."""
    backbone.enable_lora(rank)
    random = np.random.default_rng(seed)
    for variable in backbone.trainable_variables:
        variable.assign(random.normal(0, 0.5, variable.shape))
    return backbone


def deeper(layers: int):
    return keras_hub.models.LlamaBackbone(
        **(tiny.backbone().get_config() | {"num_layers": layers, "dtype": "float32"})
    )


def gemma():
    model = keras_hub.models.GemmaBackbone(
        vocabulary_size=267,
        num_layers=2,
        num_query_heads=8,
        num_key_value_heads=1,
        hidden_dim=64,
        head_dim=16,
        intermediate_dim=64,
        dtype="float32",
    )
    for variable in model.variables:
        drawn = np.random.default_rng(3).normal(0, 1, variable.shape)
        variable.assign(drawn * (0.05 if "embedding" in variable.path else 0.3))
    return model


BASES = {
    "llama": (tiny.backbone, keras_hub.models.LlamaCausalLM),
    "gemma": (gemma, keras_hub.models.GemmaCausalLM),
}


@pytest.fixture(scope="module", params=BASES)
def trained(request, tmp_path_factory):
    """What makes the base, a file of LoRA weights for it, and what KerasHub answers with both."""
    base, task = BASES[request.param]
    path = tmp_path_factory.mktemp("lora") / "tuned.lora.h5"
    adapted(base()).save_lora_weights(str(path))
    together = base()
    together.load_lora_weights(str(path))
    [expected] = tiny.generate_all(together, [PROMPT], count=30, kind=task)
    [plain] = tiny.generate_all(base(), [PROMPT], count=30, kind=task)
    assert expected != plain
    return base, path, expected


@pytest.mark.parametrize("devices", [1, 8])
def test_an_adapted_model_equals_generate(trained, devices):
    base, path, expected = trained
    placement = Placement(jax.devices()[:devices])
    with placement.loading():
        backbone = base()
        before = [variable.value.sharding for variable in backbone.variables]
        add_lora(backbone, path)
    lie = [variable.value.sharding for variable in backbone.variables]
    assert all(a.is_equivalent_to(b, 3) for a, b in zip(lie, before, strict=True))
    audit(backbone.variables).check("adapted")
    assert audit(backbone.variables).devices == devices
    model = make_model(backbone, placement=placement)
    with conversations(model, PROMPT) as [cached]:
        assert decode(model, cached, read_all(model, cached, PROMPT, 256), 30) == expected


@pytest.fixture
def folder(preset, tmp_path) -> Path:
    """A folder with a base's profile, and that of its fine-tuned child."""
    text = f'preset = "{preset}"\ntemplate = "chatml"\n'
    (tmp_path / "base.toml").write_text(text)
    (tmp_path / "tuned.toml").write_text('extends = "base"\nlora = "tuned.lora.h5"\n')
    adapted(tiny.backbone()).save_lora_weights(str(tmp_path / "tuned.lora.h5"))
    return tmp_path


async def test_base_and_adapted_side_by_side(folder, engine, collect):
    base, tuned = (read_profile(folder / f"{name}.toml", [folder]) for name in ("base", "tuned"))
    assert tuned.lora == str(folder / "tuned.lora.h5")
    assert tuned.weights_key != base.weights_key
    _, plain = await collect(engine.submit(tiny.request(base, "hello")))
    _, changed = await collect(engine.submit(tiny.request(tuned, "hello", side="right")))
    assert len(engine.residents()) == 2
    assert changed.error is None
    assert changed.ids != plain.ids
    _, again = await collect(engine.submit(tiny.request(base, "hello")))
    assert again.ids == plain.ids
    (folder / "tuned.lora.h5").write_bytes(b"")
    (folder / "worse.toml").write_text('extends = "base"\nlora = "worse.lora.h5"\n')
    async for event in engine.load(read_profile(folder / "worse.toml", [folder])):
        last = event
    assert isinstance(last, Failed)
    _, again = await collect(engine.submit(tiny.request(base, "hello")))
    assert again.ids == plain.ids


def write(path: Path, change) -> None:
    with h5py.File(path, "w") as file:
        change(file)


def rank(path: Path, wrong: int) -> None:
    with h5py.File(path, "a") as file:
        file["lora/vars/rank"][()] = wrong


BROKEN = {
    "missing": (lambda path: path.unlink(), r"does not exist; check `lora`"),
    "empty": (lambda path: path.write_bytes(b""), "is damaged, or no LoRA weights"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-50]), "is damaged, or no LoRA"),
    "something else": (lambda path: write(path, lambda file: None), "is damaged, or no LoRA"),
    "nothing in it": (
        lambda path: write(path, lambda file: file.create_dataset("lora/vars/rank", data=4)),
        "has no LoRA weights in it",
    ),
    "rank alone changed": (
        lambda path: rank(path, 2),
        "is made for another base: it changes a kernel of shape",
    ),
    "another width": (
        lambda path: adapted(gemma()).save_lora_weights(str(path)),
        "is made for another base",
    ),
    "more layers": (
        lambda path: adapted(deeper(3)).save_lora_weights(str(path)),
        "is made for another base",
    ),
    "fewer layers": (
        lambda path: adapted(deeper(1)).save_lora_weights(str(path)),
        "is made for another base",
    ),
    "other heads": (
        lambda path: adapted(tiny.backbone(kv_heads=4)).save_lora_weights(str(path)),
        r"it changes a kernel of shape \(32, 4, 8\), but here .*/value/kernel has shape \(32, 2",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_lora_of_this_base_is_refused(folder, name):
    damage, said = BROKEN[name]
    path = folder / "tuned.lora.h5"
    damage(path)
    profile = read_profile(folder / "tuned.toml", [folder])
    with pytest.raises(LoadError) as refused:
        load_model(profile, lambda event: None, compiled=False)
    assert re.search(said, str(refused.value)), refused.value
    assert str(refused.value).startswith(str(path))
    load_model(read_profile(folder / "base.toml"), lambda event: None, compiled=False)


def test_the_list_says_whether_lora_weights_are_here(folder):
    def here() -> dict[str, bool | None]:
        return {entry.profile.name: entry.here for entry in read_catalog([folder])[0]}

    assert here() == {"base": True, "tuned": True}
    (folder / "tuned.lora.h5").unlink()
    assert here() == {"base": True, "tuned": False}
