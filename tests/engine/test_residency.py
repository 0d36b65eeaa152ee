"""Many models at once under a budget of memory: who makes room, who is refused, who is unharmed."""

import gc
import time
from concurrent.futures import Future

import families
import jax
import keras
import keras_hub
import pytest
import tiny
from families import FAMILIES

from tui_arena.engine import loading, scheduler
from tui_arena.engine import model as model_module
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import (
    Failed,
    Message,
    Paused,
    Prefill,
    Ready,
    Request,
    Text,
    Unloaded,
)
from tui_arena.engine.model import Model
from tui_arena.engine.profile import Profile
from tui_arena.engine.programs import Programs
from tui_arena.engine.shortage import NoMemory, Remedy, refused, too_little

models = keras_hub.models

CAPS = {"attention_logit_soft_cap": 50, "final_logit_soft_cap": 30}

PAGE_BYTES = 256 * 2 * 2 * 2 * 8 * 4
"""A page of a tiny model: keys and values of two layers with two heads of eight float32."""
ONE, TWO = 5 * PAGE_BYTES, 9 * PAGE_BYTES
"""Caches of one and of two conversations of 1024 tokens."""
LONG = "hello world, tell me a story. " * 12
FULL = "RESOURCE_EXHAUSTED: Out of memory allocating"


@pytest.fixture(autouse=True)
def _narrow(monkeypatch):
    """Compile nothing beside the work, so that what is counted and measured is the work's own."""
    monkeypatch.setattr(Model, "widen", lambda model: None)


@pytest.fixture(scope="session")
def folder(tmp_path_factory, _jax):
    return tmp_path_factory.mktemp("residency")


@pytest.fixture(scope="session")
def trio(folder):
    """Profiles of three models of the same size, and the bytes of one's weights."""
    made = [tiny.backbone(seed=seed) for seed in range(3)]
    names = ("one", "two", "three")
    presets = [tiny.save(model, folder / name) for name, model in zip(names, made, strict=True)]
    weights = sum(variable.value.nbytes for variable in made[0].variables)
    return [tiny.profile(preset) for preset in presets], weights


@pytest.fixture(scope="session")
def profiles(trio):
    return trio[0]


@pytest.fixture(scope="session")
def weights(trio):
    return trio[1]


@pytest.fixture
def budget():
    """Make an engine whose weights and caches may take so many bytes."""
    made = []

    def make(memory: int | None = None, **settings) -> KerasEngine:
        made.append(KerasEngine(memory=memory, **settings))
        made[-1].start()
        return made[-1]

    yield make
    for engine in made:
        engine.close()


KNOWN: dict[Request, tuple[int, ...]] = {}


@pytest.fixture
async def expected(engine, collect):
    """The answers of an engine that has all the memory it wants."""

    async def of(request):
        if request not in KNOWN:
            KNOWN[request] = (await collect(engine.submit(request)))[1].ids
        return KNOWN[request]

    return of


async def streaming(engine, request, until):
    """Load a model, ask it, and wait for the first words."""
    assert isinstance(await ended(engine.load(request.profile)), Ready)
    stream = engine.submit(request)
    await until(lambda: len(words(stream)) > 5)
    return stream


async def ended(stream):
    """Wait for a stream's last event."""
    return [event async for event in stream][-1]


def residency(engine):
    return engine._scheduler.residency


def caches(engine) -> dict[str, int]:
    return {resident.key[0].rpartition("/")[2]: resident.cache for resident in engine.residents()}


def words(stream) -> str:
    return "".join(event.text for event in stream.events if isinstance(event, Text))


def on_devices() -> int:
    gc.collect()
    return sum(array.nbytes for array in jax.live_arrays())


async def test_a_cache_comes_with_the_first_answer(budget, profiles, weights, collect):
    engine = budget()
    await ended(engine.load(profiles[0]))
    assert caches(engine) == {"one": 0}
    assert engine.residents()[0].weights == weights
    await collect(engine.submit(tiny.request(profiles[0], "hello")))
    assert caches(engine) == {"one": TWO}
    assert engine.residents()[0].answering == 0


