"""The model that a package ships: real weights, real text."""

import pytest

from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Message, Request
from tui_arena.engine.profile import find_profile, profile_folders
from tui_arena.engine.template import render

QUESTION = "What is the capital of France, and what is it known for?"


@pytest.fixture(scope="module")
def profile():
    return find_profile("smollm2-135m", profile_folders())


def ask(profile, *turns: Message | str, side: str = "left", max_tokens: int = 24) -> Request:
    messages = [turn if isinstance(turn, Message) else Message("user", turn) for turn in turns]
    return Request(
        profile=profile,
        conversation=side,
        messages=(Message("system", profile.system), *messages),
        sampler=profile.sampler,
        max_tokens=max_tokens,
    )


async def test_a_dialog_of_two_turns(profile, collect):
    # One test, because loading the model takes longer than all the rest.
    engine = KerasEngine()
    engine.start()
    text, first = await collect(engine.submit(ask(profile, QUESTION)))
    assert text.startswith("The capital of France is Paris.")
    codec = engine._models[profile.weights_key].codec
    assert codec.decode(render("chatml", codec, ask(profile, QUESTION).messages)) == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face"
        f"<|im_end|>\n<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n"
    )
    assert (first.prompt_tokens, first.reused_tokens) == (44, 0)

    answer = Message("assistant", text, first.ids)
    _, second = await collect(
        engine.submit(ask(profile, QUESTION, answer, "And of Italy?", max_tokens=4))
    )
    assert second.reused_tokens >= 44 + len(first.ids) - 1
    assert second.prompt_tokens - second.reused_tokens < 20

    sampled = find_profile("smollm2-sampled", profile_folders())
    assert sampled.weights_key == profile.weights_key
    told = [
        await collect(engine.submit(ask(sampled, QUESTION, side=side, max_tokens=12)))
        for side in ("left", "right")
    ]
    assert told[0][0] == told[1][0], "the same seed must give the same answer"
    assert len(engine._models) == 1
    engine.close()
