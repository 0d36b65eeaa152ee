"""Chat templates: how messages become the token ids of one prompt.

Control tokens go in by id; everything else is encoded as plain text. So what a person, a file or a
model wrote can never open, close or forge a turn that control tokens mark. Vicuna and the first two
versions of Mistral mark some of theirs with plain words ("USER:", "[INST]"), as published; those
can be written by anybody.

An answer goes in with the ids that the model gave, even where the published template would trim it:
so what is cached stays valid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_arena.engine.events import Message
from tui_arena.engine.tokens import Codec


@dataclass(frozen=True, slots=True)
class Template:
    """A family's way to write a conversation."""

    write: Callable[[_Prompt, Sequence[Message]], None]
    """Writes the whole conversation, ready for the model to answer."""
    stops: tuple[str, ...]
    """Control tokens that end an answer; the first one must exist."""


def render(name: str, codec: Codec, messages: Sequence[Message]) -> list[int]:
    """Return the prompt's ids; raises `TokenError` where the model lacks the template's tokens.

    Where the last message is an answer, it is left open: the prompt ends with its last token.
    """
    prompt = _Prompt(codec)
    _TEMPLATES[name].write(prompt, messages[: len(messages) - _ends_open(messages)])
    return prompt.ids + open_answer(codec, messages)


def open_answer(codec: Codec, messages: Sequence[Message]) -> list[int]:
    """Return the ids of the answer that the messages end with; none where they end otherwise."""
    if not _ends_open(messages):
        return []
    # Apart from what stands before it, as the model met it when it began this answer.
    prompt = _Prompt(codec)
    prompt.say("", messages[-1])
    return prompt.ids


def _ends_open(messages: Sequence[Message]) -> bool:
    return bool(messages) and messages[-1].role == "assistant"


def stop_ids(name: str, codec: Codec) -> frozenset[int]:
    """Return the ids that end an answer: the template's, and any control token.

    A control token in the middle of an answer has no text of its own; were it kept, the next
    prompt would hold a turn that nobody wrote.
    """
    first, *others = _TEMPLATES[name].stops
    named = {codec.names[other] for other in others if other in codec.names}
    return codec.control | named | {codec.control_id(first)}


class _Prompt:
    """The ids written so far."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.ids: list[int] = []

    def control(self, name: str) -> None:
        self.ids.append(self.codec.control_id(name))

    def text(self, text: str) -> None:
        self.ids += self.codec.encode(text)

    def say(self, lead: str, message: Message, *, trim: bool = False) -> None:
        """Write what stands before a message, and the message."""
        if (kept := _trusted_ids(self.codec, message)) is not None:
            self.text(lead)
            self.ids += kept
        else:
            self.text(lead + (message.text.strip() if trim else message.text))


def _trusted_ids(codec: Codec, message: Message) -> tuple[int, ...] | None:
    """Return a message's own ids where they spell its text and nothing else.

    They may come from a file, or from a model with another vocabulary. An answer that ended within
    a character and was continued shows U+FFFD in its text where its ids spell the character.
    """
    ids = message.ids
    if ids is None or not codec.control.isdisjoint(ids):
        return None
    spelled = codec.decode(ids).replace("\ufffd", "")
    return ids if spelled == message.text.replace("\ufffd", "") else None


def _without_system(messages: Sequence[Message]) -> tuple[str, list[Message]]:
    """Return the text that goes before a turn where there is no system role, and the turns."""
    system = [message.text for message in messages if message.role == "system"]
    turns = [message for message in messages if message.role != "system"]
    return "".join(f"{text}\n\n" for text in system if text), turns


def _chatml(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """ChatML, as in the Jinja templates of SmolLM2-135M-Instruct and Qwen2.5-7B-Instruct.

    Theirs add a system text of their own where there is none; a profile's `system` has it.
    """
    for message in messages:
        prompt.control("<|im_start|>")
        prompt.say(f"{message.role}\n", message)
        prompt.control("<|im_end|>")
        prompt.text("\n")
    prompt.control("<|im_start|>")
    prompt.text("assistant\n")


def _qwen3(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """ChatML without the thoughts of earlier answers, as in the Jinja template of Qwen3-0.6B."""
    _chatml(prompt, [_without_thought(prompt.codec, message) for message in messages])


def _qwen3_no_think(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """As `_qwen3`, with a thought that is empty; the template's `enable_thinking=False`."""
    _qwen3(prompt, messages)
    for name in ("<think>", "</think>"):
        prompt.ids.append(prompt.codec.token_id(name))
        prompt.text("\n\n")


