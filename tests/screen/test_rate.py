"""Rating later: the keys of the arena on saved responses, and nobody else's marks in sight."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile
from tui_arena.judgement import standing_marks, toggle_mark
from tui_arena.keymap import COMMANDS
from tui_arena.keymap.rating_later import rating_commands
from tui_arena.manner import USUAL, Manner
from tui_arena.rate_app import RateApp
from tui_arena.rating_round import Round, open_files
from tui_arena.scenario import find_scenario
from tui_arena.session import SIDES, Session, Side, new_session
from tui_arena.store import SessionFile, load_session


@dataclass
class Rating:
    app: RateApp
    pilot: Pilot
    round: Round

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object] | str) -> None:
        deadline = time.monotonic() + 60
        while not (holds in self.text if isinstance(holds, str) else holds()):
            assert time.monotonic() < deadline, f"{holds} never came:\n{self.text}"
            await self.pilot.pause(0.01)

    def marks(self, side: Side, page: int = 0) -> dict[str, int]:
        return standing_marks(self.round.pages[page].responses[side].attempt.marks)


def session_of(*prompts: str, sides=SIDES, scenario: str | None = None) -> Session:
    session = new_session(systems=("Be brief.", "Be brief."), scenario=scenario)
    for side in sides:
        profile = Profile(name=f"model-{side}", preset="/model", template="chatml")
        conversation = Conversation(
            side=side, record=session.panes[side], profile=profile, rater="ada"
        )
        conversation.record.system = "Be brief."
        for step, prompt in enumerate(prompts, 1):
            conversation.ask(prompt, step=step if scenario else None)
            conversation.take(Text(f"{side} says {prompt}", 1, 20, 30))
            conversation.take(Finished(stop="end", ids=(1,), ms=40))
    return session


@pytest.fixture
def rating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)

    @asynccontextmanager
    async def open_it(
        *sessions: Session,
        rater: str = "bob",
        size: tuple[int, int] = (120, 36),
        manner: Manner = USUAL,
        blind: bool = False,
        all_of_them: bool = False,
    ) -> AsyncIterator[Rating]:
        paths = []
        for session in sessions:
            file = SessionFile(session, tmp_path)
            file.save()
            paths.append(file.path)
        files, _ = open_files(paths)
        round_ = Round(files, rater=rater, blind=blind, all_of_them=all_of_them)
        app = RateApp(round_, manner=manner)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Rating(app, pilot, round_)

    return open_it


async def test_both_rows_of_digits_mark_and_all_is_saved(rating) -> None:
    async with rating(session_of("one", "two")) as it:
        assert "1 of 2" in it.text
        assert "left says one" in it.text
        assert "right says one" in it.text
        await it.press("1", "8", "3", "3")
        assert it.marks("left") == {"ok": 1}
        assert it.marks("right") == {"mistake": 1}
        assert "✔" in it.text
        await it.press("tab", "f5", "u", "enter")
        assert it.marks("right") == {"mistake": 1}
        assert "2 of 2, 1 without your marks" in it.text
        assert "left says one" in it.text  # what the model saw
        await it.press("0", "enter")
        assert "These were the last ones; one of them has no mark of yours yet" in it.text
        file = it.round.page.file
        await it.until(lambda: not file.unsaved)
        log = load_session(file.path).panes.left.turns[0].response.marks
        assert [(e.mark, e.action, e.by) for e in log] == [
            ("ok", "add", "bob"),
            ("fixed", "add", "bob"),
            ("fixed", "remove", "bob"),
        ]
        await it.until("as bob  saved")


async def test_a_response_alone_is_marked_by_either_row(rating) -> None:
    async with rating(session_of("one", sides=("right",))) as it:
        assert "rating the right side alone" in it.text
        assert "model-left" not in it.text
        await it.press("1", "8", "f7", "tab", "left_parenthesis")
        assert it.marks("right") == {"ok": 1, "mistake": 1, "fixed": 1}
        assert "Only one side answered this prompt" in it.text


async def test_nobody_elses_marks_and_votes_are_seen(rating) -> None:
    session = session_of("one", "two")
    for turn in session.panes.left.turns:
        toggle_mark(turn.response, "garbage", by="ada")
    async with rating(session) as it:
        await it.press("2", "enter")
        await it.press("left_parenthesis")
        assert "vote: left is better" in it.text
        assert "🍄" in it.text
        assert "🔥" not in it.text
        await it.until(lambda: not it.round.page.file.unsaved)
        path = it.round.page.file.path
    async with rating(load_session(path), rater="eve", all_of_them=True) as it:
        await it.press("enter")
        assert "left says two" in it.text
        assert "vote:" not in it.text
        assert not {"🔥", "🍄"} & set(it.text)


async def test_blind_no_model_is_named(rating) -> None:
    session = session_of("one")
    async with rating(session) as it:
        assert "model-left" in it.text
        assert "System: Be brief." in it.text
    session.panes.left.turns[0].response.system = "You are Model-Left."
    async with rating(session, blind=True) as it:
        for _ in range(2):
            assert "a hidden model" in it.text
            assert "model-" not in it.text.lower()
            await it.press("1", "7", "right_parenthesis")
        assert it.round.page.file.session.votes[0].blind


async def test_marks_and_votes_are_undone_where_they_were_given(rating) -> None:
    async with rating(session_of("one", "two")) as it:
        await it.press("2", "enter", "ampersand", "u")
        assert "Undone: your vote." in it.text
        await it.press("u")
        assert "Undone: mistake is off again on the left." in it.text
        assert "1 of 2" in it.text
        assert it.marks("left") == {}
        await it.press("u")
        assert "There is no mark or vote to undo." in it.text


async def test_what_is_expected_is_shown_where_the_scenario_is_known(rating) -> None:
    session = session_of("Add it.", scenario="calendar")
    async with rating(session, session_of("free"), session_of("x", scenario="lost")) as it:
        await it.press("x")
        await it.until("Right with the whole dialog in view")
        await it.press("x")
        await it.until("Enter next")
        await it.press("d")
        await it.until("Compare 1 of 3: left with right")
        await it.press("escape")
        await it.until("Enter next")
        await it.press("enter", "x")
        assert "No scenario was played here." in it.text
        await it.press("enter", "x")
        assert "The scenario lost is not among yours." in it.text


async def test_a_long_answer_begins_at_its_prompt(rating) -> None:
    session = session_of("one", "two")
    session.panes.left.turns[1].response.text = "\n".join(f"line {n}" for n in range(90))
    async with rating(session, size=(80, 24)) as it:
        await it.press("enter")
        await it.until("› two")
        await it.until(lambda: "line 0\n" in it.text + "\n")
        await it.press("up")
        await it.press("pagedown")
        assert "line 0\n" not in it.text


async def test_the_keys_of_ones_own_are_in_force_and_shown(rating) -> None:
    from tui_arena.keyboard import remapped

    manner = Manner(
        commands=remapped(
            {"mark-left-ok": ["v"], "unrated": ["Z"], "next-step-too": ["f14"], "undo": ["space"]},
            Path("c.toml"),
        )
    )
    async with rating(session_of("one"), manner=manner) as it:
        assert "v ok" in it.text
        await it.press("v", "1")
        assert it.marks("left") == {"ok": 1}
        await it.press("space")
        assert it.marks("left") == {}
        await it.press("question_mark")
        await it.until("Goes on to the next responses.")
        assert "Space" not in next(r for r in it.text.splitlines() if "Goes on to the next" in r)


async def test_its_own_commands_have_the_keys_that_one_gave_them(rating) -> None:
    from tui_arena.keyboard import remapped, remapped_pages

    keys = {"rating.next": ["x"], "expected": ["f14"], "rating.scroll-down": ["space"]}
    commands = remapped(keys, Path("c.toml"))
    manner = Manner(commands=commands, pages=remapped_pages(keys, Path("c.toml"), commands))
    async with rating(session_of("one", "two"), manner=manner) as it:
        assert "x next" in it.text
        await it.press("enter", "space")
        assert "1 of 2" in it.text
        await it.press("x")
        assert "2 of 2" in it.text


def test_every_key_means_one_thing() -> None:
    keys = [key for command in rating_commands(COMMANDS) for key in command.keys]
    assert len(keys) == len(set(keys))


async def test_what_files_say_cannot_act_on_the_terminal(rating) -> None:
    session = session_of("\x1b[2J[b]hi", scenario="\x9b31m[/]")
    session.panes.left.turns[0].response.profile = "[@click=app.quit]\x1b]0;x\x07"
    async with rating(session, rater="[/b]\x1b") as it:
        await it.press("x")
        assert "\x1b" not in it.text
        assert "\x9b" not in it.text
        assert "␛[2J[b]hi" in it.text


def test_rating_loads_neither_jax_nor_keras(tmp_path: Path) -> None:
    file = SessionFile(session_of("one"), tmp_path)
    file.save()
    program = f"""
