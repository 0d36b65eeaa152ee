"""Answers of this engine, one after the other or at the same time, and how fast they came."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Failed, Finished, Message, Request, Stream, Text
from tui_arena.engine.profile import Profile, Sampler

STORY = "Tell me a long story about a fox who learns to sail."

_HEROES = ("fox", "gull", "child", "bear", "sailor", "cook", "ghost")
_PLACES = ("sea", "river", "wind", "lighthouse", "storm")
_TOLD = (
    "Once upon a time there lived a {hero} who could see the {place} from its window. Every "
    "morning the {hero} sat down with a cup of tea, looked at the {place}, and wondered what "
    "was on the other side. The neighbours said that nobody had ever gone there and come "
    "back. One day, when the leaves began to fall, the {hero} packed some bread, a rope and a"
    " small lamp, locked the door and set out. At first the way was easy. The sun was warm, "
    "the birds sang, and the {hero} walked with a light heart. But by the evening of the "
    "third day clouds came up, and the {place} was not as friendly as it had looked from the "
    "window. The {hero} found a cave, lit the lamp and waited. In the middle of the night an "
    "old voice said: you are the first one in a hundred years, stay a while and I will tell "
    "you what I know. So the {hero} stayed, and listened to tales of ships and kings, of "
    "hidden doors and of the people who had made the {place} their home. In the morning the "
    "voice was gone, but on the floor lay a map drawn with great care. The {hero} took it, "
    "thanked the empty cave, and went on, no longer afraid, for whoever knows the way needs "
    "little else."
)

FOLLOWING = "Now tell me in a few words what the fox learned, and why it matters."


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


def after_history(
    profile: Profile, turns: int, *, tokens: int, conversation: str, last: str = STORY
) -> Request:
    """Ask something after so many turns of storytelling, 270 tokens each with SmolLM2."""
    messages = [Message("system", profile.system)]
    for turn in range(turns):
        hero, place = _HEROES[turn % len(_HEROES)], _PLACES[turn % len(_PLACES)]
        messages.append(Message("user", f"Tell me a long story about a {hero} and the {place}."))
        messages.append(Message("assistant", _TOLD.format(hero=hero, place=place)))
    request = story(profile, tokens=tokens, conversation=conversation)
    return replace(request, messages=(*messages, Message("user", last)))


def sampled(request: Request, attempts: int) -> Request:
    """Ask for several attempts, each one different."""
    return replace(request, attempts=attempts, sampler=Sampler(temperature=0.8, seed=1))


async def answer(engine: KerasEngine, request: Request) -> Finished:
    """Wait for one answer to end."""
    return (await together(engine, [request]))[0]


async def together(engine: KerasEngine, requests: Sequence[Request]) -> list[Finished]:
    """Wait for answers that come at the same time."""
    streams = [stream for request in requests for stream in engine.submit_attempts(request)]
    return list(await asyncio.gather(*map(_end_of, streams)))


async def told(engine: KerasEngine, request: Request) -> Message:
    """Wait for one answer, and return it as the next prompt holds it."""
    stream = engine.submit(request)
    last = await _end_of(stream)
    text = "".join(event.text for event in stream.events if isinstance(event, Text))
    return Message("assistant", text, last.ids)


async def _end_of(stream: Stream) -> Finished:
    async for _ in stream:
        pass
    last = stream.events[-1]
    assert isinstance(last, Finished), last
    if last.error:
        raise SystemExit(last.error)
    return last


def decode_rate(last: Finished) -> float:
    """Tokens a second from the first token to the last."""
    assert last.first_token_ms is not None
    return 1000 * (last.output_tokens - 1) / (last.ms - last.first_token_ms)


def whole_rate(last: Finished) -> float:
    """Tokens a second of the whole call, the prompt included."""
    return 1000 * last.output_tokens / last.ms


def shared_rate(answers: Sequence[Finished]) -> float:
    """Tokens a second of answers that came together, from the first token of all to the last."""
    first = min(last.first_token_ms or 0 for last in answers)
    tokens = sum(last.output_tokens for last in answers) - len(answers)
    return 1000 * tokens / (max(last.ms for last in answers) - first)


def first_token_ms(last: Finished) -> int:
    """Milliseconds from asking to the first token."""
    assert last.first_token_ms is not None
    return last.first_token_ms