async def test_the_cache_used_longest_ago_makes_room_and_is_read_anew(
    budget, profiles, weights, collect, expected
):
    one, two, three = profiles
    engine = budget(3 * weights + 2 * TWO)
    first = tiny.request(one, LONG, max_tokens=10)
    text, last = await collect(engine.submit(first))
    model = engine._models[one.weights_key]
    await collect(engine.submit(tiny.request(two, "hello")))
    assert caches(engine) == {"one": TWO, "two": TWO}
    await ended(engine.load(three))
    assert residency(engine).evictions == 0, "weights alone fit beside the caches"
    await collect(engine.submit(tiny.request(three, "hello")))
    assert caches(engine) == {"one": 0, "two": TWO, "three": TWO}

    dialog = (*first.messages, Message("assistant", text, last.ids), Message("user", "and now?"))
    second = tiny.request(one, "", messages=dialog, max_tokens=30)
    before, compiled = model.prefilled, model.compilations
    stream = engine.submit(second)
    _, again = await collect(stream)
    assert caches(engine) == {"two": 0, "three": TWO, "one": TWO}
    assert list(caches(engine)) == ["two", "three", "one"], "the one used last is not the last"
    assert again.reused_tokens == 0
    assert model.prefilled - before == again.prompt_tokens
    reads = [event for event in stream.events if isinstance(event, Prefill)]
    assert reads[0] == Prefill(0, again.prompt_tokens, 0)
    assert reads[-1] == Prefill(again.prompt_tokens, again.prompt_tokens, 0)
    assert model.compilations == compiled
    assert residency(engine).evictions == 2
    await expected(first)
    assert again.ids == await expected(second)


async def test_the_cache_of_a_paused_answer_is_not_taken(
    budget, profiles, weights, collect, until, expected
):
    one, two, _ = profiles
    engine = budget(2 * weights + TWO)
    await ended(engine.load(two))
    request = tiny.request(one, LONG, max_tokens=60)
    stream = await streaming(engine, request, until)
    stream.pause()
    await until(lambda: isinstance(stream.events[-1], Paused))
    _, other = await collect(engine.submit(tiny.request(two, "hello")))
    assert other.error == (
        "two needs 0.33 MB on each device and 0.00 MB are free; stop one (0.58 MB) first."
    )
    assert caches(engine) == {"one": TWO, "two": 0}
    stream.resume()
    assert (await collect(stream))[1].ids == await expected(request)
    _, other = await collect(engine.submit(tiny.request(two, "hello")))
    assert other.error is None


async def test_where_memory_is_short_a_cache_holds_one_conversation(
    budget, profiles, weights, collect, until, expected
):
    one, two, _ = profiles
    engine = budget(2 * weights + TWO + ONE)
    await ended(engine.load(two))
    stream = await streaming(engine, tiny.request(one, LONG, max_tokens=900), until)
    request = tiny.request(two, LONG, max_tokens=60)
    _, last = await collect(engine.submit(request))
    assert caches(engine) == {"one": TWO, "two": ONE}
    assert last.ids == await expected(request)
    stream.stop()
    await collect(stream)


async def test_what_cannot_fit_is_refused_before_it_is_loaded(
    budget, profiles, weights, collect, until, expected, monkeypatch
):
    one, two, three = profiles
    engine = budget(2 * weights + TWO)
    await ended(engine.load(two))
    request = tiny.request(one, LONG, max_tokens=200)
    stream = await streaming(engine, request, until)
    stream.pause()
    with monkeypatch.context() as patch:
        patch.setattr(
            keras_hub.models.Backbone, "from_preset", lambda *a, **k: pytest.fail("was loaded")
        )
        last = await ended(engine.load(three))
    assert not stream.ended
    assert last == Failed(
        f"three needs {size(weights, up=True)} on each device and 0.00 MB are free; "
        f"unload two ({size(weights)}) first."
    )
    stream.resume()
    assert (await collect(stream))[1].ids == await expected(request)
    assert isinstance(await ended(engine.load(three)), Ready)
    assert caches(engine) == {"two": 0, "one": 0, "three": 0}, "the idle cache made no room"
    assert (await collect(engine.submit(tiny.request(three, "hello"))))[1].error is None
    assert (await collect(engine.submit(request)))[1].ids == await expected(request)


async def test_unloading_makes_room_beside_an_answer(
    budget, profiles, weights, collect, until, expected
):
    one, two, three = profiles
    engine = budget(2 * weights + TWO)
    await ended(engine.load(two))
    request = tiny.request(one, LONG, max_tokens=200)
    stream = await streaming(engine, request, until)
    stream.pause()
    assert isinstance(await ended(engine.load(three)), Failed)
    assert await ended(engine.unload(two)) == Unloaded(weights)
    assert isinstance(await ended(engine.load(three)), Ready)
    assert not stream.ended
    stream.resume()
    assert (await collect(stream))[1].ids == await expected(request)


