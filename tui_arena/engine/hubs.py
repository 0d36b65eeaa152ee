"""What a model hub refused, in one sentence: which licence page, which login."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import huggingface_hub
import kagglehub.config
import keras_hub
import requests
from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RepositoryNotFoundError
from kagglehub.exceptions import CredentialError, KaggleApiHTTPError, UnauthenticatedError

_REFUSED = (401, 403)
_MISSING = 404
_BROKEN = (requests.exceptions.ChunkedEncodingError, requests.exceptions.Timeout)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_UNREACHABLE = (LocalEntryNotFoundError, ConnectionError, requests.exceptions.ConnectionError)


def explain(problem: BaseException, preset: str) -> str | None:
    """Return what a person can do about a failed download, None where it was something else.

    Args:
        problem: what loading raised; KerasHub wraps what the hubs' clients say.
        preset: the preset that was asked for.
    """
    for cause in _chain(problem):
        if isinstance(cause, (CredentialError, UnauthenticatedError)):
            return _kaggle_refused(preset)
        if isinstance(cause, KaggleApiHTTPError):
            status = getattr(cause.response, "status_code", None)
            if status in _REFUSED:
                return _kaggle_refused(preset)
            if status == _MISSING:
                return (
                    f"Kaggle has no such model, or not all of its files: {preset}; check `preset` "
                    "in the profile."
                )
        if isinstance(cause, GatedRepoError):
            return _hugging_face_refused(preset)
        if isinstance(cause, RepositoryNotFoundError):
            return (
                f"There is no such model on Hugging Face: {preset}; check `preset` in the profile, "
                "or, where it is a private one, log in with: hf auth login"
            )
        if isinstance(cause, _BROKEN) or _broke_in_transport(cause):
            return f"The download of {preset} broke off; load it again."
        if isinstance(cause, OSError) and cause.errno in _NO_ROOM:
            return f"There is no room on the disk for {preset}; make some, and load it again."
        if isinstance(cause, _UNREACHABLE):
            return (
                f"{preset} is not on this machine yet, and its hub cannot be reached; try again "
                "with a network."
            )
    return None


def _broke_in_transport(problem: BaseException) -> bool:
    """Say whether Hugging Face's HTTP client gave up; which one that is depends on the version."""
    return any(
        kind.__name__ == "TransportError" and kind.__module__.startswith("httpx")
        for kind in type(problem).__mro__
    )


def _chain(problem: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = problem
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _kaggle_refused(preset: str) -> str:
    built_in: dict[str, dict[str, str]] = keras_hub.models.Backbone.presets
    handle = built_in[preset]["kaggle_handle"] if preset in built_in else preset
    page = "https://www.kaggle.com/models/" + "/".join(
        handle.removeprefix("kaggle://").split("/")[:2]
    )
    if not _kaggle_login():
        return (
            f"Kaggle lets only people with a login have this model: accept its licence at {page}, "
            "make an API token at https://www.kaggle.com/settings/api and set KAGGLE_API_TOKEN "
            "to it."
        )
    return f"Kaggle refuses this model: with your login, accept its licence at {page}"


def _kaggle_login() -> bool:
    try:
        return kagglehub.config.get_kaggle_credentials() is not None
    except ValueError:  # the file with them is damaged
        return False


def _hugging_face_refused(preset: str) -> str:
    page = f"https://huggingface.co/{preset.removeprefix('hf://')}"
    if huggingface_hub.get_token() is None:
        return (
            "Hugging Face lets only people with a login have this model: accept its licence at "
            f"{page} and log in with: hf auth login"
        )
    return (
        f"Hugging Face refuses this model: with this machine's login, accept its licence at {page}"
    )
