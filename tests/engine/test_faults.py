"""Files that are missing, damaged, or disagree: one sentence each, and what was loaded stays."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import hugging_face
import pytest
import tiny
from safetensors.numpy import load_file, save_file

from tui_arena.engine.events import Failed, Loading
from tui_arena.engine.loading import load_model
from tui_arena.engine.sources import LoadError
from tui_arena.engine.tokens import TokenError
from tui_arena.folders import cache_folder

WEIGHTS = "model.weights.h5"
PARTS = "model.safetensors.index.json"
PART = "model-00001-of-00002.safetensors"


@pytest.fixture(scope="module")
def whole(tmp_path_factory, preset):
    """One preset in each of the three ways that weights are written."""
    root = tmp_path_factory.mktemp("whole")
    shutil.copytree(preset, root / "keras")
    shutil.copytree(preset, root / "parted", ignore=shutil.ignore_patterns(WEIGHTS))
    tiny.backbone().save_weights(str(root / "parted" / "model.weights.json"), max_shard_size=6e-5)
    hugging_face.save(root / "hugging face")
    return root


def edit(path: Path, change: Callable[[dict], object]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def configure(**settings) -> Callable[[Path], None]:
    def change(content: dict) -> None:
        content.get("config", content).update(settings)

    return lambda folder: edit(folder / "config.json", change)


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


def cut(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-100])


def without_attention(folder: Path) -> None:
    with h5py.File(folder / WEIGHTS, "a") as file:
        del file["layers/llama_transformer_decoder/_self_attention_layer"]


def without_layers(folder: Path) -> None:
    with h5py.File(folder / WEIGHTS, "a") as file:
        del file["layers"]


def change_tensors(change: Callable[[dict], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        found = load_file(folder / PART)
        change(found)
        save_file(found, folder / PART)

    return damage


def misname_parts(folder: Path) -> None:
    edit(folder / PARTS, lambda content: content["weight_map"].update(x="../../x.safetensors"))


def to_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"")


KEY = "transformer_layer_0/self_attention/key/kernel"

DAMAGE = {
    "no configuration": ("keras", remove("config.json"), "it has no config.json; fetch or copy"),
    "no JSON": ("keras", write("config.json", b"{"), "config.json is not the JSON of a model"),
    "a list": ("keras", write("config.json", b"[1]"), "config.json is not the JSON of a model"),
    "empty config": ("keras", write("config.json", b""), "config.json is not the JSON of a model"),
    "no tokenizer": ("keras", remove("tokenizer.json"), "it has no tokenizer.json; fetch or copy"),
    "no vocabulary": (
        "keras",
        remove("assets/tokenizer/vocabulary.json"),
        "it has no assets/tokenizer/vocabulary.json",
    ),
    "empty vocabulary": (
        "keras",
        write("assets/tokenizer/vocabulary.json", b""),
        "The tokenizer of .* is damaged; fetch",
    ),
    "no weights": ("keras", remove(WEIGHTS), r"it has no model\.weights\.h5; fetch or copy"),
    "empty weights": ("keras", write(WEIGHTS, b""), f"{WEIGHTS} is damaged or not whole; delete"),
    "half the weights": ("keras", cut(WEIGHTS), f"{WEIGHTS} is damaged or not whole; delete"),
    "other heads": (
        "keras",
        configure(num_key_value_heads=1),
        rf"^{KEY} has shape \(32, 2, 8\), but the model in config.json wants \(32, 1, 8\), in /",
    ),
    "other vocabulary": (
        "keras",
        configure(vocabulary_size=300),
        r"^token_embedding/embeddings has shape \(267, 32\), but .* wants \(300, 32\), in /",
    ),
    "more layers": (
        "keras",
        configure(num_layers=3),
        r"^transformer_layer_2/.* of shape \(32, 48\) is missing in /",
    ),
    "fewer layers": ("keras", configure(num_layers=1), "matrices of .* numbers, but those of the"),
    "no attention": ("keras", without_attention, rf"^{KEY} of shape \(32, 2, 8\) is missing in /"),
    "no layers": ("keras", without_layers, "^token_embedding/embeddings of .* is missing in /"),
    "a part is missing": ("parted", remove("model_00001.weights.h5"), "has no model_00001.weights"),
    "half a part": (
        "parted",
        cut("model_00001.weights.h5"),
        "model_00001.weights.h5 is damaged or",
    ),
    "an empty list": ("parted", write("model.weights.json", b"{}"), "is no list of weight files"),
    "parted, other heads": (
        "parted",
        configure(num_key_value_heads=1),
        rf"^{KEY} has shape \(32, 2, 8\), but the model in config.json wants \(32, 1, 8\), in /",
    ),
    "parted, fewer layers": ("parted", configure(num_layers=1), "matrices of .* numbers, but"),
    "a tensor file is missing": ("hugging face", remove(PART), f"it has no {PART}; fetch"),
    "half a tensor file": ("hugging face", cut(PART), f"{PART} is damaged or not whole; delete"),
    "no tensor files": ("hugging face", remove(PARTS), r"it has no model\.safetensors; fetch"),
    "a path in the list": ("hugging face", misname_parts, "is no list of weight files"),
    "a tokenizer of another kind": (
        "hugging face",
        write("tokenizer.json", b"{}"),
        "The tokenizer of .* is damaged; fetch",
    ),
    "tensors of other heads": (
        "hugging face",
        configure(num_key_value_heads=1),
        rf"^{KEY} has shape \(16, 32\), but the model in config.json wants \(32, 1, 8\), in /",
    ),
    "wider tensors": (
        "hugging face",
        configure(intermediate_size=64),
        r"^transformer_layer_0/feedforward_\w+/kernel has shape \(48, 32\), but .* \(32, 64",
    ),
    "a tensor is missing": (
        "hugging face",
        change_tensors(lambda found: found.pop("model.layers.0.mlp.up_proj.weight")),
        r"^The tensor model.layers.0.mlp.up_proj.weight, for transformer_layer_0/.* is missing",
    ),
    "a tensor too many": (
        "hugging face",
        change_tensors(
            lambda found: found.update(
                {
                    "model.layers.0.self_attn.o_proj.bias": found[
                        "model.layers.0.input_layernorm.weight"
                    ]
                }
            )
        ),
        "have model.layers.0.self_attn.o_proj.bias, which the model in config.json has not",
    ),
    "fewer layers of tensors": (
        "hugging face",
        configure(num_hidden_layers=1),
        r"have model\.layers\.1\..*, which the model in config.json has not",
    ),
    "a file": ("keras", to_file, "is neither a GGUF file .* nor the folder of a preset"),
}


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "xla" not in path.parts}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_cannot_be_loaded_is_said_in_a_sentence(whole, tmp_path, name):
    kind, damage, said = DAMAGE[name]
    folder = tmp_path / "damaged"
    shutil.copytree(whole / kind, folder)
    damage(folder)
    before, kept = files_in(tmp_path), files_in(cache_folder())
    with pytest.raises((LoadError, TokenError)) as refused:
        load_model(tiny.profile(folder), lambda event: None, compiled=False)
    sentence = str(refused.value)
    assert re.search(said, sentence), sentence
    assert len(sentence.splitlines()) == 1
    assert str(folder) in sentence
    assert (files_in(tmp_path), files_in(cache_folder())) == (before, kept)


@pytest.mark.parametrize("kind", ["keras", "parted", "hugging face"])
def test_what_is_whole_is_loaded_and_how_far_it_is_is_told(whole, kind):
    told: list[Loading] = []
    model = load_model(tiny.profile(whole / kind), told.append, compiled=False)
    shares = [each.done for each in told if each.stage == "loading the weights" and each.done]
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert shares[-1] > 0.98
    tensors = {variable.path: variable.numpy() for variable in model.backbone.variables}
    expected = hugging_face.model() if kind == "hugging face" else tiny.backbone()
    for variable in expected.variables:
        assert (tensors[variable.path] == variable.numpy()).all()


def test_no_weight_stays_random(whole, monkeypatch):
    """A converter that forgets a weight; KerasHub would serve the model as it was made."""

    monkeypatch.setattr("tui_arena.engine.weights.convert_weights", lambda *args: None)
    with pytest.raises(LoadError, match=r"The weights of .* lack token_embedding/embeddings;"):
        load_model(tiny.profile(whole / "hugging face"), lambda event: None, compiled=False)


async def test_the_other_model_answers_on(engine, whole, tmp_path, collect):
    """Before and after a load that failed; and the mended model is loaded without a new start."""
    good = tiny.request(tiny.profile(whole / "keras"), "hello", max_tokens=6)
    _, before = await collect(engine.submit(good))
    broken = shutil.copytree(whole / "hugging face", tmp_path / "broken")
    cut(PART)(broken)
    async for event in engine.load(tiny.profile(broken)):
        last = event
    assert isinstance(last, Failed)
    assert "damaged or not whole" in last.error
    _, after = await collect(engine.submit(good))
    assert (after.error, after.ids) == (None, before.ids)
    shutil.copy(whole / "hugging face" / PART, broken / PART)
    _, mended = await collect(engine.submit(tiny.request(tiny.profile(broken), "hello")))
    assert mended.error is None
