"""The screen of error patterns: page by page where models fail, down to the very responses."""

import json
import shutil
import threading
from collections import Counter
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path

import pytest
from figures import HARMFUL, NASTY, Saved, opened_on_a_terminal, refused, saved, talked
from planted import planted, save, sessions
from textual import events
from textual.actions import parse

from tui_arena.cells import cells
from tui_arena.judgement import toggle_mark
from tui_arena.keymap.patterns import PAGES, PATTERNS
from tui_arena.manner import Manner
from tui_arena.pattern_app import PatternApp
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.names import names_file, read_names
from tui_arena.scoring.gather import Wanted, gather
from tui_arena.screens.patterns import pattern_pages
from tui_arena.screens.patterns.finding import find
from tui_arena.screens.patterns.pattern_screen import PatternScreen
from tui_arena.screens.patterns.seeking import Seeking
from tui_arena.screens.patterns.showing import PatternShowing
from tui_arena.screens.scores import paged
from tui_arena.screens.scores.behind import BehindScreen
from tui_arena.session import Parent, Session, Vote, Voted
from tui_arena.stamps import now
from tui_arena.widgets.signs import signs

DIGITS = "1234567"
EXAMPLES = Path(__file__).parents[2] / "sessions" / "examples"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """150 prompts: ada fails at dates and geometry, bob at SQL and geometry."""
    folder = tmp_path_factory.mktemp("many")
    save(folder, *map(voted, sessions(planted(150))))
    return folder


def voted(session: Session) -> Session:
    """The same with a blind vote for the left answer at every second turn."""
    turns = zip(session.panes.left.turns, session.panes.right.turns, strict=True)
    for left, right in [*turns][::2]:
        session.votes.append(
            Vote(
                left=Voted(turn=left.id, attempt=left.attempts[0].id),
                right=Voted(turn=right.id, attempt=right.attempts[0].id),
                verdict="left",
                action="add",
                by="mara",
                at=now(),
                blind=True,
            )
        )
    return session


@pytest.fixture
def patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("NO_COLOR", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)

    @asynccontextmanager
    async def open_it(*paths: Path, size=(80, 24), ascii_only=False, names: Path | None = None):
        showing = PatternShowing(
            signs=signs(ascii_only=ascii_only),
            paths=lambda: paths,
            embedder=lambda: TfIdf(0),
            names=names or names_file([tmp_path]),
            how_to_rate="tui-arena rate walks through it.",
        )
        app = PatternApp(showing=showing, manner=Manner(ascii_only=ascii_only))
        async with app.run_test(size=size) as pilot:
            it = Saved(app, pilot)
            await looked_for(it, app.patterns)
            yield it

    return open_it


async def looked_for(it, screen: PatternScreen) -> None:
    """Wait until the thread is done."""
    while screen._reckoning or (screen.figures is None and not screen._refused):
        await it.pilot.pause(0.01)
    await it.pilot.pause()


async def open_patterns(it) -> PatternScreen:
    await it.press("escape", "W")
    await looked_for(it, it.app.screen)
    return it.app.screen


async def test_from_a_region_to_the_responses_behind_it_and_a_name_for_it(
    patterns, many: Path, tmp_path: Path
) -> None:
    names = tmp_path / "patterns.toml"
    async with patterns(many, names=names) as it:
        assert "150 prompts" in it.text
        assert "ada: yes (" in it.text
        assert "it has weak spots." in " ".join(it.text.split())
        await it.press("enter")
        await it.until("Asked")
        assert isinstance(it.app.screen, BehindScreen)
        assert it.app.screen.reply.model == "ada"
        assert it.app.screen.reply.severity
        await it.press("escape", "2")
        assert "P describes: regions were chosen for their failures." in " ".join(it.text.split())
        first, second = it.app.patterns.figures.patterns.regions[:2]
        assert first.label[:12] in it.text
        await it.press("right", "enter")  # those of ada alone
        assert {reply.model for reply in it.app.screen._replies} == {"ada"}
        assert len(it.app.screen._replies) == first.asked["ada"]
        await it.press("n", "escape", "down", "e", *"Shapes", "enter")
        await it.until(f"{second.id} is called Shapes now.")
        assert [named.name for named in read_names(names).group] == ["Shapes"]
        assert "u undo" in it.text
        await it.press("up")
        assert "is called Shapes now." not in it.text
        assert f"Shapes ({second.label[:6]}" in it.text
        await it.press("u")
        assert "The last name is taken back." in it.text
        assert read_names(names).group == []
        assert "Shapes" not in it.text
    async with patterns(many, names=names) as it:  # errors have names as well
        await it.press("4", "e", *"Rambling", "enter")
        await it.until("G1 is called Rambling now.")
        await it.press("1", "e")
        assert "Only regions and groups of errors have names" in it.text
        names.write_text("no toml [")
        await it.press("4", "u")
        await it.until("is not valid TOML")


