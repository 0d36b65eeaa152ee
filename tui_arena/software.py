"""What a session was made with: versions, read without importing what they are of."""

from __future__ import annotations

import platform
from importlib import metadata

from tui_arena import __version__

_PACKAGES = ("jax", "jaxlib", "keras", "keras-hub")


def software_versions() -> dict[str, str]:
    """Return versions by name; the device is added when a model is ready and says what it is."""
    versions = {
        "tui-arena": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions
