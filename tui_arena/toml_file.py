"""TOML files that people write, read into a struct; errors name file, key and expectation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec
import tomli

from tui_arena.errors import ArenaError
from tui_arena.shape import in_plain_words

_T = TypeVar("_T", bound=msgspec.Struct)

_MOST_BYTES = 1 << 20


def read_toml(path: Path, kind: type[_T], *, error: type[ArenaError]) -> _T:
    """Read a TOML file into a struct that forbids unknown fields.

    Raises `error` with one sentence where the file is missing, too big, not TOML, or has a key that
    is unknown, missing or of the wrong type.
    """
    return as_struct(read_table(path, error=error), kind, path, error=error)


def read_table(path: Path, *, error: type[ArenaError]) -> dict[str, Any]:
    """Read a TOML file's table; raises `error` where it is missing, too big, or not TOML."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise error(f"{path}: too big for a file of this kind (more than 1 MiB).")
        raw = path.read_bytes()
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror}.") from None
    try:
        return tomli.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise error(f"{path}: is not UTF-8 text; save it as UTF-8.") from None
    except tomli.TOMLDecodeError as problem:
        raise error(f"{path}: is not valid TOML: {problem}.") from None
    except RecursionError:
        raise error(f"{path}: its lists or tables are nested too deeply.") from None
    except ValueError:  # Python's limit of digits
        raise error(f"{path}: a number in it has too many digits.") from None


def as_struct(table: dict[str, Any], kind: type[_T], path: Path, *, error: type[ArenaError]) -> _T:
    """Turn the table of a file into a struct; raises `error` naming file, key and expectation."""
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as problem:
        raise error(f"{path}: {in_plain_words(str(problem), kind)}") from None
