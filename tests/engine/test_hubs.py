"""What the hubs' clients raise becomes one sentence: which page, which login."""

import huggingface_hub
import kagglehub
import pytest
import requests
from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RepositoryNotFoundError
from kagglehub.exceptions import KaggleApiHTTPError, UnauthenticatedError

from tui_arena.engine.loading import load_model
from tui_arena.engine.profile import Profile
from tui_arena.engine.sources import LoadError


class Response(requests.Response):
    """An answer of a hub, as far as its client's errors look at it."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status_code = status
        self.request = None


def kaggle(status: int) -> KaggleApiHTTPError:
    return KaggleApiHTTPError(f"{status} Client Error.\n\nlong story", response=Response(status))


@pytest.fixture
def refused(monkeypatch):
    """Load a preset from a hub whose client raises this, logged in or not; return the sentence."""

    def load(preset: str, problem: Exception, *, login: bool) -> str:
        def fail(*args, **kwargs):
            raise problem

        monkeypatch.setattr(kagglehub, "model_download", fail)
        monkeypatch.setattr(huggingface_hub, "hf_hub_download", fail)
        monkeypatch.setattr(
            kagglehub.config, "get_kaggle_credentials", lambda: object() if login else None
        )
        monkeypatch.setattr(huggingface_hub, "get_token", lambda: "x" if login else None)
        profile = Profile(name="gated", preset=preset, template="gemma")
        with pytest.raises(LoadError) as said:
            load_model(profile, lambda event: None)
        assert "\n" not in str(said.value)
        return str(said.value)

    return load


@pytest.mark.parametrize("problem", [kaggle(401), kaggle(403), UnauthenticatedError()], ids=repr)
@pytest.mark.parametrize("preset", ["gemma2_instruct_9b_en", "kaggle://keras/gemma2/keras/x/4"])
def test_a_gated_model_on_kaggle(refused, preset, problem):
    said = refused(preset, problem, login=False)
    assert "accept its licence at https://www.kaggle.com/models/keras/gemma2," in said
    assert "set KAGGLE_API_TOKEN" in said
    said = refused(preset, problem, login=True)
    assert said.endswith("accept its licence at https://www.kaggle.com/models/keras/gemma2")
    assert "KAGGLE_API_TOKEN" not in said


def test_a_gated_model_on_hugging_face(refused):
    problem = GatedRepoError("403 Client Error.", response=Response(403))
    said = refused("hf://google/gemma-3-1b-it", problem, login=False)
    assert "accept its licence at https://huggingface.co/google/gemma-3-1b-it" in said
    assert said.endswith("log in with: hf auth login")
    said = refused("hf://google/gemma-3-1b-it", problem, login=True)
    assert said.endswith("accept its licence at https://huggingface.co/google/gemma-3-1b-it")


def test_a_model_that_does_not_exist(refused):
    assert refused("kaggle://a/b/keras/c", kaggle(404), login=True).startswith(
        "Kaggle has no such model, or not all of its files: kaggle://a/b/keras/c; check `preset`"
    )
    problem = RepositoryNotFoundError("401 Client Error.", response=Response(401))
    assert refused("hf://a/b", problem, login=False).startswith(
        "There is no such model on Hugging Face: hf://a/b; check `preset`"
    )


@pytest.mark.parametrize(
    ("preset", "problem"),
    [
        ("gemma2_instruct_9b_en", requests.exceptions.ConnectionError("Max retries exceeded")),
        ("hf://a/b", LocalEntryNotFoundError("Cannot find the requested files")),
        ("hf://a/b", huggingface_hub.errors.OfflineModeIsEnabled("offline")),
    ],
)
def test_without_a_network(refused, preset, problem):
    said = refused(preset, problem, login=True)
    assert said.startswith(f"{preset} is not on this machine yet, and its hub cannot be reached")


def test_anything_else_keeps_its_own_words(refused):
    said = refused("gemma2_instruct_9b_en", kaggle(500), login=True)
    assert said.startswith("gated cannot be loaded: 500 Client Error.")
    assert "\n" not in said
