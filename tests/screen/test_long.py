"""Conversations of hundreds of turns: everything works over all of them, nothing grows."""

import re
from collections import Counter

import pytest
from textual.widget import Widget

from tui_arena.engine.profile import Sampler
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.screens.autosave import Autosave
from tui_arena.session import (
    Attempt,
    MarkEntry,
    Prompt,
    Session,
    Timing,
    Tokens,
    Turn,
    new_session,
)

AT = "2026-11-22T14:03:09.085+00:00"


def turn(n: int, side: str, lines: int = 3) -> Turn:
    """A turn whose answer names itself on each line."""
    said = "\n".join(f"{side} {n} line {line}" for line in range(lines))
    return Turn(
        id=f"{side}-{n}",
        prompt=Prompt(text=f"ask {n}", at=AT),
        attempts=[
            Attempt(
                id=f"{side}-{n}-0",
                profile="one" if side == "left" else "two",
                preset=f"./{'one' if side == 'left' else 'two'}",
                sampler=Sampler(),
                text=said,
                stop="end",
                tokens=Tokens(prompt=10 * n, output=lines),
                timing=Timing(submitted=AT, first_token=AT, finished=AT, chunks=[(1, len(said))]),
                token_ids=list(range(lines)),
            )
        ],
    )


def conversation(turns: int, *, lines: int = 3) -> Session:
    """A session with so many turns on both sides."""
    session = new_session(systems=("", ""))
    for side in ("left", "right"):
        session.panes[side].turns = [turn(n, side, lines) for n in range(turns)]
    return session


def mounted(it) -> int:
    """How many widgets there are."""
    return len(list(it.app.arena.walk_children(Widget)))


def pane(it, side: str = "left"):
    return it.app.arena.desk.pane(side)


def seen(it) -> list[str]:
    """What the left pane shows of the conversation, row by row."""
    return [row[:58].rstrip() for row in it.rows[2:] if re.match(r" .?(›|  left)", row)]


async def at_rest(it) -> None:
    """Wait until all that should be drawn is drawn, and nothing moves any more."""

    def rests() -> bool:
        views = [view for side in ("left", "right") for view in pane(it, side).transcript.views]
        due = any(pane(it, side).transcript._due for side in ("left", "right"))
        return all(view.settled for view in views) and not due

    for _ in range(3):
        await it.until(rests)
        await it.pilot.pause()


async def test_as_many_widgets_stand_for_500_turns_as_for_30(arena) -> None:
    counts = []
    for turns in (30, 500):
        async with arena(session=conversation(turns)) as it:
            await at_rest(it)
            assert f"left {turns - 1} line 2" in it.text
            counts.append(mounted(it))
            await it.press("escape", "home")
            await at_rest(it)
            assert "left 0 line 0" in it.text
            counts.append(mounted(it))
    few = min(counts)
    assert max(counts) <= 1.3 * few
    assert few > 100


class Watched(list):
    """A list that counts the items that are looked at."""

    looks = 0

    def __iter__(self):
        for item in super().__iter__():
            self.looks += 1
            yield item

    def __reversed__(self):
        for item in super().__reversed__():
            self.looks += 1
            yield item

    def __getitem__(self, key):
        found = super().__getitem__(key)
        self.looks += len(found) if isinstance(key, slice) else 1
        return found


async def test_what_streams_costs_in_500_turns_what_it_costs_in_5(arena, monkeypatch) -> None:
    work = []
    for turns in (5, 500):
        engine = ScriptedEngine(context=1_000_000)
        # Tall answers, so that as many turns are near in both.
        async with arena(session=conversation(turns, lines=60), engine=engine) as it:
            await at_rest(it)
            for side in ("left", "right"):
                engine.enqueue([f"new {n}\n" for n in range(40)], side=side)
            await it.type("x", "enter")
            engine.release(20)
            await it.until("new 19")
            await at_rest(it)
            await it.until(lambda it=it: not it.app.arena.autosave._running)
            lists = []
            for side in ("left", "right"):
                record, transcript = it.file.session.panes[side], pane(it, side).transcript
                record.turns = Watched(record.turns)
                transcript.leaves = Watched(transcript.leaves)
                lists += [record.turns, transcript.leaves]
            calls = Counter()
            with monkeypatch.context() as patch:
                # What saving costs is counted elsewhere.
                patch.setattr(Autosave, "changed", lambda self, turn=None: self.file.touch(turn))
                for name in ("render_lines", "_size_updated", "refresh"):
                    plain = getattr(Widget, name)

                    def count(self, *args, plain=plain, name=name, calls=calls, **more):
                        calls[name] += 1
                        return plain(self, *args, **more)

                    patch.setattr(Widget, name, count)
                for n in range(20, 26):
                    engine.release()
                    await it.until(f"new {n}")
                    await at_rest(it)
            calls["turns"] = sum(each.looks for each in lists)
            work.append(calls)
    few, many = work
    assert min(few.values()) > 0
    for name in few:
        assert many[name] <= 1.3 * few[name], (few, many)


