"""Tokens a second of this engine, and of KerasHub's own `generate()` on the same weights."""

from __future__ import annotations

import time

from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Failed, Finished, Message, Request
from tui_arena.engine.profile import Profile

STORY = "Tell me a long story about a fox who learns to sail."


async def answer(engine: KerasEngine, request: Request) -> Finished:
    """Wait for one answer to end."""
    stream = engine.submit(request)
    async for _ in stream:
        pass
    last = stream.events[-1]
    assert isinstance(last, Finished), last
    if last.error:
        raise SystemExit(last.error)
    return last


async def ready(engine: KerasEngine, profile: Profile) -> None:
    """Load a model and wait for it."""
    stream = engine.load(profile)
    async for _ in stream:
        pass
    last = stream.events[-1]
    if isinstance(last, Failed):
        raise SystemExit(last.error)


def story(profile: Profile, *, tokens: int, conversation: str = "left") -> Request:
    """Ask for a story of so many tokens."""
    return Request(
        profile=profile,
        conversation=conversation,
        messages=(Message("system", profile.system), Message("user", STORY)),
        sampler=profile.sampler,
        max_tokens=tokens,
    )


def decode_rate(last: Finished) -> float:
    """Tokens a second from the first token to the last."""
    assert last.first_token_ms is not None
    return 1000 * (last.output_tokens - 1) / (last.ms - last.first_token_ms)


def generate_rate(profile: Profile, prompt: list[int], ids: list[int], *, length: int) -> float:
    """Tokens a second of `generate()` at max_length `length`, the whole call, compilation aside.

    Args:
        profile: whose weights to use.
        prompt: the ids of the prompt.
        ids: the ids that this engine answered with; `generate()` is stopped by one of them that
            first appears late, because it can only be limited by stop ids.
        length: its max_length.
    """
    import keras_hub
    import numpy as np

    from tui_arena.engine.loading import load_model

    model = load_model(profile, lambda event: None)
    language_model = keras_hub.models.LlamaCausalLM(backbone=model.backbone, preprocessor=None)
    language_model.compile(sampler="greedy")
    first_seen = {token: index for index, token in reversed(list(enumerate(ids)))}
    stop, count = max(first_seen.items(), key=lambda item: item[1])
    token_ids = np.zeros((1, length), np.int32)
    token_ids[0, : len(prompt)] = prompt
    mask = np.arange(length)[None] < len(prompt)

    def call() -> np.ndarray:
        inputs = {"token_ids": token_ids, "padding_mask": mask.astype(np.int32)}
        return np.asarray(language_model.generate(inputs, stop_token_ids=[stop])["token_ids"])[0]

    given = call()[len(prompt) : len(prompt) + count]
    if list(given) != ids[:count]:
        print(f"generate() at {length} answered otherwise than this engine")
    started = time.perf_counter()
    call()
    return (count + 1) / (time.perf_counter() - started)
