"""What is wrong with an answer that should be one call: its kinds of mistake, one by one."""

from __future__ import annotations

from dataclasses import dataclass

from tui_arena.calls.api import Api, Signature, bind, signature_of
from tui_arena.calls.call import Call
from tui_arena.calls.finding import find_calls
from tui_arena.calls.literals import same


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer beside the call that was expected."""

    found: bool
    """Whether any call of the API is in it that can be read."""
    mistakes: tuple[str, ...]
    """Each kind once; none where the answer is the expected call."""


def judge(answer: str, expected: Call, api: Api) -> Judged:
    """Hold an answer against the expected call; of several calls in it the best one counts."""
    found = find_calls(answer, (expected.name, *api.names))
    if not found.calls:
        return Judged(False, ())
    wrong = [_wrong(call, expected, api) for call in found.calls]
    best = min(range(len(wrong)), key=lambda number: len(wrong[number]))
    mistakes = list(wrong[best])
    others = [call for number, call in enumerate(found.calls) if number != best]
    again = [_alike(call, found.calls[best], api) for call in others]
    if any(again):
        mistakes.append("duplicate_call")
    if not all(again):
        mistakes.append("extra_call")
    if found.around == "words":
        mistakes.append("chatty")
    elif found.around == "signs":
        mistakes.append("stray_signs")
    return Judged(True, tuple(mistakes))


def _wrong(call: Call, expected: Call, api: Api) -> list[str]:
    wrong = ["missing_prefix"] if call.prefix != expected.prefix else []
    signature = api.signature(call.name)
    if call.name != expected.name:
        wrong.append("wrong_function")  # its values are those of another deed
        return wrong + list(bind(call, signature).wrong if signature is not None else ())
    signature = signature or signature_of(expected)
    given, wanted = bind(call, signature), bind(expected, signature).values
    wrong += given.wrong
    wrong += [
        f"value:{name}" for name, value in given.values.items() if not same(value, wanted.get(name))
    ]
    return wrong


def _alike(one: Call, other: Call, api: Api) -> bool:
    """Whether two calls do the same."""
    if one.name != other.name:
        return False
    signature: Signature = api.signature(one.name) or signature_of(other)
    a, b = bind(one, signature), bind(other, signature)
    return a.values.keys() == b.values.keys() and all(
        same(value, b.values[name]) for name, value in a.values.items()
    )