def _without_thought(codec: Codec, message: Message) -> Message:
    if message.role != "assistant" or "</think>" not in message.text:
        return message
    said = message.text.rpartition("</think>")[2].lstrip("\n")
    end = codec.names.get("</think>")
    if message.ids is None or end not in message.ids:
        return Message("assistant", said)
    start = len(message.ids) - message.ids[::-1].index(end)
    while start < len(message.ids) and not codec.bytes_of(message.ids[start]).strip(b"\n"):
        start += 1
    return Message("assistant", said, message.ids[start:])


def _llama3(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """Llama 3, as in the Jinja template of Meta-Llama-3-8B-Instruct."""
    prompt.control("<|begin_of_text|>")
    for message in messages:
        _llama3_head(prompt, message.role)
        prompt.say("\n\n", message, trim=True)
        prompt.control("<|eot_id|>")
    _llama3_head(prompt, "assistant")
    prompt.text("\n\n")


def _llama3_head(prompt: _Prompt, role: str) -> None:
    prompt.control("<|start_header_id|>")
    prompt.text(role)
    prompt.control("<|end_header_id|>")


def _llama31(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """Llama 3.1 and 3.2, as in the Jinja templates of their instruct models.

    Their system text begins with dates, among them the template's own idea of today, so that an
    answer does not depend on the day.
    """
    dates = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
    first = messages[0] if messages and messages[0].role == "system" else None
    system = Message("system", dates + (first.text.strip() if first else ""))
    turns = messages[1:] if first else messages
    prompt.control("<|begin_of_text|>")
    for message in (system, *turns):
        _llama3_head(prompt, message.role)
        prompt.say("\n\n", message, trim=message is not system)
        prompt.control("<|eot_id|>")
    _llama3_head(prompt, "assistant")
    prompt.text("\n\n")


def _gemma(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """Gemma, as in the Jinja template of gemma-3-1b-it: system text joins the first turn.

    Those of Gemma 1 and 2 know no system text, and are the same without it.
    """
    system, turns = _without_system(messages)
    prompt.control("<bos>")
    for index, message in enumerate(turns):
        role = "model" if message.role == "assistant" else "user"
        prompt.control("<start_of_turn>")
        prompt.say(f"{role}\n{system if index == 0 else ''}", message, trim=True)
        prompt.control("<end_of_turn>")
        prompt.text("\n")
    prompt.control("<start_of_turn>")
    prompt.text("model\n")


def _mistral(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """Mistral, as in the Jinja templates of Mistral-7B-Instruct-v0.2 (0.1 has the same) and v0.3.

    Version 0.3 has control tokens for [INST] and [/INST], and puts system text before the last turn
    instead of the first. The space that begins each piece of text is the tokenizer's dummy prefix.
    """
    system, turns = _without_system(messages)
    marks_are_tokens = prompt.codec.names.get("[INST]") in prompt.codec.control
    bearer = len(turns) - 1 if marks_are_tokens else 0
    prompt.control("<s>")
    for index, message in enumerate(turns):
        if message.role == "assistant":
            prompt.say("", message, trim=marks_are_tokens)
            prompt.control("</s>")
            continue
        text = (system if index == bearer else "") + message.text
        if marks_are_tokens:
            prompt.control("[INST]")
            prompt.text(text)
            prompt.control("[/INST]")
        else:
            prompt.text(f"[INST] {text} [/INST]")


def _vicuna(prompt: _Prompt, messages: Sequence[Message]) -> None:
    """Vicuna 1.1 and later, as FastChat's `vicuna_v1.1` (fastchat/conversation.py) writes it."""
    system = "".join(f"{message.text} " for message in messages if message.role == "system")
    prompt.control("<s>")
    for message in messages:
        if message.role == "user":
            prompt.text(f"{system}USER: {message.text} ASSISTANT:")
            system = ""
        elif message.role == "assistant":
            prompt.say("", message)
            prompt.control("</s>")


_QWEN_STOPS = ("<|im_end|>", "<|endoftext|>")
_LLAMA3_STOPS = ("<|eot_id|>", "<|end_of_text|>", "<|eom_id|>")

_TEMPLATES = {
    "chatml": Template(_chatml, stops=_QWEN_STOPS),
    "gemma": Template(_gemma, stops=("<end_of_turn>", "<eos>")),
    "llama3": Template(_llama3, stops=_LLAMA3_STOPS),
    "llama3.1": Template(_llama31, stops=_LLAMA3_STOPS),
    "mistral": Template(_mistral, stops=("</s>",)),
    "qwen3": Template(_qwen3, stops=_QWEN_STOPS),
    "qwen3-no-think": Template(_qwen3_no_think, stops=_QWEN_STOPS),
    "vicuna": Template(_vicuna, stops=("</s>",)),
}