def rows_of(turns: int, lines: int = 3) -> list[str]:
    """The rows of a whole side."""
    return [
        row
        for n in range(turns)
        for row in (f"  › ask {n}", *(f"    left {n} line {line}" for line in range(lines)))
    ]


@pytest.mark.parametrize("lines", [3, 50])
async def test_pages_up_and_down_show_every_row_once_and_in_order(arena, lines: int) -> None:
    turns = 40 if lines == 3 else 4
    async with arena(session=conversation(turns, lines=lines)) as it:
        await at_rest(it)
        await it.press("escape")
        everything = [row.strip(" ▌") for row in rows_of(turns, lines)]
        for key, end in (("pageup", everything[0]), ("pagedown", everything[-1])):
            pages = []
            while not pages or end not in pages[-1]:
                page = [row.strip(" ▌") for row in seen(it)]
                at = everything.index(page[0])
                assert everything[at : at + len(page)] == page
                if pages:
                    assert page != pages[-1]
                    before, after = (pages[-1], page) if key == "pagedown" else (page, pages[-1])
                    assert everything.index(after[0]) <= everything.index(before[-1]) + 1
                pages.append(page)
                await it.press(key)
                await at_rest(it)


async def test_home_and_end_go_all_the_way_and_a_new_prompt_returns(arena) -> None:
    async with arena(session=conversation(300)) as it:
        await at_rest(it)
        assert "left 299 line 2" in it.text
        assert "more below" not in it.text
        await it.press("escape", "home")
        await at_rest(it)
        assert seen(it)[0].strip(" ▌") == "› ask 0"
        assert "more below" in it.text
        await it.press("end")
        await at_rest(it)
        assert "left 299 line 2" in it.text
        assert "more below" not in it.text
        await it.press("home", "enter")
        await it.answer(left="the newest")
        await at_rest(it)
        assert "the newest" in it.text
        assert "left 299 line 2" in it.text


async def test_what_streams_far_below_moves_nothing_and_is_whole_at_the_end(arena) -> None:
    engine = ScriptedEngine(context=1_000_000)
    async with arena(session=conversation(200), engine=engine) as it:
        engine.enqueue([f"new {n}\n" for n in range(60)], side="left")
        await it.type("x", "enter")
        engine.release(10)
        await it.until("new 9")
        await it.press("escape", "home")
        await at_rest(it)
        before = seen(it)
        engine.release(30)
        await it.until(lambda: "new 39" in it.attempt("left").text)
        await at_rest(it)
        assert seen(it) == before
        assert pane(it).view(it.app.arena.sides["left"].latest) is None
        await it.press("1")
        engine.finish()
        await it.until(lambda: not it.app.arena.sides["left"].busy)
        await at_rest(it)
        assert seen(it) == before
        await it.press("end")
        await at_rest(it)
        assert "new 59" in it.text
        assert "✔" in it.text


async def test_finding_reaches_every_turn(arena) -> None:
    session = conversation(200)
    for n in (3, 90, 170):
        session.panes.left.turns[n].attempts[0].text += f"\na needle at {n}"
    async with arena(session=session, size=(120, 30)) as it:
        await at_rest(it)
        await it.press("escape", "slash")
        await it.type("needle", "enter")
        for n, place in ((3, 1), (90, 2), (170, 3), (3, 1)):
            await it.until(f"a needle at {n}")
            await at_rest(it)
            assert f"a needle at {n}" in it.text
            assert f"{place} of 3 on the left" in it.text
            assert it.app.arena.rating.target("left").id == f"left-{n}"
            await it.press("J")
        await it.press("escape")
        assert "Nothing is looked for any more." in it.text


