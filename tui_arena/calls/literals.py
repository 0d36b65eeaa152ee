"""The values that stand in a call: literals and plain arithmetic, nothing that has to run."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_DEEPEST = 40
"""How deep values may be nested; a recursive reader must end somewhere."""
_BIGGEST = 10**18
"""Arithmetic stops beyond this, so that no answer can ask for a number that takes hours."""
_HIGHEST_POWER = 64

_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


class NotLiteral:
    """Stands for what only running the code could tell."""


class NoValue:
    """Stands for arithmetic without a value: too big, or divided by zero. It equals nothing."""


NOT_LITERAL, NO_VALUE = NotLiteral(), NoValue()


def value_of(node: ast.expr) -> object:
    """Return the value of an expression of literals.

    `NOT_LITERAL` where it is anything else, `NO_VALUE` where its arithmetic goes beyond all bounds.
    """
    return _value(node, 0)


def _value(node: ast.expr, depth: int) -> object:
    if depth > _DEEPEST:
        return NO_VALUE
    match node:
        case ast.Constant(value=str() | int() | float() | None):
            return node.value
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            number = _value(operand, depth + 1)
            return _calculated(ast.Sub() if isinstance(node.op, ast.USub) else ast.Add(), 0, number)
        case ast.BinOp(left=left, op=by, right=right):
            return _calculated(by, _value(left, depth + 1), _value(right, depth + 1))
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return _gathered([_value(part, depth + 1) for part in parts])
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip((key for key in keys if key is not None), values, strict=True)
            return _gathered(
                [
                    _gathered([_value(key, depth + 1), _value(value, depth + 1)])
                    for key, value in pairs
                ]
            )
        case _:
            return NOT_LITERAL


def _gathered(values: list[object]) -> object:
    """Return the values as a tuple; what one of them cannot be, the whole cannot be either."""
    return next((v for v in values if isinstance(v, NotLiteral | NoValue)), tuple(values))


def _calculated(by: ast.operator, left: object, right: object) -> object:
    for part in (left, right):
        if isinstance(part, NoValue):
            return NO_VALUE
    if not (_is_number(left) and _is_number(right)):
        return NOT_LITERAL
    if type(by) not in _ARITHMETIC:
        return NOT_LITERAL
    highest = _HIGHEST_POWER if isinstance(by, ast.Pow) else _BIGGEST
    if not (_in_bounds(left, _BIGGEST) and _in_bounds(right, highest)):
        return NO_VALUE
    try:
        value = _ARITHMETIC[type(by)](left, right)  # type: ignore[arg-type]
    except (ZeroDivisionError, OverflowError):
        return NO_VALUE
    return value if _in_bounds(value, _BIGGEST) else NO_VALUE


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_bounds(value: object, most: int) -> bool:
    """Whether a number is within bounds; a complex one, the root of a negative one, is not."""
    return isinstance(value, int | float) and -most <= value <= most


def same(one: object, other: object) -> bool:
    """Whether two values are the same; a number is never the same as a text or a truth value.

    In words neither case nor space counts; in texts without a letter, such as dates, all does.
    """
    if isinstance(one, NotLiteral | NoValue) or isinstance(other, NotLiteral | NoValue):
        return False
    if isinstance(one, str) and isinstance(other, str):
        words = any(sign.isalpha() for sign in one + other)
        return _plain(one) == _plain(other) if words else one == other
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if _is_number(one) and _is_number(other):
        return one == other
    return type(one) is type(other) and one == other


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