async def test_every_page_leads_to_responses_and_holds_at_80_by_24(patterns, many: Path) -> None:
    async with patterns(many) as it:
        figures = it.app.patterns.figures
        for digit, page in zip(DIGITS, PAGES, strict=True):
            await it.press(digit)
            assert f"{digit} {page}" in it.text
            assert "Esc leave" in it.text
            assert it.app.screen.sheet.chosen is not None, page
            await it.press("end", "home", "pagedown", "pageup", "enter")
            await it.until("Asked")
            assert isinstance(it.app.screen, BehindScreen)
            await it.press("escape")
        await it.press("3")
        pair = figures.patterns.difference
        assert f"ada fails, bob does not ({pair.only_first})" in it.text
        await it.press("down", "enter")
        held = [bool(reply.severity) for reply in it.app.screen._replies]
        assert held == [True, False]  # ada's, then bob's
        await it.press("escape", "6")
        assert "ada against bob: 75 questions, 75 votes of 1 rater, all blind." in it.text
        await it.press("end", "enter")
        assert len(it.app.screen._replies) == 150
        await it.press("escape", "7")
        assert "1: ada alone fails, 2: bob alone, X: both" in it.text
        failed = {point.prompt for point in figures.patterns.points if point.failed}
        assert it.app.screen.sheet.chosen.says.split(": ", 1)[1] in failed
        await it.pilot.click(offset=(4, 1))
        assert "Do failures lie together?" in it.text


@pytest.mark.parametrize("width", [60, 70, 72, 80])
async def test_no_table_is_cut_where_the_terminal_is_narrow(
    patterns, many: Path, width: int
) -> None:
    async with patterns(many, size=(width, 20)) as it:
        sheet = it.app.screen.sheet
        for digit, heads in zip(DIGITS, ("severely", "p", "", "prompts", "", "q", ""), strict=True):
            await it.press(digit)
            for row in sheet._rows:
                text = "".join(piece.text for piece in row)
                wide = sum(piece.width or cells(piece.text) for piece in row)
                assert wide <= sheet.room, text
            assert any(row and row[-1].text == heads for row in sheet._rows) or not heads
        if width == 60:  # what a table leaves out stands in the line below
            await it.press("2")
            assert "only 1st" not in it.text
            region = it.app.patterns.figures.patterns.regions[0]
            alone = f"alone at {region.only_first} and {region.only_second}"
            assert alone in " ".join(it.text.split())


def test_votes_of_forks_that_hold_no_answer_of_their_own_are_votes(tmp_path: Path) -> None:
    (session,) = sessions(planted(20))
    fork = deepcopy(session)
    fork.id, fork.parent = f"{session.id[:-6]}ffffff", Parent(id=session.id, turn=20)
    save(tmp_path, session, voted(fork))
    found = find(
        gather([tmp_path], Wanted()),
        lambda what, done: None,
        embedder=TfIdf(0),
        seed=0,
        models=(),
        here=None,
    )
    assert found.votes is not None
    assert found.votes.votes == 10


async def test_the_models_to_compare_are_chosen(patterns, tmp_path: Path) -> None:
    for names in (("one", "two"), ("one", "three")):
        session = talked("sea?", "sky?", marks="garbage", names=names)
        for turn in session.panes.right.turns:
            toggle_mark(turn.response, "ok", by="ann")
        saved(session, tmp_path)
    async with patterns(tmp_path) as it:
        await it.press("3")
        assert "one fails, three does not (2)" in it.text
        await it.press("m")
        assert "three alone" in it.text
        await it.press(*"wo", "enter")
        await looked_for(it, it.app.patterns)
        assert "one fails, two does not (2)" in it.text
        assert "m models" in it.text
        await it.press("1", "m", *"alone", "down", "enter")
        await looked_for(it, it.app.patterns)
        assert [each.model for each in it.app.patterns.figures.patterns.models] == ["three"]


