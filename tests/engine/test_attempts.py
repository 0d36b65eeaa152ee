"""Several answers to one prompt at once, and answers that go on."""

import asyncio
from dataclasses import replace

import jax
import numpy as np
import pytest
import tiny
from steps import make_model
from test_engine import fail_steps
from test_sharding import build

from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Finished, Message, Paused, Prefill, Text
from tui_arena.engine.model import Model
from tui_arena.engine.profile import Sampler
from tui_arena.engine.scheduler import Scheduler
from tui_arena.engine.sharding import Placement

PROFILE = tiny.profile(tiny.Path("tiny"))
SAMPLED = Sampler(temperature=1.0, seed=5)
STORY = "hello world, tell me a story. " * 12


@pytest.fixture(scope="module")
def engine():
    """One for all tests here; each has sides of its own."""
    made = KerasEngine()
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """With room for a page for each of sixteen attempts."""
    return tiny.save(tiny.backbone(), tmp_path_factory.mktemp("roomy") / "tiny", context=4096)


@pytest.fixture
def profile(preset):
    return tiny.profile(preset)


@pytest.fixture
def ask(profile, request):
    """Make a request on a side of this test's own."""

    def make(text: str, **settings):
        settings = {"side": request.node.name, "profile": profile} | settings
        return tiny.request(settings.pop("profile"), text, **settings)

    return make


@pytest.mark.parametrize("sampler", [Sampler(), SAMPLED])
async def test_a_continued_answer_is_the_one_that_was_never_cut(
    engine, profile, collect, ask, sampler
):
    request = ask(STORY, max_tokens=40, sampler=sampler)
    text, whole = await collect(engine.submit(request))
    cut_text, cut = await collect(engine.submit(replace(request, max_tokens=15)))
    assert cut.stop == "length"
    said = Message("assistant", cut_text, cut.ids)
    going_on = replace(request, messages=(*request.messages, said), max_tokens=25)
    more_text, more = await collect(engine.submit(going_on))
    assert cut.ids + more.ids == whole.ids
    # Where the limit fell within a character, U+FFFD shows that it did.
    assert (cut_text + more_text).replace("\ufffd", "") == text.replace("\ufffd", "")
    assert more.prompt_tokens == cut.prompt_tokens + 15
    assert more.reused_tokens >= more.prompt_tokens - 1
    assert more.output_tokens == 25


@pytest.mark.parametrize("sampler", [Sampler(), SAMPLED])
async def test_each_attempt_is_the_answer_to_its_seed(engine, profile, collect, ask, sampler):
    request = ask(STORY, max_tokens=30, sampler=sampler, attempts=5)
    alone = [await collect(engine.submit(one)) for one in request.single()]
    together = await asyncio.gather(*map(collect, engine.submit_attempts(request)))
    assert [(text, last.ids) for text, last in together] == [
        (text, last.ids) for text, last in alone
    ]
    assert len({last.ids for _, last in together}) == (1 if sampler.temperature == 0 else 5)
    firsts = {last.ids[0] for _, last in together}
    assert (len(firsts) == 1) == (sampler.temperature == 0), (
        "the first token has no seed of its own"
    )


async def test_submit_is_for_one_answer(engine, profile, ask):
    with pytest.raises(ValueError, match="submit_attempts"):
        engine.submit(ask("hello", attempts=2))


async def model_of(engine, profile) -> Model:
    async for _ in engine.load(profile):
        pass
    return engine._models[profile.weights_key]


async def together(engine, collect, request) -> list[Finished]:
    """Ask for all attempts; how each ended."""
    streams = engine.submit_attempts(request)
    return [last for _, last in await asyncio.gather(*map(collect, streams))]


async def alone(engine, collect, request) -> list[tuple[int, ...]]:
    """The ids of each attempt, asked one after the other on another side."""
    single = replace(request, conversation=f"{request.conversation} alone").single()
    return [(await collect(engine.submit(one)))[1].ids for one in single]


def tokens(stream) -> int:
    return max((e.tokens for e in stream.events if isinstance(e, Text)), default=0)


async def test_the_prompt_is_read_once_and_every_attempt_can_be_gone_on_with(
    engine, profile, collect, ask
):
    model = await model_of(engine, profile)
    request = ask(STORY, max_tokens=20, sampler=SAMPLED, attempts=5)
    before = model.prefilled
    ends = await together(engine, collect, request)
    assert model.prefilled - before == ends[0].prompt_tokens - 1
    assert {(end.prompt_tokens, end.reused_tokens) for end in ends} == {(ends[0].prompt_tokens, 0)}
    for end in ends:
        before = model.prefilled
        said = Message("assistant", model.codec.decode(end.ids), end.ids)
        turns = (*request.messages, said, Message("user", "and now?"))
        chosen = ask("", messages=turns, max_tokens=3)
        _, following = await collect(engine.submit(chosen))
        assert following.reused_tokens >= end.prompt_tokens + len(end.ids) - 1
        assert model.prefilled - before == following.prompt_tokens - following.reused_tokens


