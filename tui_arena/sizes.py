"""Sizes of memory as people write them."""

from __future__ import annotations

import re

from tui_arena.errors import ArenaError

_UNITS = {"": 1, "MB": 10**6, "GB": 10**9, "TB": 10**12, "MiB": 1 << 20, "GiB": 1 << 30}


def read_size(text: str) -> int:
    """Read a number of bytes such as 16GB or 15.75GiB; raises `ArenaError` where it is none."""
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,9})?) ?([KMGT]i?B)?", text.strip())
    unit = (found[2] or "") if found else ""
    if not found or unit not in _UNITS or not (size := int(float(found[1]) * _UNITS[unit])):
        raise ArenaError(f"“{text}” is no size of memory; write it as 16GB or 15.75GiB.")
    return size
