"""The replay on the screen, by its keys and with a clock that only the test moves."""

import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from replaying import attempt, clock, mark, session, sitting, turn, vote
from textual.pilot import Pilot
from textual.widgets import Static

from tui_arena.command import footer
from tui_arena.keymap.replaying import REPLAYING, going_back
from tui_arena.manner import USUAL
from tui_arena.replay.timeline import Timeline
from tui_arena.replay_app import ReplayApp
from tui_arena.screens.replay import ReplayScreen
from tui_arena.screens.replay_stage import Showing
from tui_arena.screens.replaying import Replaying
from tui_arena.session import BlindStretch, Session
from tui_arena.widgets.markdown_view import MarkdownView
from tui_arena.widgets.scrub_bar import ScrubBar
from tui_arena.widgets.signs import signs

NASTY = "a [/b] [@click=app.quit]q[/] [red]r \x1b]52;c;eA==\x07 \x9b2J \u202etxet"


@dataclass
class Replayed:
    """One running replay."""

    app: ReplayApp
    pilot: Pilot
    now: list[float]

    @property
    def screen(self) -> ReplayScreen:
        return self.app.replay

    @property
    def rows(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    @property
    def bar(self) -> str:
        return " ".join(next(row for row in self.rows if row.endswith(" 0:09")).split())

    @property
    def left(self) -> list[str]:
        return [row.partition("│")[0].strip() for row in self.rows]

    async def settle(self) -> None:
        before = None
        while (now := self.text) != before:
            before = now
            for _ in range(3):
                await self.pilot.pause(0)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def until(self, text: str) -> None:
        """Let frames pass until a text is on the screen: answers become Markdown one by one."""
        deadline = time.monotonic() + 60
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text} never came:\n{self.text}"
            await self.pass_seconds(0)

    async def pass_seconds(self, seconds: float) -> None:
        """Let time pass, and the replay draw."""
        self.now[0] += seconds
        self.screen.show()
        await self.settle()


@pytest.fixture
def replayed(monkeypatch: pytest.MonkeyPatch):
    """Open a replay that stands at its beginning: `async with replayed(session) as it:`."""
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        if name in os.environ:
            monkeypatch.delenv(name)

    @asynccontextmanager
    async def open_it(made: Session | None = None, *, size=(120, 36), ascii_only=False, **more):
        now = [0.0]
        app = ReplayApp(
            showing=Showing(
                timeline=Timeline(made or sitting()),
                signs=signs(ascii_only=ascii_only),
                clock=lambda: now[0],
                **more,
            ),
            manner=replace(USUAL, ascii_only=ascii_only),
        )
        async with app.run_test(size=size) as pilot:
            it = Replayed(app, pilot, now)
            await it.settle()
            yield it

    return open_it


async def test_both_sides_play_as_they_were(replayed) -> None:
    async with replayed() as it:
        assert it.rows[0].strip().startswith("calendar  turn 1")
        assert "playing 1x 0:00" in it.bar
        assert "thinking" in it.rows[1]
        assert it.rows[1].count("no prompt yet") == 1  # the right one was asked 10 ms later
        await it.pass_seconds(0.61)
        assert "streaming" in it.rows[1]
        assert "It is" in it.text
        assert "mistake" not in it.rows[4]
        await it.pass_seconds(0.4)
        assert "It is a mistake" in it.text
        assert it.rows[1].count("ended") == 2
        assert "first 0.5 s" in it.rows[1]
        await it.pass_seconds(1)
        assert "left: ada marked ok" in it.text
        assert "✔" in it.text
        assert it.screen.pane("left").mark_bar.given == {"ok"}
        await it.pass_seconds(1)
        assert "🍄" in it.text
        assert "✔" not in it.text
        await it.pass_seconds(60)
        assert "ended 1x 0:09" in it.bar
        assert "vote: left is better" in it.text
        assert "(correction)" in it.text
        assert "2026-11-22 14:03:30 UTC" in it.rows[0]


async def test_space_pauses_and_begins_again_at_the_end(replayed) -> None:
    async with replayed() as it:
        await it.pass_seconds(0.65)
        await it.press("space")
        assert "paused" in it.bar
        assert "Space play" in it.rows[-1]
        await it.pass_seconds(60)
        assert "mistake" not in it.rows[4]
        await it.press("space")
        await it.pass_seconds(1)
        assert "It is a mistake" in it.text
        await it.press("end", "space")
        assert "playing 1x 0:00" in it.bar
        assert "Think again." not in it.text


