"""The functions that an answer may call, and which value goes to which of their arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tui_arena.calls.call import Call, dotted, parse_call
from tui_arena.calls.literals import NotLiteral, NoValue, value_of


@dataclass(frozen=True, slots=True)
class Signature:
    """One function: what stands before its name, and its arguments in their order."""

    prefix: str
    name: str
    arguments: tuple[str, ...]
    defaults: Mapping[str, object] = field(default_factory=dict)
    """What an argument is that may be left out."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The arguments of a call by name, and what was wrong about how they were given."""

    values: Mapping[str, object]
    wrong: tuple[str, ...]
    """Kinds of mistake."""


def read_signature(text: str) -> Signature:
    """Read a line such as `action.add(title, date, duration=30)`; what has a value may be left out.

    Raises ValueError with the end of a sentence that says what is wrong.
    """
    call = parse_call(text)
    if call is None:
        raise ValueError("it is no function with its arguments, such as `action.add(title, date)`")
    prefix, name = dotted(call.func) or ("", "")
    names, defaults = [], {}
    for argument in call.args:
        if not isinstance(argument, ast.Name):
            raise ValueError("each argument must be a name, or a name with the value that it has")
        names.append(argument.id)
    for keyword in call.keywords:
        value = value_of(keyword.value)
        if keyword.arg is None or isinstance(value, NotLiteral | NoValue):
            raise ValueError(
                "the value after = must be a literal; where there is none, leave out ="
            )
        names.append(keyword.arg)
        defaults[keyword.arg] = value
    if len(set(names)) < len(names):
        raise ValueError("an argument stands in it twice")
    return Signature(prefix, name, tuple(names), defaults)


def signature_of(call: Call) -> Signature:
    """Return the signature that a call speaks of by itself: what stands in it, and nothing else."""
    numbered = [str(number) for number in range(1, len(call.positional) + 1)]
    named = [name for name, _ in call.named if name is not None]
    return Signature(call.prefix, call.name, (*numbered, *named))


def bind(call: Call, signature: Signature) -> Bound:
    """Give each value of a call to the argument that it is for, whether it came by name or place.

    `wrong` names `missing:x`, `unknown_argument`, `extra_argument` and `non_literal`.
    """
    values: dict[str, object] = dict(zip(signature.arguments, call.positional, strict=False))
    wrong: list[str] = []
    if len(call.positional) > len(signature.arguments):
        wrong.append("extra_argument")
    for name, value in call.named:
        if name is None:
            wrong.append("non_literal")
        elif name not in signature.arguments:
            wrong.append("unknown_argument")
        elif name in values:
            wrong.append("extra_argument")
        else:
            values[name] = value
    for name in signature.arguments:
        if name in values:
            if isinstance(values[name], NotLiteral):
                wrong.append(f"non_literal:{name}")
                del values[name]
        elif name in signature.defaults:
            values[name] = signature.defaults[name]
        else:
            wrong.append(f"missing:{name}")
    return Bound(values, tuple(dict.fromkeys(wrong)))


class Api:
    """All functions that there are, by their names."""

    def __init__(self, signatures: Iterable[Signature], more: Iterable[Call] = ()) -> None:
        """`more` are calls whose functions are known by name, where no signature says more."""
        self._signatures = {signature.name: signature for signature in signatures}
        self.names = tuple(dict.fromkeys([*self._signatures, *(call.name for call in more)]))

    def signature(self, name: str) -> Signature | None:
        """Return the signature of a function; None where only its name is known."""
        return self._signatures.get(name)
