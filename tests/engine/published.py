"""How the models' makers write a conversation, as plain text.

Written from their published chat templates and model cards, one function a format, on strings
alone: it shares nothing with the program's own templates, which write token ids. What concerns
tools and images is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.engine.events import Message

Messages = Sequence[Message]


def chatml(messages: Messages, *, default: str) -> str:
    """SmolLM2 and Qwen 2.5 (tokenizer_config.json): a default system text where there is none."""
    if messages[0].role != "system":
        messages = (Message("system", default), *messages)
    turns = "".join(f"<|im_start|>{m.role}\n{m.text}<|im_end|>\n" for m in messages)
    return turns + "<|im_start|>assistant\n"


def smollm2(messages: Messages) -> str:
    """HuggingFaceTB/SmolLM2-135M-Instruct."""
    default = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
    return chatml(messages, default=default)


def qwen25(messages: Messages) -> str:
    """Qwen/Qwen2.5-7B-Instruct."""
    default = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
    return chatml(messages, default=default)


def qwen3(messages: Messages, *, thinking: bool = True) -> str:
    """Qwen/Qwen3-0.6B: earlier answers lose their thoughts; thinking can be switched off."""
    written = ""
    for message in messages:
        text = message.text
        if message.role == "assistant" and "</think>" in text:
            text = text.split("</think>")[-1].lstrip("\n")
        written += f"<|im_start|>{message.role}\n{text}<|im_end|>\n"
    return written + "<|im_start|>assistant\n" + ("" if thinking else "<think>\n\n</think>\n\n")


def llama3(messages: Messages) -> str:
    """meta-llama/Meta-Llama-3-8B-Instruct."""
    turns = "".join(_llama3_turn(message.role, message.text.strip()) for message in messages)
    return "<|begin_of_text|>" + turns + _llama3_head("assistant")


def llama31(messages: Messages) -> str:
    """meta-llama/Llama-3.1-8B-Instruct: a system turn that begins with two dates, always."""
    system, turns = _split(messages)
    dates = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
    return (
        "<|begin_of_text|>"
        + _llama3_turn("system", dates + (system or "").strip())
        + "".join(_llama3_turn(message.role, message.text.strip()) for message in turns)
        + _llama3_head("assistant")
    )


def gemma(messages: Messages) -> str:
    """google/gemma-7b-it and gemma-2-9b-it have no system role; google/gemma-3-1b-it puts it first.

    The three are the same without system text.
    """
    system, turns = _split(messages)
    written = "<bos>"
    for index, message in enumerate(turns):
        role = "model" if message.role == "assistant" else "user"
        before = f"{system}\n\n" if index == 0 and system is not None else ""
        written += f"<start_of_turn>{role}\n{before}{message.text.strip()}<end_of_turn>\n"
    return written + "<start_of_turn>model\n"


def mistral(messages: Messages) -> str:
    """mistralai/Mistral-7B-Instruct-v0.1 and v0.2: system text before the first prompt."""
    system, turns = _split(messages)
    written = "<s>"
    for index, message in enumerate(turns):
        before = f"{system}\n\n" if index == 0 and system is not None else ""
        answer = message.role == "assistant"
        written += f" {message.text}</s>" if answer else f" [INST] {before}{message.text} [/INST]"
    return written


def mistral3(messages: Messages) -> str:
    """mistralai/Mistral-7B-Instruct-v0.3: system text before the last prompt."""
    system, turns = _split(messages)
    written = "<s>"
    for index, message in enumerate(turns):
        before = f"{system}\n\n" if index == len(turns) - 1 and system is not None else ""
        answer = message.role == "assistant"
        written += (
            f" {message.text.strip()}</s>" if answer else f"[INST] {before}{message.text}[/INST]"
        )
    return written


def vicuna(messages: Messages) -> str:
    """FastChat's "vicuna_v1.1": words mark the turns, a space or the end token parts them."""
    written = ""
    for message in messages:
        if message.role == "system":
            written += message.text + " "
        elif message.role == "user":
            written += "USER: " + message.text + " "
        else:
            written += "ASSISTANT: " + message.text + "</s>"
    return written + "ASSISTANT:"


def _split(messages: Messages) -> tuple[str | None, Messages]:
    """Part the system text, None where there is none, from the turns."""
    if messages[0].role == "system":
        return messages[0].text, messages[1:]
    return None, messages


def _llama3_head(role: str) -> str:
    return f"<|start_header_id|>{role}<|end_header_id|>\n\n"


def _llama3_turn(role: str, text: str) -> str:
    return _llama3_head(role) + text + "<|eot_id|>"