async def test_speed_goes_up_and_down(replayed) -> None:
    async with replayed() as it:
        await it.press("right_square_bracket", "plus", "equals_sign")
        assert "playing 8x" in it.bar
        await it.pass_seconds(0.5)
        assert "0:04" in it.bar
        await it.press(*["left_square_bracket"] * 9)
        assert "playing 0.25x" in it.bar
        await it.press("backspace")
        assert "playing 1x" in it.bar


async def test_steps_by_token_turn_and_mark(replayed) -> None:
    async with replayed() as it:
        await it.press("full_stop", "full_stop", "full_stop", "full_stop")
        assert "paused" in it.bar
        assert "It is" in it.text
        assert "It is a" not in it.text
        await it.press("comma")
        assert "It is" not in it.text
        await it.press("n")
        assert "Think again." in it.text
        assert "It is right now" not in it.text
        await it.press("N")
        assert "Think again." not in it.text
        await it.press("m", "m")
        assert "left: ada took back ok" in it.text
        await it.press("m", "m")
        assert "ada voted: left is better" in it.text
        await it.press("m")
        assert "There is no mark after this." in it.text
        await it.press("M")
        assert "🍄" in it.text
        await it.press("home", "M")
        assert "There is no mark before this." in it.text
        await it.press("right")
        assert "0:05" in it.bar
        await it.press("left", "L")
        assert "ended" in it.bar


async def test_going_back_and_on_shows_what_an_answer_was_then(replayed) -> None:
    async with replayed() as it:
        await it.press("end")
        await it.until("It is right now")
        await it.press("home", "n", "n", "full_stop", "full_stop")
        assert it.left.count("It is") == 1
        await it.press("comma")
        assert it.left.count("It") == 1
        await it.press("end")
        await it.until("It is right now")


async def test_an_answer_becomes_markdown_when_it_ends_and_can_be_seen(replayed) -> None:
    async with replayed() as it:
        await it.press("end")
        await it.until("It is right now")
        assert len(it.app.screen.query(MarkdownView)) == 1