def size(number: int, *, up: bool = False) -> str:
    hundredths = -(-number // 10_000) if up else number // 10_000
    return f"{hundredths / 100:.2f} MB"


async def test_a_model_of_unknown_size_is_measured_and_freed(
    budget, profiles, weights, collect, expected, monkeypatch
):
    one, two, _ = profiles
    engine = budget(weights + ONE)
    request = tiny.request(one, LONG, max_tokens=60)
    await collect(engine.submit(request))
    before = on_devices()
    monkeypatch.setattr(loading, "shape_of", lambda profile: None)
    last = await ended(engine.load(two))
    assert last.error == (
        f"two needs {size(weights + ONE, up=True)} on each device and {size(ONE)} are free; "
        f"unload one ({size(weights)}) first."
    )
    assert on_devices() == before
    assert (await collect(engine.submit(request)))[1].ids == await expected(request)


async def test_a_model_is_freed_although_the_engine_is_late(
    budget, profiles, weights, collect, monkeypatch
):
    """The loading thread hears of a refusal while the engine is still in the middle of it."""
    one, two, _ = profiles
    engine = budget(weights + ONE)
    await collect(engine.submit(tiny.request(one, LONG)))
    before = on_devices()
    monkeypatch.setattr(loading, "shape_of", lambda profile: None)
    tell = Future.set_exception

    def late(future, problem):
        tell(future, problem)
        if isinstance(problem, NoMemory):
            time.sleep(1)

    monkeypatch.setattr(Future, "set_exception", late)
    last = await ended(engine.load(two))
    assert isinstance(last, Failed)
    assert on_devices() == before


def fail_loads(monkeypatch, times: int) -> list[int]:
    """Let a device be full in the middle of the next loads; returns one item for each load."""
    loads, assigned = [], [0]
    load, assign = keras_hub.models.Backbone.from_preset, keras.Variable.assign

    def loading_(*arguments, **settings):
        loads.append(1)
        assigned[0] = 0
        return load(*arguments, **settings)

    def failing(variable, value):
        assigned[0] += 1
        if len(loads) <= times and assigned[0] > 8:
            raise jax.errors.JaxRuntimeError(FULL)
        return assign(variable, value)

    monkeypatch.setattr(keras_hub.models.Backbone, "from_preset", loading_)
    monkeypatch.setattr(keras.Variable, "assign", failing)
    return loads


async def test_a_load_that_the_device_refuses_is_tried_again_without_idle_caches(
    budget, profiles, collect, monkeypatch
):
    one, two, _ = profiles
    engine = budget()
    await collect(engine.submit(tiny.request(one, LONG)))
    loads = fail_loads(monkeypatch, 1)
    assert isinstance(await ended(engine.load(two)), Ready)
    assert len(loads) == 2
    assert caches(engine) == {"one": 0, "two": 0}
    assert (await collect(engine.submit(tiny.request(two, "hello"))))[1].error is None


async def test_half_a_model_is_freed_and_the_others_go_on(
    budget, profiles, weights, collect, until, expected, monkeypatch
):
    one, two, three = profiles
    engine = budget()
    await ended(engine.load(two))
    request = tiny.request(one, LONG, max_tokens=200)
    stream = await streaming(engine, request, until)
    stream.pause()
    await until(lambda: isinstance(stream.events[-1], Paused))
    before = on_devices()
    loads = fail_loads(monkeypatch, 1)
    last = await ended(engine.load(three))
    assert on_devices() == before
    assert len(loads) == 1, "there was nothing to give back, so nothing to try again"
    assert last.error == (
        "The device ran out of memory for three while it was loaded; "
        f"unload two ({size(weights)}) first."
    )
    stream.resume()
    assert (await collect(stream))[1].ids == await expected(request)
    assert [resident.key for resident in engine.residents()] == [two.weights_key, one.weights_key]


@pytest.mark.parametrize(("owner", "method"), [(Programs, "make"), (Model, "reset_cache")])
async def test_programs_and_caches_that_the_device_refuses(
    budget, profiles, collect, expected, monkeypatch, owner, method
):
    one, two, _ = profiles
    engine = budget()
    await collect(engine.submit(tiny.request(one, LONG)))
    real = getattr(owner, method)
    left = [None]

    def failing(model, *rest):
        if left:
            left.pop()
            raise jax.errors.JaxRuntimeError(FULL)
        return real(model, *rest)

    monkeypatch.setattr(owner, method, failing)
    request = tiny.request(two, LONG, max_tokens=60)
    _, last = await collect(engine.submit(request))
    assert not left
    assert caches(engine) == {"one": 0, "two": TWO}
    assert last.ids == await expected(request)


async def test_a_cache_that_cannot_be_had_is_said_so(
    budget, profiles, weights, collect, monkeypatch
):
    one, two, _ = profiles
    engine = budget()
    await ended(engine.load(one))
    with monkeypatch.context() as patch:

        def failing(model, *rest):
            raise jax.errors.JaxRuntimeError(FULL)

        patch.setattr(Model, "reset_cache", failing)
        _, last = await collect(engine.submit(tiny.request(two, "hello")))
    assert last.error == (
        "The device ran out of memory for two as it was to answer; "
        f"unload one ({size(weights)}) first."
    )
    assert (await collect(engine.submit(tiny.request(two, "hello"))))[1].error is None


async def test_a_step_without_memory_takes_the_caches_of_idle_models(
    budget, profiles, collect, until, expected, monkeypatch
):
    one, two, three = profiles
    engine = budget()
    await collect(engine.submit(tiny.request(three, LONG)))
    requests = [tiny.request(each, LONG, max_tokens=60) for each in (one, two)]
    for request in requests:
        await ended(engine.load(request.profile))
    streams = [engine.submit(request) for request in requests]
    await until(lambda: all(len(words(stream)) > 5 for stream in streams))
    left, step = [None], Model.step
    model = engine._models[one.weights_key]

    def failing(self, tokens, rows):
        if left and self is model:
            left.pop()
            for pool in self._pools:
                pool.keys.delete()
            raise jax.errors.JaxRuntimeError(FULL)
        return step(self, tokens, rows)

    monkeypatch.setattr(Model, "step", failing)
    for stream, request in zip(streams, requests, strict=True):
        assert (await collect(stream))[1].ids == await expected(request)
    assert not left
    assert caches(engine) == {"three": 0, "one": TWO, "two": TWO}


async def test_a_context_that_does_not_fit_leaves_the_old_one(
    budget, profiles, weights, collect, until, expected, monkeypatch
):
    from msgspec.structs import replace

    small, two = replace(profiles[0], name="small", context=300), profiles[1]
    large = profiles[0]
    engine = budget(weights + 5 * PAGE_BYTES - 1)
    assert (await ended(engine.load(small))).context == 300
    request = tiny.request(small, "hello", max_tokens=200)
    stream = await streaming(engine, request, until)
    last = await ended(engine.load(large))
    assert last.error == (
        f"one needs {size(ONE, up=True)} on each device, and no more than {size(ONE - 1)} can "
        "be had; choose a smaller model, or a shorter `context` in its profile."
    )
    assert not stream.ended
    assert (await collect(stream))[1].ids == await expected(request)
    assert (await ended(engine.load(small))).context == 300
    assert isinstance(await ended(engine.load(two)), Failed)


async def test_a_context_that_the_device_refuses_leaves_the_old_one(
    budget, profiles, collect, until, expected, monkeypatch
):
    from msgspec.structs import replace

    small = replace(profiles[0], name="small", context=300)
    engine = budget()
    request = tiny.request(small, "hello", max_tokens=200)
    stream = await streaming(engine, request, until)
    reset = Model.reset_cache

    def failing(model, *rest):
        if model.context > 300:
            raise jax.errors.JaxRuntimeError(FULL)
        return reset(model, *rest)

    monkeypatch.setattr(Model, "reset_cache", failing)
    last = await ended(engine.load(profiles[0]))
    assert "ran out of memory for small as it was to answer" in last.error
    assert (await collect(stream))[1].ids == await expected(request)
    assert (await ended(engine.load(small))).context == 300


def remedy(name: str, frees: int, verb: str = "unload") -> Remedy:
    return Remedy(verb, name, frees, name)


def lacking(missing: int):
    return lambda gone: missing - sum(each.frees for each in gone)


GB = 10**9


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (GB // 2, "unload big (1.81 GB) or small (0.80 GB) first."),
        (GB, "unload big (1.81 GB) first."),
        (2 * GB, "unload big (1.81 GB) and small (0.80 GB) first."),
        (5 * GB, "unload big (1.81 GB) and stop and unload busy (3.50 GB) first."),
        (3 * GB, "stop and unload busy (3.50 GB) first."),
    ],
)
def test_what_would_make_room_is_named(missing, said):
    idle = [remedy("small", 800_000_000), remedy("big", 1_810_000_000)]
    busy = [remedy("busy", 3_500_000_000, "stop and unload")]
    sentence = str(too_little("new", 6 * GB, lacking(missing), idle, busy))
    free = (6 * GB - missing) / GB
    assert sentence == f"new needs 6.00 GB on each device and {free:.2f} GB are free; {said}"


