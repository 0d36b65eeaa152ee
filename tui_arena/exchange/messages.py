"""Lists of messages, as other programs write them, and the prompts and answers that they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui_arena.errors import ArenaError

_ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "model": "assistant",
}
"""Who speaks, by the names that OpenAI, ShareGPT and their readers have for it."""


class RecordError(ArenaError):
    """A record that no session can be made of; its text goes on after "record 7: "."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """One conversation as it was read."""

    system: str
    exchanges: tuple[tuple[str, str], ...]
    """Prompts and their answers."""
    unanswered: int = 0
    """Whether there was a last prompt without an answer, 0 or 1; it is not among them."""


def as_dialog(messages: Iterable[tuple[str, str]]) -> Dialog:
    """Return the dialog of messages, each a role and a text.

    Raises `RecordError` where they do not take turns, or nothing is answered.
    """
    system = ""
    prompts: list[str] = []
    answers: list[str] = []
    for number, (said_by, text) in enumerate(messages, 1):
        role = _ROLES.get(said_by.lower())
        if role is None:
            raise RecordError(
                f"message {number} is from “{said_by[:40]}”; a session holds only what system, "
                "user and assistant say."
            )
        if role == "system":
            if number > 1:
                raise RecordError(f"message {number} is a system text; only the first may be one.")
            system = text
        elif role == "user":
            if len(prompts) > len(answers):
                raise RecordError(f"message {number} follows a prompt that has no answer.")
            prompts.append(text)
        else:
            if len(prompts) == len(answers):
                raise RecordError(f"message {number} is an answer to no prompt.")
            answers.append(text)
    if not answers:
        raise RecordError("no prompt in it has an answer.")
    return Dialog(system, tuple(zip(prompts, answers, strict=False)), len(prompts) - len(answers))


def as_text(content: object, number: int) -> str:
    """Return the text of a message: a string, or a list of parts of text; none is "".

    Raises `RecordError` for what is no text.
    """
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        said = (part.get("text") for part in content if isinstance(part, dict))
        texts = [text for text in said if isinstance(text, str)]
        if len(texts) == len(content):
            return "".join(texts)
    raise RecordError(f"message {number} holds more than text; a session cannot.")
