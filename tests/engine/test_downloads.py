"""Models that are fetched: progress as events, and what stays when a download ends too early."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import huggingface_hub
import kagglehub.clients
import kagglesdk.kaggle_env
import pytest
import tiny
from hub import Hub
from huggingface_hub import constants

from tui_arena.engine import downloads
from tui_arena.engine.events import Loading, Ready
from tui_arena.engine.loading import load_model
from tui_arena.engine.profile import Profile
from tui_arena.engine.sources import LoadError

ADDRESSES = {"Hugging Face": "hf://me/tiny", "Kaggle": "kaggle://me/tiny/keras/tiny/1"}
WEIGHTS = "model.weights.h5"


@pytest.fixture
def hub(preset):
    made = Hub(preset)
    yield made
    made.close()


@pytest.fixture(params=ADDRESSES)
def address(request, hub, tmp_path, monkeypatch):
    """The address of the model; both clients ask the stand-in and keep what they get apart."""
    monkeypatch.setattr(constants, "ENDPOINT", hub.address)
    template = f"{hub.address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf"))
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 20_000)
    monkeypatch.setattr(kagglehub.clients, "CHUNK_SIZE", 20_000)
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kaggle"))
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
    place = kagglesdk.kaggle_env._env_to_endpoint
    monkeypatch.setitem(place, kagglesdk.kaggle_env.KaggleEnv.LOCAL, hub.address)
    monkeypatch.setattr(downloads, "_LEAST_BYTES", 100_000)
    return ADDRESSES[request.param]


def profile(address: str):
    return Profile(name="far", preset=address, template="chatml")


async def test_a_download_is_told_as_it_goes_on(hub, address, engine, collect, capfd):
    hub.pause = 0.1
    before = huggingface_hub.hf_hub_download, kagglehub.model_download, kagglehub.clients.tqdm
    stream = engine.load(profile(address))
    async for _ in stream:
        pass
    told = [e for e in stream.events if isinstance(e, Loading) and e.stage.startswith("fetching")]
    shares = [event.done for event in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len({share for share in shares if 0 < share < 1}) >= 2
    size = (hub.folder / WEIGHTS).stat().st_size / 1e3
    assert told[-1] == Loading(f"fetching {WEIGHTS}", 1.0, f"{size:.1f} of {size:.1f} kB")
    assert isinstance(stream.events[-1], Ready)
    assert capfd.readouterr().err == ""
    assert before == (
        huggingface_hub.hf_hub_download,
        kagglehub.model_download,
        kagglehub.clients.tqdm,
    )
    _, finished = await collect(engine.submit(tiny.request(profile(address), "hello")))
    assert finished.error is None
    assert len(hub.starts) == 1


def test_a_download_that_broke_off_can_be_loaded_again(hub, address, monkeypatch):
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)
    hub.cut_after = 60_000
    with pytest.raises(LoadError) as refused:
        load_model(profile(address), lambda event: None)
    assert str(refused.value) == f"The download of {address} broke off; load it again."
    hub.cut_after = None
    load_model(profile(address), lambda event: None, compiled=False)
    # Hugging Face's client begins anew, Kaggle's goes on.
    assert hub.starts[-1] == (0 if address.startswith("hf") else 60_000)


CHILD = """
import sys
import kagglehub.clients, kagglesdk.kaggle_env
from huggingface_hub import constants
from tui_arena.engine import runtime
runtime.prepare()
from tui_arena.engine.loading import load_model
from tui_arena.engine.profile import Profile
hub, preset = sys.argv[1:]
constants.DOWNLOAD_CHUNK_SIZE = kagglehub.clients.CHUNK_SIZE = 20_000
places = kagglesdk.kaggle_env
places._env_to_endpoint[places.KaggleEnv.LOCAL] = hub
load_model(Profile(name="far", preset=preset, template="chatml"), print)
"""


def test_after_kill_in_mid_download_the_next_load_is_clean(hub, address, tmp_path):
    hub.pause = 0.2
    environment = os.environ | {
        "HF_ENDPOINT": hub.address,
        "HF_HUB_CACHE": str(tmp_path / "hf"),
        "PYTHONPATH": str(Path(downloads.__file__).parents[2]),
    }
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, hub.address, address],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while hub.sent < 80_000 and child.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    hub.pause = 0.0
    model = load_model(profile(address), lambda event: None, compiled=False)
    for ours, theirs in zip(model.backbone.variables, tiny.backbone().variables, strict=True):
        assert (ours.numpy() == theirs.numpy()).all()
    assert (hub.starts[-1] == 0) == address.startswith("hf")
    assert [path for path in tmp_path.rglob("*.incomplete") if path.is_file()] == []


def test_a_file_that_the_hub_has_not_is_named(hub, address, tmp_path, monkeypatch):
    (tmp_path / "half").mkdir()
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / "half" / name).write_bytes((hub.folder / name).read_bytes())
    hub.folder = tmp_path / "half"
    with pytest.raises(LoadError) as refused:
        load_model(profile(address), lambda event: None)
    assert "vocabulary.json" in str(refused.value) or "not all of its files" in str(refused.value)
