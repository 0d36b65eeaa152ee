"""The arena on a scripted engine, driven by keys; and looking at it as rows of text."""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from figures import figures_of
from textual.pilot import Pilot

from tui_arena.app import ArenaApp
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.judgement import standing_marks
from tui_arena.manner import USUAL, Manner
from tui_arena.session import Attempt, Session, Side, new_session
from tui_arena.store import SessionFile

KEYS = {" ": "space", ".": "full_stop", ",": "comma", "?": "question_mark", "-": "minus"}
PROFILES = (
    Profile(name="one", title="model-one", preset="./one", template="chatml"),
    Profile(name="two", title="model-two", preset="./two", template="chatml"),
)


@dataclass
class Arena:
    """One running arena."""

    engine: ScriptedEngine
    app: ArenaApp
    file: SessionFile
    pilot: Pilot

    @property
    def rows(self) -> list[str]:
        """What is on the screen, row by row."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What is on the screen, as one text."""
        return "\n".join(self.rows)

    @property
    def prompt(self) -> str:
        """What stands on the writing line."""
        return self.app.arena.prompt.text

    def row(self, part: str) -> str:
        """The first row that holds a text."""
        return next((row for row in self.rows if part in row), "")

    def state(self, side: Side) -> str:
        """The word that the side's status line is made of."""
        return self.app.arena.sides[side].state

    def attempt(self, side: Side, turn: int = -1) -> Attempt:
        """The response of a turn, as it is in the record."""
        return self.file.session.panes[side].turns[turn].response

    def marks(self, side: Side, turn: int = -1) -> set[str]:
        """The marks that stand at a response."""
        return set(standing_marks(self.attempt(side, turn).marks))

    def asked(self, side: Side) -> list[str]:
        """Every prompt that reached the engine for a side."""
        return [r.messages[-1].text for r in self.engine.requests if r.conversation == side]

    async def press(self, *keys: str) -> None:
        """Press keys, and let everything settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str, *keys: str) -> None:
        """Type a text, then press keys."""
        await self.pilot.press(*(KEYS.get(char, char) for char in text))
        await self.press(*keys)

    async def until(self, holds: Callable[[], object] | str) -> None:
        """Wait until something holds, or until a text is on the screen."""
        text = holds if isinstance(holds, str) else None
        deadline = time.monotonic() + 60
        while not (text in self.text if text is not None else holds()):  # type: ignore[operator]
            assert time.monotonic() < deadline, f"{text or 'it'} never came:\n{self.text}"
            await self.pilot.pause(0.01)

    async def answer_step(self, left: str, right: str) -> None:
        """Send the next step of the scenario and let both sides answer it."""
        self.engine.enqueue(left, side="left")
        self.engine.enqueue(right, side="right")
        await self.press("f12")
        self.engine.finish()
        await self.until(lambda: not any(side.busy for side in self.app.arena.sides.values()))
        await self.pilot.pause()

    async def answer(self, *, left: str = "", right: str = "", prompt: str = "hi") -> None:
        """Ask and let both answers come to their end."""
        for side, text in (("left", left), ("right", right)):
            if text:
                self.engine.enqueue(text, side=side)
        await self.type(prompt, "enter")

        def ended() -> bool:
            self.engine.finish()  # also what waited for it
            return not any(live.busy or live.waiting for live in self.app.arena.sides.values())

        await self.until(ended)
        await self.pilot.pause()


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Open the arena: `async with arena(size=(80, 24)) as it:`."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TMUX"):
        if name in os.environ:
            monkeypatch.delenv(name)

    @asynccontextmanager
    async def open_it(
        *,
        size: tuple[int, int] = (120, 36),
        engine: ScriptedEngine | None = None,
        profiles: tuple[Profile, Profile] = PROFILES,
        folder: Path = tmp_path,
        ascii_only: bool = False,
        manner: Manner = USUAL,
        ready: bool = True,
        session: Session | None = None,
        **more,
    ) -> AsyncIterator[Arena]:
        engine = engine or ScriptedEngine()
        file = SessionFile(session or new_session(systems=("", "")), folder)
        app = ArenaApp(
            engine=engine,
            profiles=profiles,
            file=file,
            rater="ann",
            manner=replace(manner, ascii_only=ascii_only),
            **more,
        )
        async with app.run_test(size=size, notifications=True) as pilot:
            it = Arena(engine, app, file, pilot)
            if ready:
                await it.until(lambda: all(s.ready for s in app.arena.sides.values()))
                await pilot.pause()
            yield it

    return open_it


@pytest.fixture
def scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Open the score screen on sessions: `async with scores(folder) as it:`."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    return figures_of
