"""The run without a screen, on an engine that plays from a script."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_arena import headless, store
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.headless import play
from tui_arena.scenario import Scenario, Step
from tui_arena.session import SIDES, new_session
from tui_arena.store import SessionFile, load_session

SCENARIO = Scenario(
    name="two",
    system="Be brief.",
    steps=(
        Step(prompt="One \x1b[2J?", expected="1"),
        Step(prompt="No, two.", kind="correction"),
    ),
)
PROFILES = tuple(
    Profile(name=name, preset=f"/{name}", template="chatml", max_tokens=50)
    for name in ("first", "second")
)


class Run:
    """A run under way, and what it says."""

    def __init__(
        self, folder: Path, engine: ScriptedEngine, *, max_tokens: int | None = None
    ) -> None:
        self.engine = engine
        self.lines: list[str] = []
        session = new_session(systems=("Be brief.", "Be brief."), scenario="two")
        self.file = SessionFile(session, folder)
        self._max_tokens = max_tokens

    async def status(self) -> int:
        return await play(
            engine=self.engine,
            scenario=SCENARIO,
            profiles=(PROFILES[0], PROFILES[1]),
            file=self.file,
            rater="ada",
            max_tokens=self._max_tokens,
            tell=self.lines.append,
        )

    def said(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def attempts(self, side: str) -> list:
        saved = load_session(self.file.path)
        return [turn.response for turn in saved.panes[side].turns]


async def until(holds: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)


async def test_every_step_is_asked_of_both_and_saved(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0))
    for side in SIDES:
        run.engine.enqueue("Here it is.", side=side)
    assert await run.status() == 0
    assert run.engine.started
    assert run.engine.closed
    saved = load_session(run.file.path)
    assert saved.scenario == "two"
    assert saved.software["device"] == "cpu"
    for side, profile in zip(SIDES, PROFILES, strict=True):
        first, second = saved.panes[side].turns
        assert (first.prompt.step, second.prompt.step) == (1, 2)
        assert (first.prompt.text, first.prompt.kind) == ("One \x1b[2J?", "script")
        assert (second.prompt.text, second.prompt.kind) == ("No, two.", "correction")
        assert first.response.text == "Here it is."
        assert first.response.profile == profile.name
        assert first.response.stop == second.response.stop == "end"
        assert first.response.token_ids
    last = run.engine.requests[-1]
    assert [m.role for m in last.messages] == ["system", "user", "assistant", "user"]
    assert last.max_tokens == 50


async def test_progress_is_told_in_plain_safe_lines(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0))
    await run.status()
    assert run.said("left   first: getting weights")
    assert run.said("right  second: ready on cpu")
    assert run.said("left   step 1 of 2: One ␛[2J?")
    assert run.said("right  step 2 of 2: ended after")
    assert run.said("tokens/s")
    assert not run.said("\x1b")


async def test_a_lower_limit_cuts_answers_and_the_run_goes_on(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0), max_tokens=2)
    assert await run.status() == 0
    assert [attempt.stop for attempt in run.attempts("left")] == ["length", "length"]
    assert run.said("cut off at the most tokens of an answer after 2 tokens")


async def test_sides_do_not_wait_for_each_other(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine())
    playing = asyncio.create_task(run.status())
    await until(lambda: len(run.engine.requests) == 2)
    run.engine.finish(side="left")
    await until(lambda: len(run.engine.requests) == 3)
    assert run.engine.requests[-1].conversation == "left"
    run.engine.finish(side="left")
    await until(lambda: run.said("left   step 2 of 2: ended"))
    assert not run.said("right  step 1 of 2: ended")
    for _ in range(2):
        await until(lambda: run.engine._chosen("right"))
        run.engine.finish(side="right")
    assert await playing == 0


async def test_a_streaming_answer_is_saved_within_a_second(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine())
    playing = asyncio.create_task(run.status())
    await until(lambda: len(run.engine.requests) == 2)
    run.engine.release(2)
    await until(
        lambda: (
            run.file.path.exists()
            and all(attempt.text for side in SIDES for attempt in run.attempts(side))
        ),
        seconds=2,
    )
    assert run.attempts("left")[0].timing.finished is None
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing


async def test_a_failed_load_ends_its_side_only(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0))
    run.engine.fail_next_load("first", "The file /first does not exist; check the profile.")
    assert await run.status() == 1
    assert run.said("left   first: The file /first does not exist; check the profile.")
    assert run.attempts("left") == []
    assert len(run.attempts("right")) == 2


async def test_a_failed_answer_ends_its_side_and_is_saved(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0))
    run.engine.enqueue("So far", side="right", stop="error", error="Out of memory.")
    assert await run.status() == 1
    assert run.said("right  step 1 of 2: Out of memory.")
    (failed,) = run.attempts("right")
    assert (failed.stop, failed.error, failed.text) == ("error", "Out of memory.", "So far")
    assert [attempt.stop for attempt in run.attempts("left")] == ["end", "end"]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
async def test_a_signal_stops_saves_and_says_where(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    run = Run(tmp_path, ScriptedEngine())
    playing = asyncio.create_task(run.status())
    await until(lambda: len(run.engine.requests) == 2)
    run.engine.release(3)
    os.kill(os.getpid(), number)
    async with asyncio.timeout(2):
        assert await playing == status
    (attempt,) = run.attempts("left")
    assert (attempt.stop, attempt.text) == ("stopped", "You said: One")
    assert attempt.timing.finished is not None
    assert len(run.engine.requests) == 2
    assert run.said(f"Ended by {number.name}; what was answered so far is saved in {tmp_path}")


async def test_a_signal_while_a_model_loads_ends_at_once(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(hold_loads=True))
    playing = asyncio.create_task(run.status())
    await until(lambda: len(run.engine.loads) == 2)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(2):
        assert await playing == 143
    assert run.attempts("left") == []


async def test_an_engine_that_does_not_answer_a_stop_is_left_behind(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine())
    run.engine._end = lambda *_: None  # type: ignore[method-assign]
    playing = asyncio.create_task(run.status())
    await until(lambda: len(run.engine.requests) == 2)
    run.engine.release(2)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(2):
        assert await playing == 143
    (attempt,) = run.attempts("left")
    assert (attempt.stop, attempt.text) == ("stopped", "You said:")


async def test_a_signal_that_was_ignored_stays_ignored(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine())
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        playing = asyncio.create_task(run.status())
        await until(lambda: len(run.engine.requests) == 2)
        os.kill(os.getpid(), signal.SIGHUP)
        for _ in range(2):
            for side in SIDES:
                await until(lambda side=side: run.engine._chosen(side))
                run.engine.finish(side=side)
        assert await playing == 0
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_a_disk_that_refuses_is_told_once_and_the_session_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headless, "_SAVE_EVERY", 0.01)
    monkeypatch.setattr(store, "data_folder", lambda: tmp_path / "data")
    run = Run(tmp_path / "gone", ScriptedEngine())
    playing = asyncio.create_task(run.status())
    await until(lambda: run.said("cannot be saved"))
    for _ in range(2):
        for side in SIDES:
            await until(lambda side=side: run.engine._chosen(side))
            run.engine.finish(side=side)
    assert await playing == 1
    assert sum("The run goes on" in line for line in run.lines) == 1
    assert run.said(f"It is saved in {tmp_path / 'data'}")
    assert len(run.attempts("left")) == 2
