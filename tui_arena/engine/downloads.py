"""How far a download is: what the hubs' clients would draw into the terminal, as events instead.

Both count their bytes with tqdm. Hugging Face's client takes a class for that (`tqdm_class`);
Kaggle's has no such argument, and uses the name in its own module. So their entries are changed for
as long as a load takes; nothing else in this program downloads.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import kagglehub.clients
from filelock import FileLock, Timeout
from huggingface_hub import constants
from tqdm import tqdm

from tui_arena.engine.events import Loading

_LEAST_BYTES = 1_000_000
"""Files below are fetched in silence."""
_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


@contextlib.contextmanager
def told(tell: Callable[[Loading], None]) -> Iterator[None]:
    """Within it `tell` hears of every big file that is fetched, five times a second at most."""
    hugging_face = huggingface_hub.hf_hub_download
    kaggle, kaggle_bar = kagglehub.model_download, kagglehub.clients.tqdm

    def from_hugging_face(repo_id: str, filename: str) -> Any:
        _sweep(repo_id)
        return hugging_face(repo_id, filename, tqdm_class=_bar_for(filename, tell))

    def from_kaggle(handle: str, path: str) -> Any:
        kagglehub.clients.tqdm = _bar_for(path, tell)
        return kaggle(handle, path)

    huggingface_hub.hf_hub_download, kagglehub.model_download = from_hugging_face, from_kaggle
    try:
        yield
    finally:
        huggingface_hub.hf_hub_download, kagglehub.model_download = hugging_face, kaggle
        kagglehub.clients.tqdm = kaggle_bar


def _sweep(repo_id: str) -> None:
    """Remove what a killed process left of a download from Hugging Face.

    Its client begins anew under another name each time, and never looks at the old file. It holds a
    lock while it writes, so what can be locked is nobody's. Kaggle's client goes on where it was.
    """
    name = f"models--{repo_id.replace('/', '--')}"
    cache = Path(constants.HF_HUB_CACHE)
    for left in (cache / name / "blobs").glob("*.incomplete"):
        lock = cache / ".locks" / name / f"{left.name.partition('.')[0]}.lock"
        # Where files cannot be locked at all, what is left stays.
        with (
            contextlib.suppress(OSError, Timeout, NotImplementedError),
            FileLock(lock, timeout=0, mode=0o664),
        ):
            left.unlink(missing_ok=True)


def _bar_for(file: str, tell: Callable[[Loading], None]) -> type[Any]:
    """Return the class of a progress bar that tells of one file instead of drawing."""

    class Bar(tqdm):  # type: ignore[misc]
        monitor_interval = 0  # no thread of its own

        def __init__(self, *args: Any, **settings: Any) -> None:
            settings |= {"file": io.StringIO(), "disable": False, "mininterval": 0.2}
            super().__init__(*args, **settings)

        def display(self, msg: str | None = None, pos: int | None = None) -> None:
            """Tell how far it is; tqdm calls this where it would draw."""
            if self.total and self.total >= _LEAST_BYTES:
                scale, unit = next(pair for pair in _UNITS if self.total >= pair[0])
                sizes = f"{self.n / scale:.1f} of {self.total / scale:.1f} {unit}"
                tell(Loading(f"fetching {file}", min(1.0, self.n / self.total), sizes))

    # tqdm's own lock is shared between processes, and starts one to look after it.
    Bar.set_lock(threading.RLock())
    return Bar