async def test_attempts_share_their_steps_and_compile_nothing_twice(
    engine, profile, collect, ask, until
):
    model = await model_of(engine, profile)
    await until(lambda: model.padded_rows(5) == 5)
    request = ask(STORY, max_tokens=20, attempts=5)
    await together(engine, collect, request)
    steps, compiled, read = model.steps, model.compilations, model.prefilled
    ends = await together(engine, collect, request)
    assert model.steps - steps == 20
    assert model.compilations == compiled
    assert model.prefilled == read, "the prompt was there already"
    assert all(end.reused_tokens == end.prompt_tokens - 1 for end in ends)


async def test_every_attempt_reports_how_far_the_prompt_is_read(engine, profile, collect, ask):
    request = ask(STORY * 2, max_tokens=2, attempts=3)
    streams = engine.submit_attempts(request)
    await asyncio.gather(*map(collect, streams))
    said = [[e.done for e in s.events if isinstance(e, Prefill)] for s in streams]
    assert said[0] == said[1] == said[2]
    assert said[0][0] == 0
    assert len(said[0]) >= 3
    assert said[0] == sorted(said[0])


async def test_more_attempts_than_the_widest_step_take_turns(engine, profile, collect, ask, until):
    request = ask("hello", max_tokens=40, sampler=SAMPLED, attempts=11)
    expected = await alone(engine, collect, request)
    # The engine is idle, so its model can be played by hand.
    model = await model_of(engine, profile)
    await until(lambda: model.padded_rows(8) == 8)
    scheduler = Scheduler()
    answers = scheduler.add(request, model, [lambda event: None] * 11, 0.0)
    steps = model.steps
    while scheduler.busy:
        scheduler.round()
        known = [len(answer.output) for answer in answers]
        assert max(known) - min(known) <= 1
    assert [tuple(answer.output) for answer in answers] == expected
    assert model.steps - steps == 2 * 40


async def test_one_attempt_pauses_and_another_stops_alone(engine, profile, collect, ask, until):
    request = ask(STORY, max_tokens=60, sampler=SAMPLED, attempts=4)
    expected = await alone(engine, collect, request)
    streams = engine.submit_attempts(request)
    await until(lambda: tokens(streams[0]) > 5)
    streams[1].pause()
    streams[2].stop()
    ends = [(await collect(streams[n]))[1] for n in (0, 2, 3)]
    assert [end.stop for end in ends] == ["length", "stopped", "length"]
    assert (ends[0].ids, ends[2].ids) == (expected[0], expected[3])
    assert ends[1].ids == expected[2][: len(ends[1].ids)]
    assert isinstance(streams[1].events[-1], Paused)
    streams[1].resume()
    assert (await collect(streams[1]))[1].ids == expected[1]


async def test_the_one_that_reads_the_prompt_can_pause_or_stop(
    engine, profile, collect, ask, until
):
    """Then another one goes on reading where it was."""
    model = await model_of(engine, profile)
    request = ask(STORY * 2, max_tokens=10, sampler=SAMPLED, attempts=4)
    expected = await alone(engine, collect, request)
    before = model.prefilled
    streams = engine.submit_attempts(request)
    streams[0].pause()
    streams[1].stop()
    ends = [(await collect(stream))[1] for stream in streams[1:]]
    assert [end.ids for end in ends] == [(), expected[2], expected[3]]
    assert model.prefilled - before == ends[0].prompt_tokens - 1
    streams[0].resume()
    assert (await collect(streams[0]))[1].ids == expected[0]
    assert model.prefilled - before == ends[0].prompt_tokens - 1


async def test_an_attempt_that_ends_early_leaves_its_row_and_pages(engine, tmp_path, collect, ask):
    profile = tiny.profile(tiny.save(tiny.backbone(ends=True), tmp_path / "ends"))
    wild = Sampler(temperature=5.0, seed=5)
    request = ask("hello", profile=profile, max_tokens=60, sampler=wild, attempts=6)
    expected = await alone(engine, collect, request)
    ends = await together(engine, collect, request)
    assert [end.ids for end in ends] == expected
    assert len({len(end.ids) for end in ends}) > 2, "all ended together"
    book = engine._models[profile.weights_key].book
    assert not any(cached.busy for kept in book._branches.values() for cached in kept)