import asyncio, sys
from pathlib import Path
import tui_arena.cli
from tui_arena.rate_app import RateApp
from tui_arena.rating_round import Round, open_files

async def main():
    files, _ = open_files([Path({str(file.path)!r})])
    app = RateApp(Round(files, rater="bob", all_of_them=False))
    async with app.run_test() as pilot:
        await pilot.press("1", "x", "escape")
    print([m for m in ("jax", "jaxlib", "keras", "keras_hub") if m in sys.modules])

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


async def test_long_conversations_are_drawn_near_the_response_and_whole_on_demand(rating) -> None:
    async with rating(session_of(*(f"p{n}" for n in range(20)))) as it:
        for _ in range(13):
            await it.press("enter")
        left = it.app.rate.pane("left")
        assert [turn.prompt.text for turn in left.turns] == [f"p{n}" for n in range(6, 14)]
        await it.press("g")
        await it.until("› p0")
        assert len(left.turns) == 14
        assert "14 of 20" in it.text
        await it.press("1", "backspace")
        await it.until("› p12")
        assert (
            "6 turns before these; g shows them"
            in it.app.rate.query(".system-text").first().visual.plain
        )


async def test_what_is_suggested_is_taken_over_with_a_key(rating) -> None:
    steps = find_scenario("calendar").steps
    session = session_of(steps[0].prompt, steps[1].prompt, scenario="calendar")
    right = steps[1].expected or ""
    session.panes.right.turns[1].response.text = right
    for side in SIDES:
        session.panes[side].turns[1].prompt.kind = "correction"
    async with rating(session) as it:
        assert it.text.count("suggested: garbage") == 2
        await it.press("question_mark", "end")
        await it.until("Gives both responses the marks that a checker suggests for them.")
        await it.press("escape", "y")
        assert (it.marks("left"), it.marks("right")) == ({"garbage": 1}, {"garbage": 1})
        assert "suggested" not in it.text
        await it.press("enter")
        await it.until("suggested: fixed")
        assert it.text.count("suggested: ") == 2  # not for the responses that stand above
        await it.press("apostrophe", "u", "apostrophe")
        assert (it.marks("left", 1), it.marks("right", 1)) == ({}, {"fixed": 1})
        log = it.round.pages[1].responses["right"].attempt.marks
    assert [(e.action, e.by, e.suggested) for e in log] == [
        (action, "bob", True) for action in ("add", "remove", "add")
    ]
