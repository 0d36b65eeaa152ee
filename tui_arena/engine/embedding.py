"""Texts as points by a model of KerasHub's that was trained for it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_arena.engine.runtime import prepare
from tui_arena.engine.sources import LoadError

_log = logging.getLogger(__name__)

_LONGEST = 128
"""Tokens of a text that are read."""
_ROWS = 32
_HUGGING_FACE = "hf://"


class KerasEmbedder:
    """Makes points with a `TextEmbedder` of KerasHub's, in the thread that made this."""

    def __init__(self, preset: str) -> None:
        """Load a preset by its name, a `kaggle://` or `hf://` address, or a folder.

        Raises `LoadError` where it cannot be had, or is no model that embeds texts.
        """
        self.name = f"keras:{preset}"
        prepare()
        self._model = _load(preset)
        preprocessor = self._model.preprocessor
        length = preprocessor.sequence_length
        preprocessor.sequence_length = min(length or _LONGEST, _LONGEST)

    def prompts(self, texts: Sequence[str], tell: Any) -> NDArray[np.float32]:
        """Return a point of length 1 for each text."""
        return self._points(texts, tell)

    def responses(self, texts: Sequence[str], tell: Any) -> NDArray[np.float32]:
        """Return a point of length 1 for each text."""
        return self._points(texts, tell)

    def _points(self, texts: Sequence[str], tell: Any) -> NDArray[np.float32]:
        from keras import Model

        rows = []
        for start in range(0, len(texts), _ROWS):
            tell("Embedding", start / len(texts))
            block = list(texts[start : start + _ROWS])
            filled = block + [""] * (_ROWS - len(block))  # one shape is one compilation
            # `encode_text` would want TensorFlow or Grain for a data set that is not needed.
            ids = self._model.preprocessor(filled)
            points = np.asarray(Model.predict_on_batch(self._model, ids), dtype=np.float32)
            rows.append(points[: len(block)])
        if not rows:
            return np.zeros((0, 1), dtype=np.float32)
        found = np.concatenate(rows)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(lengths, 1e-9), dtype=np.float32)


def _load(preset: str) -> Any:
    from huggingface_hub import hf_hub_download
    from keras_hub.models import TextEmbedder

    from tui_arena.engine.hubs import explain

    folder = Path(preset).expanduser()
    try:
        if preset.startswith(_HUGGING_FACE):  # whose refusals KerasHub takes for a missing file
            hf_hub_download(preset.removeprefix(_HUGGING_FACE), "config.json")
        return TextEmbedder.from_preset(str(folder.resolve()) if folder.is_dir() else preset)
    # As in `loading`: KerasHub and the hubs' clients raise whatever they like.
    except Exception as problem:  # noqa: BLE001
        _log.exception("loading %s", preset)
        if (refusal := explain(problem, preset)) is not None:
            raise LoadError(refusal) from None
        reason = " ".join(str(problem).split()).partition(". ")[0] or type(problem).__name__
        raise LoadError(
            f"{preset} cannot embed texts: {reason[:200].rstrip('.')}. Name a preset that can, as "
            "all_minilm_l6_v2_en, or its folder."
        ) from None