async def test_of_few_prompts_it_stands_first_that_nothing_is_tested(
    patterns, tmp_path: Path
) -> None:
    save(tmp_path, *sessions(planted(40, rate=1.0)))
    (tmp_path / "broken.json").write_text("{")
    async with patterns(tmp_path) as it:
        assert "There are 40 distinct prompts; hot spots are looked for from 100" in it.text
        assert "ada: not tested" in it.text
        assert "more attempts at the same prompts add nothing" in " ".join(it.text.split())
        assert "1 broken file" in it.text
        await it.press("end")
        assert "broken.json" in it.text.replace("\n ", "")
        assert "1 file left out." in it.text
        for digit in "2357":
            await it.press(digit)
            assert it.text.splitlines()[3].startswith(" Not tested: there are too few prompts.")


async def test_groups_that_only_describe_have_no_p(patterns, tmp_path: Path) -> None:
    save(tmp_path, *sessions(planted(99, rate=0.9)))
    async with patterns(tmp_path) as it:
        await it.press("2")
        heads = next(line for line in it.text.splitlines() if "Failed prompts" in line)
        assert heads.split()[-2:] == ["only", "2nd"]
        assert "P describes" not in it.text


async def test_the_open_session_is_looked_through_and_again_when_it_changed(
    arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged, "LOOK_EVERY", 0.02)
    threads = []
    really = pattern_pages.find

    def find(*given, **more):
        threads.append(threading.current_thread().name)
        return really(*given, **more)

    monkeypatch.setattr(pattern_pages, "find", find)
    async with arena(size=(80, 24)) as it:
        await it.answer(left="Rome.", right="Paris it is.", prompt="capital?")
        await it.press("escape", "2", "7")
        screen = await open_patterns(it)
        assert "Patterns of this session" in it.rows[0]
        assert "All responses answer one prompt" in it.text
        assert it.row("1 of 1 (100 %)").split()[:7] == ["one", "1", "of", "1", "(100", "%)", "1"]
        assert threads == ["patterns"]
        await it.press("4")
        assert "Rome." in it.text  # which is in no file yet, perhaps
        it.app.arena.commands["marking"].mark("right", "garbage")
        await it.until("the session changed: r looks again")
        assert "r look again" in it.rows[-1]
        await it.press("r")
        await looked_for(it, screen)
        assert "looks again" not in it.rows[0]
        assert "Paris it is." in it.text
        await it.press("1", "enter")
        await it.until("Rome.")
        await it.press("enter")
        assert it.app.screen is it.app.arena
        assert "The response of turn 1 on the left" in it.text
        await open_patterns(it)
        it.app.post_message(events.Key("alt+b", "b"))  # Esc and b, which came as one
        await it.until("Blind: ")
        await it.press("W")
        assert "Patterns of errors name models; b reveals them." in it.text


async def test_all_saved_sessions_are_looked_through_beside_the_open_one(
    arena, tmp_path: Path
) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    saved(talked("one?", "two?", marks="mistake", names=("three", "four")), folder)
    async with arena(folder=folder) as it:
        await it.answer(left="L", right="R")
        screen = await open_patterns(it)
        assert "Nothing is rated yet; 1 marks the left response ok, 7 the right one" in it.text
        await it.press("6")
        assert "There is no vote to count" in it.text
        await it.press("a", "1")
        await looked_for(it, screen)
        assert "Patterns of all sessions" in it.rows[0]
        assert "2 prompts, 2 wrong responses" in it.rows[0]
        await it.press("3")
        assert "It takes two models that were asked the same prompts" in it.text
        await it.press("5")
        assert "No model fails at a prompt that lies among other failures." not in it.text
        await it.press("4", "enter")
        await it.until("left says one?")
        assert "to its turn" not in it.rows[-1]
        await it.press("escape", "W")
        assert it.app.screen is it.app.arena


async def test_nothing_from_outside_acts_wherever_it_is_shown(patterns, tmp_path: Path) -> None:
    prompts = [f"{NASTY} {word}" for word in ("sea", "sky", "sun", "sand")]
    session = talked(*prompts, marks="garbage", names=(NASTY, NASTY + "!"), rater=NASTY)
    session.title = session.scenario = NASTY
    for turn in session.panes.right.turns[:2]:
        turn.response.marks.extend(session.panes.left.turns[0].response.marks)
    saved(voted(session), tmp_path)
    (tmp_path / "a\x1b]0;x\x07[b].json").write_text(NASTY, encoding="utf-8")
    for ascii_only in (False, True):
        async with patterns(tmp_path, ascii_only=ascii_only, size=(120, 40)) as it:
            for digit in DIGITS:
                for keys in ((digit,), ("end", "enter")):
                    await it.press(*keys)
                    assert not HARMFUL.search(it.text.replace("\n", ""))
                    assert not ascii_only or it.text.isascii()
                if isinstance(it.app.screen, BehindScreen):
                    await it.until("Asked")
                    assert not HARMFUL.search(it.text.replace("\n", ""))
                    await it.press("escape")
            assert it.app.is_running


