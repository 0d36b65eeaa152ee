"""The scripted engine keeps the same promises as the real one."""

import asyncio

from tui_arena.engine.events import (
    Failed,
    Finished,
    Loading,
    Message,
    Paused,
    Prefill,
    Ready,
    Request,
    Resumed,
    Stream,
    Text,
)
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine

PROFILE = Profile(name="tiny", preset="./tiny", template="chatml")


def request(*texts: str, side: str = "left", max_tokens: int = 64) -> Request:
    roles = ("user", "assistant")
    return Request(
        profile=PROFILE,
        conversation=side,
        messages=tuple(Message(roles[n % 2], text) for n, text in enumerate(texts)),  # type: ignore[arg-type]
        sampler=PROFILE.sampler,
        max_tokens=max_tokens,
    )


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


def said(stream: Stream) -> str:
    return "".join(event.text for event in stream.events if isinstance(event, Text))


async def test_nothing_comes_until_it_is_released() -> None:
    engine = ScriptedEngine()
    engine.enqueue("one two three")
    stream = engine.submit(request("hello"))
    await settle()
    assert [type(event) for event in stream.events] == [Prefill]
    engine.release(2)
    await settle()
    assert said(stream) == "one two"
    engine.finish()
    events = [event async for event in stream]
    assert said(stream) == "one two three"
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.stop, last.output_tokens, len(last.ids)) == ("end", 4, 3)


async def test_pause_holds_exactly_and_resume_loses_nothing() -> None:
    engine = ScriptedEngine()
    engine.enqueue("a b c d", side="left")
    engine.enqueue("a b c d", side="right")
    left, right = (engine.submit(request("hi", side=side)) for side in ("left", "right"))
    engine.release()
    left.pause()
    engine.release(2)
    engine.finish()
    await settle()
    assert said(left) == "a"
    assert said(right) == "a b c d"
    left.resume()
    engine.finish()
    await settle()
    assert said(left) == "a b c d"
    kinds = [type(event) for event in left.events]
    assert kinds.index(Paused) < kinds.index(Resumed)


async def test_stop_keeps_the_partial_answer() -> None:
    engine = ScriptedEngine()
    engine.enqueue("a b c d")
    stream = engine.submit(request("hi"))
    engine.release(2)
    stream.stop()
    engine.finish()
    await settle()
    assert said(stream) == "a b"
    assert stream.events[-1].stop == "stopped"  # type: ignore[union-attr]


async def test_limits_and_errors_end_an_answer() -> None:
    engine = ScriptedEngine(pace=0, context=12)
    engine.enqueue("a b c d")
    engine.enqueue("a b c d e f g h i j k l m n")
    engine.enqueue("a", stop="error", error="The device ran out of memory.")
    ends = []
    for max_tokens in (2, 64, 64):
        stream = engine.submit(request("hi", max_tokens=max_tokens))
        ends.append([event async for event in stream][-1])
    assert [end.stop for end in ends] == ["length", "context", "error"]
    assert ends[-1].error == "The device ran out of memory."
    too_long = engine.submit(request("word " * 50))
    last = [event async for event in too_long][-1]
    assert isinstance(last, Finished)
    assert last.error == "The prompt has 52 tokens, more than the context of 12 holds."


async def test_the_next_turn_reuses_the_cache() -> None:
    engine = ScriptedEngine(pace=0)
    engine.enqueue("fine thanks")
    async for _ in engine.submit(request("how are you")):
        pass
    stream = engine.submit(request("how are you", "fine thanks", "good"))
    last = [event async for event in stream][-1]
    assert isinstance(last, Finished)
    assert 5 <= last.reused_tokens < last.prompt_tokens


async def test_loads_can_be_held_reported_and_failed() -> None:
    engine = ScriptedEngine(hold_loads=True)
    stream = engine.load(PROFILE)
    waiting = engine.submit(request("early"))
    engine.report_load("compiling", 0.5)
    await settle()
    assert stream.events[-1] == Loading("compiling", 0.5)
    engine.finish_load("tiny")
    engine.finish()
    await settle()
    assert isinstance(stream.events[-1], Ready)
    assert said(waiting) == "You said: early"
    engine.fail_next_load("tiny", "The file is damaged.")
    failed = engine.load(PROFILE)
    await settle()
    assert failed.events[-1] == Failed("The file is damaged.")


async def test_close_ends_everything_under_way() -> None:
    engine = ScriptedEngine(hold_loads=True)
    load, answer = engine.load(PROFILE), engine.submit(request("hi"))
    engine.close()
    await settle()
    assert load.ended
    assert answer.ended


async def test_a_pace_plays_by_itself() -> None:
    engine = ScriptedEngine(pace=0.001)
    engine.enqueue("a b c")
    stream = engine.submit(request("hi"))
    assert isinstance([event async for event in stream][-1], Finished)
    assert said(stream) == "a b c"