async def test_the_mouse_goes_along_the_bar(replayed) -> None:
    async with replayed() as it:
        bar = it.app.screen.query_one(ScrubBar)
        begin, cells = bar._bar
        await it.pilot.mouse_down(ScrubBar, offset=(begin + cells - 1, 0))
        await it.settle()
        assert "ended" in it.bar
        await it.pilot.hover(ScrubBar, offset=(begin + cells // 2, 0))
        await it.settle()
        there = it.bar
        assert "0:04" in there or "0:05" in there
        await it.pilot.mouse_up(ScrubBar, offset=(begin + cells // 2, 0))
        await it.pilot.hover(ScrubBar, offset=(begin, 0))
        await it.settle()
        assert it.bar == there


async def test_at_80x24_the_panes_are_stacked_and_all_is_there(replayed) -> None:
    async with replayed(size=(80, 24)) as it:
        await it.press("end")
        assert "one" in it.rows[1]
        assert any("two" in row for row in it.rows[10:13])
        assert it.rows[-1].strip().endswith("q quit")
        assert "? help" in it.rows[-1]
        assert "ended 1x" in it.rows[-2]
        assert it.text.count("ok  mistake  fixed") == 2


async def test_one_side_can_be_seen_alone_and_scrolled(replayed) -> None:
    long = turn("t1", "go", attempt("a1", "\n".join(map(str, range(99))), at=0), at=0)
    async with replayed(session([long], sitting().panes.right.turns), size=(80, 24)) as it:
        await it.press("end", "z")
        assert it.screen.pane("right").display is False
        assert "98" in it.text
        await it.press("pageup")
        assert "98" not in it.text
        await it.press("tab")
        assert it.screen.pane("left").display is False
        assert "▸ two" in it.text


async def test_votes_of_several_raters_stand_beside_each_other(replayed) -> None:
    made = sitting()
    (left, right) = made.panes.left.turns[1], made.panes.right.turns[0]
    made.votes += [
        vote("tie", left, right, 31, by="bob"),
        vote("both-bad", left, right, 32, by="cy"),
        vote("both-bad", left, right, 33, "remove", by="cy"),
    ]
    async with replayed(made) as it:
        await it.press("end")
        assert it.text.count("vote: left is better  vote: a tie") == 2
        assert "cy took back both are bad" in it.text


async def test_help_names_every_key(replayed) -> None:
    async with replayed(size=(120, 90)) as it:
        await it.press("question_mark")
        for command in REPLAYING:
            assert command.help in it.text
        await it.press("question_mark")
        assert "playing" in it.bar
        await it.press("q")
    assert it.app.return_code == 0


async def test_a_name_stays_hidden_where_the_rater_did_not_know_it(replayed) -> None:
    made = sitting()
    made.blind = [
        BlindStretch(began=clock(-1), ended=clock(10), left="one", right="two", swapped=False)
    ]
    async with replayed(made) as it:
        await it.press("full_stop", "full_stop", "full_stop", "full_stop")
        assert it.rows[1].count("a hidden model") == 2
        assert "tok/s" not in it.rows[1]
        await it.press("end")
        assert "hidden" not in it.text
        assert "one  ended" in it.rows[1]


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_nothing_in_a_file_acts_on_the_terminal(replayed, ascii_only: bool) -> None:
    nasty = attempt("a1", NASTY, at=0, profile=NASTY, marks=[mark("ok", 4, by=NASTY)])
    made = session(
        [turn("t1", NASTY, nasty, at=0)],
        [turn("u1", NASTY, attempt("b", "x", at=0, stop="error", error=NASTY), at=0)],
        scenario=NASTY,
        title=NASTY,
    )
    async with replayed(made, ascii_only=ascii_only) as it:
        for key in ("full_stop", "end", "m", "M"):
            await it.press(key)
            assert not any(char in it.text for char in "\x1b\x07\x9b\u202e")
            assert "[@click=app.quit]" in it.text
        assert not ascii_only or it.text.isascii()


# what is drawn, and how often


def count_updates(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the name of each widget that is drawn with something else."""
    drawn: list[str] = []
    update = Static.update

    def counted(self, *arguments, **more):
        drawn.append(self.id or " ".join(self.classes))
        return update(self, *arguments, **more)

    monkeypatch.setattr(Static, "update", counted)
    return drawn


def many(turns: int) -> Session:
    def side(name: str):
        return [
            turn(f"{name}{n}", f"{name} {n}", attempt(f"{name}a{n}", "a b", at=60 * n), at=60 * n)
            for n in range(turns)
        ]

    return session(side("t"), side("u"))


async def test_a_thousand_turns_are_gone_along_without_drawing_them_all(
    replayed, monkeypatch
) -> None:
    async with replayed(many(1000)) as it:
        drawn = count_updates(monkeypatch)
        await it.press("end")
        assert "t 999" in it.text
        assert len(drawn) < 500
        assert len(it.screen.pane("left").turns) <= 10
        drawn.clear()
        for _ in range(100):
            it.screen.action_command("turn-before")
        await it.settle()
        assert "t 900" in it.text or "t 899" in it.text
        assert len(drawn) < 1000
        await it.press("home")
        assert "t 0" in it.text
        assert "t 1" not in it.text


async def test_frames_in_which_nothing_happens_draw_nothing(replayed, monkeypatch) -> None:
    async with replayed(many(3)) as it:
        await it.press("end", "N", "space")
        await it.pass_seconds(0.55)
        assert "streaming" in it.text
        drawn = count_updates(monkeypatch)
        for _ in range(20):
            it.now[0] += 0.001
            it.screen.show()
        assert drawn in ([], ["scrub-bar"])
        await it.pass_seconds(0.1)
        assert 1 <= len(drawn) <= 12  # the last word of both answers, and what the rows say of it


async def test_keys_that_come_at_once_are_drawn_once(replayed, monkeypatch) -> None:
    async with replayed(many(30)) as it:
        scenes: list[int] = []
        scene = Timeline.scene
        monkeypatch.setattr(
            Timeline, "scene", lambda self, at: scenes.append(at) or scene(self, at)
        )
        await it.press("space")
        scenes.clear()
        for _ in range(50):
            it.screen.action_command("forward")
        await it.settle()
        assert set(scenes) == {it.screen.playhead.length}


# the table of keys


def test_a_key_means_one_thing_and_every_action_exists() -> None:
    for commands in (REPLAYING, going_back()):
        keys = [key for command in commands for key in command.keys]
        assert len(set(keys)) == len(keys)
    assert len({command.id for command in REPLAYING}) == len(REPLAYING)
    for command in REPLAYING:
        assert callable(getattr(Replaying, command.action.partition("(")[0]))
    ranks = [command.footer[1] for command in footer(REPLAYING, writing=False)]
    assert len(set(ranks)) == len(ranks)
