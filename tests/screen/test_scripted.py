"""The scripted engine keeps the same promises as the real one."""

import asyncio
from dataclasses import replace

import pytest

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


async def test_attempts_take_the_next_answers_and_end_one_by_one() -> None:
    engine = ScriptedEngine()
    for answer in ("a b c", "d e", "f"):
        engine.enqueue(answer)
    asked = replace(request("hi"), attempts=3)
    first, second, third = engine.submit_attempts(asked)
    assert engine.requests == [asked]
    engine.release()
    second.stop()
    third.pause()
    engine.finish()
    await settle()
    assert [said(stream) for stream in (first, second, third)] == ["a b c", "d", "f"]
    assert [stream.ended for stream in (first, second, third)] == [True, True, False]
    third.resume()
    engine.finish()
    await settle()
    ends = [stream.events[-1] for stream in (first, second, third)]
    assert [end.stop for end in ends] == ["end", "stopped", "end"]  # type: ignore[union-attr]
    assert [end.reused_tokens for end in ends] == [0, 0, 0]  # type: ignore[union-attr]
    chosen = engine.submit(request("hi", "d", "more"))
    await settle()
    assert chosen.events[0] == Prefill(9, 9, 3)


async def test_an_answer_can_be_continued() -> None:
    engine = ScriptedEngine(pace=0)
    engine.enqueue("one two three")
    async for _ in engine.submit(request("count", max_tokens=2)):
        pass
    engine.enqueue(" three four")
    stream = engine.submit(request("count", "one two"))
    last = [event async for event in stream][-1]
    assert said(stream) == " three four"
    assert isinstance(last, Finished)
    assert (last.prompt_tokens, last.reused_tokens) == (5, 4)


async def test_submit_is_for_one_answer() -> None:
    with pytest.raises(ValueError, match="submit_attempts"):
        ScriptedEngine().submit(replace(request("hi"), attempts=2))


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
