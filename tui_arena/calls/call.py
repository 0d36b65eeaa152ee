"""One call, read from its text."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from tui_arena.calls.literals import value_of

LONGEST = 4000
"""Characters; a longer text is not taken for a call, and Python's parser never sees it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call such as `action.add(title, date="2024-11-11")`."""

    prefix: str
    """What stands before the name, with its dots: "action.", or "" for nothing."""
    name: str
    positional: tuple[object, ...]
    """Values as `literals.value_of` gives them."""
    named: tuple[tuple[str | None, object], ...]
    """Arguments with their names, in order; None is the name of `**more`."""


def read_call(text: str) -> Call | None:
    """Read a text that is one call and nothing else; None where it is not."""
    call = parse_call(text)
    if call is None:
        return None
    prefix, name = dotted(call.func) or ("", "")
    return Call(
        prefix,
        name,
        tuple(value_of(argument) for argument in call.args),
        tuple((argument.arg, value_of(argument.value)) for argument in call.keywords),
    )


def parse_call(text: str) -> ast.Call | None:
    """Return the syntax tree of a text that is one call of a dotted name; None where it is not."""
    if len(text) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a wrong escape in an answer is nobody's concern
            body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # nested too deeply, for one
        return None
    return body if isinstance(body, ast.Call) and dotted(body.func) else None


def dotted(node: ast.expr) -> tuple[str, str] | None:
    """Return what stands before a name, and the name; None where it is no dotted name."""
    before: list[str] = []
    while isinstance(node, ast.Attribute):
        before.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    first, *more = [node.id, *reversed(before)]
    if not more:
        return "", first
    return ".".join([first, *more[:-1]]) + ".", more[-1]
