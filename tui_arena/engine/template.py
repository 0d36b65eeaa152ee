"""Chat templates: how messages become the token ids of one prompt.

Control tokens go in by id; everything else is encoded as plain text. So what a person, a file or a
model wrote can never open, close or forge a turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_arena.engine.events import Message
from tui_arena.engine.tokens import Codec


@dataclass(frozen=True, slots=True)
class Template:
    """A family's way to write a conversation."""

    render: Callable[[Codec, Sequence[Message]], list[int]]
    """Ids of the whole conversation, ready for the model to answer."""
    stops: tuple[str, ...]
    """Control tokens that end an answer; the first one must exist."""


def render(name: str, codec: Codec, messages: Sequence[Message]) -> list[int]:
    """Return the prompt's ids; raises `TokenError` where the model lacks the template's tokens."""
    return _TEMPLATES[name].render(codec, messages)


def stop_ids(name: str, codec: Codec) -> frozenset[int]:
    """Return the ids that end an answer: the template's, and any control token.

    A control token in the middle of an answer has no text of its own; were it kept, the next
    prompt would hold a turn that nobody wrote.
    """
    first, *_ = _TEMPLATES[name].stops
    return codec.control | {codec.control_id(first)}


def _chatml(codec: Codec, messages: Sequence[Message]) -> list[int]:
    """ChatML, as in the Jinja template of SmolLM2-135M-Instruct's GGUF file."""
    start, end = codec.control_id("<|im_start|>"), codec.control_id("<|im_end|>")
    newline = codec.encode("\n")
    ids: list[int] = []
    for message in messages:
        ids.append(start)
        if (kept := _trusted_ids(codec, message)) is not None:
            ids += codec.encode(f"{message.role}\n")
            ids += kept
        else:
            ids += codec.encode(f"{message.role}\n{message.text}")
        ids.append(end)
        ids += newline
    return [*ids, start, *codec.encode("assistant\n")]


def _trusted_ids(codec: Codec, message: Message) -> tuple[int, ...] | None:
    """Return a message's own ids where they spell its text and nothing else.

    They may come from a file, or from a model with another vocabulary.
    """
    ids = message.ids
    if ids is None or not codec.control.isdisjoint(ids) or codec.decode(ids) != message.text:
        return None
    return ids


_TEMPLATES = {"chatml": Template(_chatml, stops=("<|im_end|>", "<|endoftext|>"))}
