"""The run without a screen, on an engine that plays from a script."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_arena import headless, store
from tui_arena.checking.checker import Checker
from tui_arena.checking.own import OwnCheck
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.headless import play
from tui_arena.player import Order
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
        self,
        folder: Path,
        engine: ScriptedEngine,
        *,
        scenario: Scenario = SCENARIO,
        own: OwnCheck | None = None,
        **order: int,
    ) -> None:
        self.engine = engine
        self.lines: list[str] = []
        session = new_session(systems=("Be brief.", "Be brief."), scenario="two")
        self.file = SessionFile(session, folder)
        self._checker, self._order = Checker(scenario, own), Order(**order)

    async def status(self) -> int:
        return await play(
            engine=self.engine,
            checker=self._checker,
            profiles=(PROFILES[0], PROFILES[1]),
            file=self.file,
            rater="ada",
            order=self._order,
            tell=self.lines.append,
        )

    def said(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def attempts(self, side: str) -> list:
        saved = load_session(self.file.path)
        return [turn.response for turn in saved.panes[side].turns]


async def until(holds: Callable[[], object], seconds: float = 60) -> None:
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
    async with asyncio.timeout(120):
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
    async with asyncio.timeout(120):
        assert await playing == 143
    assert run.attempts("left") == []


async def test_an_engine_that_does_not_answer_a_stop_is_left_behind(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine())
    run.engine._end = lambda *_: None  # type: ignore[method-assign]
    playing = asyncio.create_task(run.status())
    await until(lambda: len(run.engine.requests) == 2)
    run.engine.release(2)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(120):
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


YEAR = Scenario(
    name="year",
    steps=(
        Step(prompt="Add it.", expected="add(2023)", expected_in_dialog="add(2024)"),
        Step(prompt="It is 2024.", kind="correction", expected="add(2024)"),
        Step(prompt="Just the call.", kind="correction"),
        Step(prompt="Remove it.", expected="remove()"),
    ),
)


def prompts(run: Run, side: str) -> list[str]:
    return [turn.prompt.text for turn in load_session(run.file.path).panes[side].turns]


async def test_each_step_is_asked_several_times_and_the_first_answer_stays(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0), scenario=YEAR, attempts=3)
    for answer in ("add(2024)", "no", "```python\nadd(2024)\n```"):
        run.engine.enqueue(answer, side="left")
    assert await run.status() == 0
    assert {request.attempts for request in run.engine.requests} == {3}
    first, second, *_ = load_session(run.file.path).panes.left.turns
    assert [attempt.text for attempt in first.attempts][:2] == ["add(2024)", "no"]
    assert [attempt.sampler.seed for attempt in first.attempts] == [0, 1, 2]
    assert {attempt.sampler.temperature for attempt in first.attempts} == {0.7}
    assert (first.selected, len(second.attempts)) == (0, 3)
    asked = [r for r in run.engine.requests if r.conversation == "left"]
    assert [m.text for m in asked[1].messages][1:] == ["Add it.", "add(2024)", "It is 2024."]
    assert run.said("left   first is greedy, and its attempts would be the same")
    assert run.said("left   step 1 of 4, attempt 3 of 3: ended after")
    assert run.said("left   step 1 of 4: 2 of 3 attempts as expected")


async def test_corrections_are_sent_only_where_they_are_needed(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0), scenario=YEAR, corrections=3)
    for answer in ("add(2024)", "remove()"):
        run.engine.enqueue(answer, side="left")
    for answer in ("add(2023)", "add(2025)", "Sure: add(2024)", "add(2024) ", "keep()"):
        run.engine.enqueue(answer, side="right")
    assert await run.status() == 0
    assert prompts(run, "left") == ["Add it.", "Remove it."]
    corrections = ["It is 2024.", "Just the call.", "Just the call."]
    steps = [turn.prompt.step for turn in load_session(run.file.path).panes.right.turns]
    assert steps == [1, 2, 3, 3, 4]
    assert prompts(run, "right") == ["Add it.", *corrections, "Remove it."]
    assert run.said("right  step 3 of 4, correction 3 of 3: Just the call.")
    told = [line for line in run.lines if "as expected" in line and line.startswith("right")]
    assert told == [
        "right  step 1 of 4: not as expected: value:1",
        "right  step 1 of 4: not as expected: value:1",
        "right  step 1 of 4: not as expected: chatty",
        "right  step 1 of 4: as expected",
        "right  step 4 of 4: not as expected: garbage",
    ]


async def test_a_check_of_ones_own_that_fails_is_said_and_corrects_nothing(tmp_path: Path) -> None:
    def check(answer: str, expected: str | None, prompt: str) -> object:
        return ["rude"] if answer == "add(2024)" else 1 / 0

    own = OwnCheck(tmp_path / "mine.py", check)
    run = Run(tmp_path, ScriptedEngine(pace=0), scenario=YEAR, own=own, corrections=1)
    for answer in ("add(2024)", "no", "add(2024)"):
        run.engine.enqueue(answer, side="left")
    assert await run.status() == 0
    assert prompts(run, "left") == ["Add it.", "It is 2024.", "Remove it."]
    assert run.said("left   step 1 of 4: not as expected: rude")
    assert run.said("left   step 4 of 4: not as expected: rude")
    failed = "mine.py: check failed: ZeroDivisionError: division by zero."
    assert sum(failed in line for line in run.lines) == 2  # once on each side


async def test_corrections_end_after_so_many(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0), scenario=YEAR, corrections=1)
    assert await run.status() == 0
    assert prompts(run, "left") == ["Add it.", "It is 2024.", "Remove it."]
    assert run.said("left   step 1 of 4: not as expected")


async def test_where_nothing_is_expected_the_corrections_are_sent_as_they_stand(
    tmp_path: Path,
) -> None:
    steps = (Step(prompt="Tell me."), Step(prompt="No.", kind="correction", expected="yes"))
    run = Run(tmp_path, ScriptedEngine(pace=0), scenario=Scenario(steps=steps), corrections=5)
    assert await run.status() == 0
    assert prompts(run, "left") == ["Tell me.", "No."]


async def test_one_failed_attempt_of_several_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(pace=0), attempts=2)
    run.engine.enqueue("Fine.", side="left")
    run.engine.enqueue("So f", side="left", stop="error", error="Out of memory.")
    assert await run.status() == 1
    assert run.said("left   step 1 of 2, attempt 2 of 2: Out of memory.")
    assert len(prompts(run, "left")) == 2
