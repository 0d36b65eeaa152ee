"""How keys are called: by Textual, by people who write settings, and on the screen."""

from __future__ import annotations

import re
import string

from textual.keys import Keys, _character_to_key

SIGNS = {_character_to_key(sign): sign for sign in string.punctuation}
"""The signs that are text, by Textual's names for their keys."""

_NAMES = {key.value for key in Keys} | set(SIGNS) | {f"f{number}" for number in range(1, 25)}
_MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_WRITTEN = {
    **SIGNS,
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "delete": "Del",
    "insert": "Ins",
}


def key_named(name: str) -> str | None:
    """Return the key that a person named, as Textual calls it; None where there is none."""
    *modifiers, base = re.split(r"\+(?=.)", name.strip())
    modifiers = [modifier.lower() for modifier in modifiers]
    if len(base) == 1 and base.isprintable() and not base.isspace():
        base = _character_to_key(base)
    elif base.lower() in _NAMES:
        base = base.lower()
    else:
        return None
    if not set(modifiers) <= set(_MODIFIERS):
        return None
    return "+".join([*sorted(modifiers), base])


def written_key(key: str) -> str:
    """Return a key, as Textual calls it, as people write it."""
    *modifiers, base = key.split("+")
    if base in _WRITTEN:
        base = _WRITTEN[base]
    elif len(base) > 1:
        base = base.title()
    if not modifiers:
        return base
    if modifiers == ["ctrl"]:
        return f"^{base.upper() if len(base) == 1 else base}"
    return "+".join([*(modifier.title() for modifier in modifiers), base])


def in_ascii(written: str) -> str:
    """Return keys as people write them, without arrows."""
    for arrow, word in (("↑", "Up"), ("↓", "Down"), ("←", "Left"), ("→", "Right")):
        written = written.replace(arrow, word)
    return written
