"""What a side can be switched to: where models lie, and how much room there is."""

import json
import os
from pathlib import Path

from tui_arena.engine.events import Resident
from tui_arena.engine.plan import KEPT_FREE, Machine
from tui_arena.engine.profile import Profile
from tui_arena.engine.shelf import Shelf, free_on

CONFIG = {
    "model_type": "llama",
    "vocab_size": 1000,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "hidden_size": 64,
    "intermediate_size": 128,
    "tie_word_embeddings": True,
}


def profile(preset: object) -> Profile:
    return Profile(name="it", preset=str(preset), template="chatml")


def test_a_model_is_measured_anew_when_its_files_changed(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    shelf = Shelf([])
    first = shelf.offer(profile(tmp_path))
    assert (first.place, first.problem) == ("on disk", "")
    assert first.shape is not None
    assert first.shape.layers == 2
    config.unlink()
    config.write_text(json.dumps(CONFIG | {"num_hidden_layers": 3}))
    os.utime(tmp_path, (1, 1))
    second = shelf.offer(profile(tmp_path))
    assert second.shape is not None
    assert second.shape.layers == 3


def test_places_are_told_apart(tmp_path: Path) -> None:
    shelf = Shelf([])
    assert shelf.offer(profile(tmp_path / "nowhere")).place == "its files are missing"
    assert shelf.offer(profile("package://not_there/x.gguf")).place == "its files are missing"
    known = shelf.offer(profile("gemma_instruct_2b_en"))
    assert known.place == "to be fetched"
    assert known.shape is not None
    assert shelf.offer(profile("hf://somebody/something")).shape is None


def test_damaged_files_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    offer = Shelf([]).offer(profile(tmp_path))
    assert offer.problem.startswith("The sizes of it cannot be read from")
    assert offer.need(Machine(1, 10**9)) is None


def test_what_is_free_is_of_each_device() -> None:
    idle, busy = (
        Resident(("a",), 8_000_000, 9_000_000, 0),
        Resident(("b",), 4_000_000, 4_000_000, 1),
    )
    assert free_on(Machine(4, 10**9), (idle, busy)) == 10**9 - KEPT_FREE - 4_000_000


def test_named_profiles_stand_beside_those_of_the_folders(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('preset = "./x"\ntemplate = "chatml"\n')
    (tmp_path / "bad.toml").write_text("nothing")
    good, bad = Shelf([tmp_path], [profile("./y")]).profiles()
    assert [each.name for each in good] == ["one", "it"]
    assert len(bad) == 1
