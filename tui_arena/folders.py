"""Where things lie: what is shipped, and the user's own configuration, cache and data."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_NAME = "tui_arena"


def checkout() -> Path | None:
    """Return the checkout that this package runs from, or None where it is installed."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "profiles").is_dir() else None


def shipped(kind: str) -> Path:
    """Return the folder of shipped "profiles" or "scenarios"."""
    installed = _PACKAGE / "shipped" / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind


def config_folder() -> Path:
    """Return the user's configuration folder; it need not exist."""
    return Path(platformdirs.user_config_dir(_NAME, appauthor=False))


def cache_folder() -> Path:
    """Return the user's cache folder; it need not exist."""
    return Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def data_folder() -> Path:
    """Return the user's data folder; it need not exist."""
    return Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def sessions_folder() -> Path:
    """Return where sessions are saved unless told otherwise; it need not exist."""
    root = checkout()
    if root is not None:
        return root / "sessions"
    return data_folder() / "sessions"


def state_folder() -> Path:
    """Return the folder of what is remembered of sittings; it need not exist."""
    return Path(platformdirs.user_state_dir(_NAME, appauthor=False))


def log_file() -> Path:
    """Return the file that takes what libraries print while the arena has the screen."""
    return state_folder() / "arena.log"


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can enter (mode 0700); raises OSError."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path