def test_the_command_opens_the_screen_on_a_terminal_and_refuses_without(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    saved(talked("one?", marks="mistake"), folder)
    command = ("patterns", folder, "--screen")
    assert opened_on_a_terminal(*command, home=tmp_path, shows=b"lie together?") == 0
    for more, said in (
        ((), "--screen needs a terminal"),
        (("--format", "json"), "--screen writes nothing"),
    ):
        status, says = refused(*command, *more, home=tmp_path)
        assert said in says
        assert status == 2


def test_a_key_means_one_thing() -> None:
    keys = Counter(key for command in PATTERNS for key in command.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert len({command.id for command in PATTERNS}) == len(PATTERNS)
    assert [command.words for command in PATTERNS if command.group == "Pages"][:7] == [*PAGES]
    for command in PATTERNS:
        assert callable(getattr(Seeking, parse(command.action)[1])), command.id


async def chosen_file(it, name: str | None = None) -> str:
    """Name a file, or take the one that is offered; return what is said then."""
    screen = it.app.patterns
    screen.says = ""
    if name is not None:
        it.app.screen._area.text = name
    await it.press("enter")
    while not screen.says:
        await it.pilot.pause(0.01)
    return screen.says


async def test_picks_are_written_as_examples_into_a_file_that_is_named(
    patterns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "sessions", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    monkeypatch.chdir(out)
    shutil.copytree(EXAMPLES / "synthetic", folder, dirs_exist_ok=True)
    async with patterns(folder) as it:
        assert "x write" not in it.text.splitlines()[-1]
        await it.press("5")
        assert "x write" in it.text.splitlines()[-1]
        await it.press("x", "enter")
        assert it.app.screen._area.text == "heron-preference.jsonl"
        said = await chosen_file(it)
        lines = (out / "heron-preference.jsonl").read_text().splitlines()
        assert all({"chosen", "rejected"} <= json.loads(line).keys() for line in lines)
        found = it.app.patterns.figures
        assert len(lines) > 10
        assert said.startswith(f"{len(lines)} examples from {len(found.picks['heron'])} prompts")
        assert "are in heron-preference.jsonl" in said
        assert said.endswith(
            "; not picked: 7 prompts that it fails at, with no other failure near them."
        )
        await it.press("x", *"otter: dialogs", "enter")
        await chosen_file(it, str(out / "dialogs.jsonl"))
        first, *_ = (out / "dialogs.jsonl").read_text().splitlines()
        assert json.loads(first)["messages"][-1]["role"] == "assistant"


async def test_where_picks_cannot_be_written_a_sentence_says_why(
    patterns, many: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    shutil.copytree(many, folder)
    (tmp_path / "there.jsonl").write_text("mine")
    async with patterns(folder) as it:
        for name, said in (
            (str(tmp_path / "there.jsonl"), "is there already"),
            ("  ", "name one file"),
            ("a\nb", "name one file"),
            (str(tmp_path / "no" / "folder.jsonl"), "cannot be written: No such file"),
            ("x" * 5000, "File name too long."),
            ("~nobody-here/x.jsonl", "~nobody-here is no home that is known here."),
        ):
            await it.press("5", "x", *"dialogs", "enter")
            assert said in await chosen_file(it, name)
        assert (tmp_path / "there.jsonl").read_text() == "mine"
        await it.press("x", "enter", "escape")
        assert it.app.screen is it.app.patterns
        for file in folder.glob("*.json"):
            file.unlink()
        await it.press("x", *"dialogs", "enter")
        assert ".json" in await chosen_file(it, str(tmp_path / "gone.jsonl"))
        assert not (tmp_path / "gone.jsonl").exists()
        assert it.app.is_running


async def test_without_picks_there_is_nothing_to_write(patterns, tmp_path: Path) -> None:
    saved(talked("one?", marks="ok"), tmp_path)
    async with patterns(tmp_path) as it:
        await it.press("5", "x")
        assert "There are no picks to write." in it.text
        assert "x write" not in it.text.splitlines()[-1]