async def test_marks_reach_turns_wherever_they_are_and_stay_shown(arena) -> None:
    session = conversation(150)
    for n, turn_ in enumerate(session.panes.left.turns):
        if n not in (2, 80):
            turn_.attempts[0].marks = [MarkEntry(mark="ok", action="add", by="ann", at=AT)]
    async with arena(session=session) as it:
        await at_rest(it)
        await it.press("escape", "full_stop")
        await at_rest(it)
        assert "Response 3; 2 unrated on the left" in it.text
        assert "left 2 line 0" in it.text
        await it.press("2")
        assert "🍄" in it.text
        await it.press("full_stop")
        await at_rest(it)
        assert "left 80 line 0" in it.text
        await it.press("3", "end", "full_stop")
        assert "Every response on the left is rated." in it.text
        await it.press("home")
        await at_rest(it)
        assert "🍄" in it.text
        assert it.text.count("✔") >= 3


async def test_turns_are_walked_one_by_one_as_far_as_they_go(arena) -> None:
    async with arena(session=conversation(26)) as it:
        await at_rest(it)
        await it.press("escape")
        for n in range(24, -1, -1):
            await it.press("left_curly_bracket")
            assert it.app.arena.rating.target("left").id == f"left-{n}"
        await at_rest(it)
        assert seen(it)[0].strip(" ▌") == "› ask 0"
        for n in range(1, 10):
            await it.press("right_curly_bracket")
            await at_rest(it)
            assert seen(it)[0].strip(" ▌") == f"› ask {n}"
            assert "▌› ask" in it.row(f"ask {n} ")
        for n in range(10, 26):
            await it.press("down")
            await at_rest(it)
            assert f"left {n} line 0" in it.text


async def test_what_is_chosen_for_all_answers_holds_for_those_drawn_later(arena) -> None:
    session = conversation(100)
    for n, turn_ in enumerate(session.panes.left.turns):
        turn_.attempts[0].text = f"**answer {n}**\nand more\nand more"
    async with arena(session=session) as it:
        await at_rest(it)
        assert "**answer" not in it.text
        await it.press("escape", "o", "home")
        await at_rest(it)
        assert "**answer 0**" in it.text
        await it.press("F", "end")
        await at_rest(it)
        assert "**answer 99**…" in it.text
        assert it.text.count("words, folded)") > 5
        await it.press("f")
        await at_rest(it)
        await it.press("home")
        await at_rest(it)
        assert "**answer 0**…" in it.text
        await it.press("F", "o")
        await at_rest(it)
        assert "answer 0" in it.text
        assert "**" not in it.text
        assert "and more" in it.text
        await it.press("end")
        await at_rest(it)
        assert "answer 99" in it.text
        assert "folded)" not in it.text


async def test_notes_stand_at_turns_far_from_the_change(arena) -> None:
    session = conversation(80)
    for n, turn_ in enumerate(session.panes.left.turns):
        turn_.prompt.at = turn_.attempts[0].timing.submitted = f"2026-11-22T14:{n % 60:02}:00+00:00"
    async with arena(session=session) as it:
        await at_rest(it)
        await it.press("escape", "home")
        await at_rest(it)
        for _ in range(79):
            it.app.arena.rating.step("left", -1)
        it.app.arena.show()
        from tui_arena.revision import set_aside

        set_aside(it.file.session.panes.left.turns[0], by="ann")
        it.app.arena.show_revised("left")
        await at_rest(it)
        assert it.text.count("came after another context") >= 4
        await it.press("end")
        await at_rest(it)
        assert it.text.count("came after another context") >= 4


async def test_a_resize_to_nearly_nothing_and_back_keeps_the_place(arena) -> None:
    async with arena(session=conversation(150)) as it:
        await at_rest(it)
        await it.press("escape", *["pageup"] * 6)
        await at_rest(it)
        before = seen(it)
        for size in ((20, 5), (120, 36), (1, 1), (80, 24), (120, 36)):
            await it.pilot.resize_terminal(*size)
            await at_rest(it)
        assert seen(it)[:5] == before[:5]
        assert mounted(it) < 900