async def test_a_failed_step_is_made_good_for_every_attempt(
    engine, profile, collect, ask, until, monkeypatch
):
    model = await model_of(engine, profile)
    request = ask(STORY, max_tokens=60, sampler=SAMPLED, attempts=3)
    expected = await alone(engine, collect, request)
    before = model.prefilled
    streams = engine.submit_attempts(request)
    await until(lambda: tokens(streams[0]) > 5)
    fail_steps(monkeypatch, 1)
    ends = [last for _, last in await asyncio.gather(*map(collect, streams))]
    assert [(end.error, end.ids) for end in ends] == [(None, ids) for ids in expected]
    # Read once more, and each attempt's own few tokens.
    assert model.prefilled - before < 3 * ends[0].prompt_tokens


async def test_broken_weights_end_every_attempt(engine, tmp_path, collect, ask):
    model = tiny.backbone()
    for variable in model.variables:
        if variable.path == "sequence_output_layernorm/scale":
            variable.assign(np.full(variable.shape, np.nan))
    broken = tiny.profile(tiny.save(model, tmp_path / "broken"))
    ends = await together(engine, collect, ask("hello", profile=broken, attempts=3))
    assert all("not numbers" in end.error for end in ends)
    again = await together(engine, collect, ask("hello", profile=broken, attempts=3))
    assert {end.reused_tokens for end in again} == {0}, "what is broken was kept"


async def test_a_prompt_that_is_too_long_is_said_to_every_attempt(engine, preset, collect, ask):
    small = tiny.profile(preset, context=64)
    ends = await together(engine, collect, ask(STORY, profile=small, attempts=3))
    assert all("can hold 64" in end.error for end in ends)


def play(model: Model, request) -> list[tuple[int, ...]]:
    """Answer a request with the scheduler alone; the ids of each attempt."""
    scheduler = Scheduler()
    heard: list[list] = [[] for _ in range(request.attempts)]
    scheduler.add(request, model, [events.append for events in heard], 0.0)
    while scheduler.busy:
        scheduler.round()
    assert [events[-1].error for events in heard] == [None] * request.attempts
    return [events[-1].ids for events in heard]


def test_attempts_without_room_wait_until_others_end():
    """There are eight pages; each attempt grows to three, and shares one or none of them."""
    model = make_model(tiny.backbone())
    request = tiny.request(PROFILE, STORY * 2, max_tokens=60, sampler=SAMPLED, attempts=12)
    expected = [play(model, one)[0] for one in request.single()]
    assert play(model, request) == expected
    book = model.book
    assert len(book._free) + sum(owners > 0 for owners in book._owners) == book.pages - 1

    # Where all others pause, nothing would ever make room, and that is said.
    scheduler = Scheduler()
    heard: list = []
    held = replace(request, attempts=6, max_tokens=400)
    *others, last = scheduler.add(held, model, [lambda event: None] * 5 + [heard.append], 0.0)
    while not all(other.output for other in others):
        scheduler.round()
    for other in others:
        scheduler.pause(other)
    while scheduler.busy:
        scheduler.round()
    assert "memory for conversations on this model is full" in heard[-1].error
    assert last.output
    for other in others:
        scheduler.stop(other)


def test_a_model_that_grows_goes_on_with_every_attempt():
    model = make_model(tiny.backbone())
    request = tiny.request(PROFILE, STORY, max_tokens=40, sampler=SAMPLED, attempts=3)
    expected = [play(model, one)[0] for one in request.single()]
    scheduler = Scheduler()
    answers = scheduler.add(request, model, [lambda event: None] * 3, 0.0)
    while len(answers[0].output) < 10:
        scheduler.round()
    read = model.prefilled
    scheduler.enlarge(model, 2048, "longer")
    while scheduler.busy:
        scheduler.round()
    assert [tuple(answer.output) for answer in answers] == expected
    assert model.prefilled - read < 2 * answers[0].prompt_tokens, "each read the prompt for itself"


@pytest.mark.parametrize(
    ("name", "devices"), [("Mistral 7B", 1), ("Mistral 7B", 8), ("Gemma 2 9B", 8)]
)
def test_sliding_windows_soft_caps_and_many_devices(name, devices):
    placement = Placement(jax.devices()[:devices])
    with placement.loading():
        backbone = build(name)
    model = make_model(backbone, placement=placement)
    for sampler in (Sampler(), SAMPLED):
        request = tiny.request(
            PROFILE, "hello world, tell me. " * 20, max_tokens=12, sampler=sampler, attempts=3
        )
        model.reset_cache()
        expected = [play(model, one)[0] for one in request.single()]
        model.reset_cache()
        read = model.prefilled
        assert play(model, request) == expected
        assert model.prefilled - read < 512
        assert len(set(expected)) == (1 if sampler.temperature == 0 else 3)