def test_what_never_fits_and_what_the_device_refuses():
    sentence = str(too_little("new", 6 * GB, lacking(GB), [remedy("small", GB // 2)]))
    assert sentence.startswith("new needs 6.00 GB on each device, and no more than 5.50 GB can be ")
    assert str(refused("new", "while it was loaded", [])) == (
        "The device ran out of memory for new while it was loaded; choose a smaller model."
    )
    assert str(too_little("new", 1_234_567_890, lacking(1), [])).startswith("new needs 1.24 GB on")


ARENA = {
    "gemma2-9b": ("gemma", 16, 8, models.GemmaBackbone, CAPS),
    "llama3.1-8b": ("llama3.1", 32, 8, models.Llama3Backbone, {}),
    "codegemma-7b": ("gemma", 16, 16, models.GemmaBackbone, {}),
    "vicuna-7b": ("vicuna", 32, 32, models.LlamaBackbone, {}),
    "mistral-7b": ("mistral", 32, 8, models.MistralBackbone, {"sliding_window": 64}),
    "llama3.2-3b": ("llama3.1", 32, 8, models.Llama3Backbone, {"tie_word_embeddings": True}),
    "llama3.2-1b": ("llama3.1", 32, 8, models.Llama3Backbone, {"tie_word_embeddings": True}),
    "gemma-2b": ("gemma", 8, 1, models.GemmaBackbone, {}),
}
"""The experiment's models: template, heads, KV heads, backbone and the rest.

Head counts are the real ones, but for Llama 3.2 3B, which here shares its programs with 1B.
"""


@pytest.fixture(scope="session")
def arena(folder):
    """Profiles of eight tiny models, one for each model of the experiment."""
    for seed, (name, settings) in enumerate(ARENA.items()):
        template, heads, kv_heads, backbone, more = settings
        gemma = backbone is models.GemmaBackbone
        made = backbone(
            vocabulary_size=440 if FAMILIES[template] in ("gemma", "llama") else 272,
            num_layers=1,
            num_query_heads=heads,
            num_key_value_heads=kv_heads,
            hidden_dim=64 if gemma else 8 * heads,
            intermediate_dim=64,
            dtype="float32",
            **({"head_dim": 8} if gemma else {}),
            **more,
        )
        tiny.scramble(made, seed, ends=False)
        if gemma:  # else what goes in outweighs what the layers add, and the answer is one token
            table = made.token_embedding.embeddings
            table.assign(0.05 * table)
        families.save(made, folder / name, FAMILIES[template])
    return [
        Profile(name=name, preset=str(folder / name), template=template, context=512)
        for name, (template, *_) in ARENA.items()
    ]


async def test_eight_models_take_turns_with_room_for_three_caches(
    arena, budget, collect, monkeypatch
):
    # Two programs a model instead of five, to be quick: one for prompts and one for answers.
    for module in (model_module, scheduler):
        monkeypatch.setattr(module, "CHUNKS", (64, 64))
    monkeypatch.setattr(model_module, "ROWS", (1,))
    monkeypatch.setattr(model_module, "WARM", (("read", 64), ("rows", 1), ("copy", 2)))
    engine = budget(1 << 40, devices=8)
    for profile in arena:
        assert isinstance(await ended(engine.load(profile)), Ready)
    loaded = list(engine._models.values())
    compiled = {model: model.compilations for model in loaded}
    weights = sum(model.device_bytes for model in loaded)
    residency(engine).budget = weights + sum(sorted(m.cache_size() for m in loaded)[-3:])

    answers = []
    dialogs = {profile: (Message("user", "hello"),) for profile in arena}
    for turn in range(2):
        for profile, model in zip(arena, loaded, strict=True):
            ask = tiny.request(profile, "", messages=dialogs[profile], max_tokens=12)
            read = model.prefilled
            text, last = await collect(engine.submit(ask))
            assert (last.error, last.reused_tokens) == (None, 0), profile.name
            assert model.prefilled - read == last.prompt_tokens
            _, again = await collect(engine.submit(ask))
            assert again.reused_tokens == last.prompt_tokens - 1
            assert again.ids == last.ids, profile.name
            answers.append(last.ids)
            held = sum(m.device_bytes + m.has_cache * m.cache_size() for m in loaded)
            assert held <= residency(engine).budget
            answer = Message("assistant", text, last.ids)
            dialogs[profile] = (*dialogs[profile], answer, Message("user", f"and then {turn}?"))
    assert len(set(answers)) == 16, "models answer alike, so this would prove little"
    assert sum(len(set(ids)) for ids in answers) > 16 * 4
    resident = engine.residents()
    assert [each.key for each in resident] == [profile.weights_key for profile in arena]
    assert 3 <= sum(each.cache > 0 for each in resident) < 8
    assert residency(engine).evictions >= 8
    assert {model: model.compilations for model in loaded} == compiled
