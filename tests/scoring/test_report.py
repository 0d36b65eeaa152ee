"""The score report as a page: whole, linked, safe, bounded, and readable without colour."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from command_line import Command
from read_page import Page
from talk import attempt, everything, mark, said, session, turn

from tui_arena.scoring.gather import Gathered, Wanted, gather
from tui_arena.scoring.report import answers, page, plots
from tui_arena.scoring.report.cells import signs, words
from tui_arena.scoring.report.heat_map import heat_maps
from tui_arena.scoring.results import (
    Agreement,
    Checked,
    Flip,
    Ladder,
    Paired,
    Scores,
    Strength,
)
from tui_arena.scoring.score import score
from tui_arena.scoring.shares import share
from tui_arena.scoring.transcripts import Transcripts
from tui_arena.session import Corrects, MarkEntry, Session

ARTICLE = Path(__file__).parents[2] / "sessions" / "examples" / "keras-chatbot-arena"
HOSTILE = (
    "</code></table></svg></style><script>alert(1)</script>]]><img src=x onerror=alert(1)>"
    "\x1b]0;title\x07\x9b2J\u202egnp.exe\u2066 \x00 &amp; \"'\n```\n"
)


def scored(folder: Path, *sessions: Session) -> tuple[Gathered, Scores]:
    for each in sessions:
        (folder / f"{each.id}.json").write_bytes(msgspec.json.encode(each))
    found = gather([folder], Wanted())
    return found, score(found)


def written(found: Gathered, scores: Scores) -> str:
    return b"".join(page.write(scores, Transcripts(found.files))).decode()


def marks(*names: str, by: str = "ada") -> list[MarkEntry]:
    return [mark(name, by=by) for name in names]


def talks(one: str = "one", two: str = "two", text: str = "Add it.", by: str = "ada") -> Session:
    """Two models, a correction, and a prompt with three attempts."""
    left = [
        said("l1", text, f"{text} done", when=10, model=one, marks=marks("mistake", by=by)),
        turn(
            "l2",
            f"{text} again",
            attempt("l2a", f"{text} mended", when=20, model=one, marks=marks("fixed", by=by)),
            when=20,
            kind="correction",
            corrects=Corrects(turn="l1", attempt="l1a"),
        ),
    ]
    right = [
        turn(
            "r1",
            text,
            *(
                attempt(f"r1{n}", f"{text} {n}", when=10 + n, model=two, marks=marks(m, by=by))
                for n, m in enumerate(("ok", "many", "recurring"))
            ),
            when=10,
        )
    ]
    return session(left, right, models=(one, two), scenario="calendar")


def whole(found: Gathered, scores: Scores, name: str = "one") -> Scores:
    """The same with something in every part."""
    replies = tuple(found.replies)
    flips = (Flip(replies[0].prompt, replies[2:3], replies[:2]),)
    sure = (800.0, 1200.0)
    return replace(
        scores,
        problems=(f"{name}: is no session.",),
        notes=(name,),
        disputed=1,
        paired=(
            Paired(name, "two", False, 4, share(3, 4), share(1, 4), 2, 0, 0.5, flips, flips),
            Paired(name, name, True, 4, share(3, 4), share(3, 4), 0, 0, 0.0001, (), ()),
        ),
        ladder=Ladder("", (Strength(1, name, 1000.0, sure, (1, 2), 7, replies),), 3, 4, 1, 1),
        agreement=(
            Agreement("ok", 0.5, "", 3, (name, "bob"), (-0.25, 0.75), replies[:3]),
            Agreement("many", None, "Nobody gave it.", 3, (name, "bob")),
        ),
        checked=Checked(
            4,
            1,
            (("ok", 0.7), ("many", None)),
            ((1, 0, 0), (0, 1, 1), (0, 0, 1)),
            replies[:2],
            ((0.1, 0.9), None),
            behind=((replies[:1], (), ()), ((), replies[1:2], replies[:2]), ((), (), ())),
        ),
    )


@pytest.fixture(scope="module")
def article() -> tuple[Gathered, Scores]:
    found = gather([ARTICLE], Wanted())
    return found, score(found)


@pytest.fixture
def small(tmp_path: Path) -> tuple[Gathered, Scores]:
    found, scores = scored(tmp_path, talks())
    return found, whole(found, scores)


def assert_whole(text: str) -> Page:
    shown = Page(text)
    assert not shown.tags & {"script", "link", "img", "iframe", "object", "form", "base", "image"}
    assert not shown.attributes & {"src", "style", "srcset", "xlink:href"}
    assert not any(name.startswith("on") for name in shown.attributes)
    [sheet] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert not re.search(r"https?:|url\(|@import", sheet)
    assert all(link.startswith("#") for link in shown.links)
    assert len(shown.ids) == len(set(shown.ids))
    assert {link.removeprefix("#") for link in shown.links} <= set(shown.ids)
    assert set(shown.named) <= set(shown.ids)
    assert shown.headings[:2] == [1, 2]
    assert all(b - a <= 1 for a, b in zip(shown.headings, shown.headings[1:], strict=False))
    return shown


def test_the_articles_report_is_whole_and_reaches_for_nothing(
    article: tuple[Gathered, Scores],
) -> None:
    text = written(*article)
    shown = assert_whole(text)
    assert text.count("<table") == text.count("<caption>") > 10
    assert text.count('<svg class="plot" role="img"') == 1
    assert "rank 1-3" in shown.words
    assert "<td>&lt;\u00a00.01</td>" in text
    assert "<td>0.00</td>" not in text
    assert '"10 right, 7 put right, 4 mistakes, 0 garbage"' in text
    assert "Only its marks were published, not its words." in shown.words


def test_every_part_is_there(small: tuple[Gathered, Scores]) -> None:
    shown = assert_whole(written(*small))
    for words_there in (
        "one: is no session.",
        "Raters differ",
        "one asked again",
        "<\u00a00.001",
        "3 blind votes and 4 prompts",
        "0.50 −0.25 to 0.75",
        "– Nobody gave it.",
        "0.70 0.10 to 0.90",
        "People: a mistake",
        "2 answers on which both differ.",
        "Prompts that one answered right and the other wrong",
    ):
        assert words_there in shown.words
    assert "What is not here" in shown.words
    assert "No fixing: no correction was asked several times." in shown.words


def test_each_answer_stands_once_and_its_sign_leads_to_it(small: tuple[Gathered, Scores]) -> None:
    text = written(*small)
    bodies = dict(re.findall(r'<div class="reply" id="(a\d+)">(.*?)</details>', text, re.DOTALL))
    assert len(bodies) == len(small[0].replies) == 5
    for reply in small[0].replies:
        label = f'aria-label="{words(reply)}: {reply.model}, turn {reply.number}'
        [id] = set(
            re.findall(rf'href="#(a\d+)" {re.escape(label)}[^>]*>{re.escape(signs(reply))}<', text)
        )
        assert "Add it." in bodies[id]
        assert words(reply) in bodies[id]
    [mended] = [body for body in bodies.values() if "mended" in body]
    wrong = next(id for id, body in bodies.items() if "Add it. done" in body)
    assert f'Correction of <a href="#{wrong}">this answer</a>' in mended


def test_a_figure_leads_to_the_list_of_its_answers(article: tuple[Gathered, Scores]) -> None:
    text = written(*article)
    for row in article[1].recap:
        about = rf"Rated answers of {re.escape(row.model)}[^<]*, {len(row.replies)} answers:"
        [(id, listed)] = re.findall(
            rf'<li id="(b\d+)"><span class="by">b\d+</span> <b>{about}</b>\s(.*?)</li>',
            text,
            re.DOTALL,
        )
        assert f'<a class="behind" href="#{id}">' in text
        assert listed.count("<a ") == len(row.replies)


def test_habits_battles_raters_and_the_checker_lead_to_what_is_behind_them(
    article: tuple[Gathered, Scores], small: tuple[Gathered, Scores]
) -> None:
    text = written(*article)
    for row in article[1].habits:
        about = f"Answers to corrections of {re.escape(row.model)}\\b[^<]*, {row.fixed.of} answers:"
        assert row.fixed.of == len(row.fixed.behind)
        assert re.search(about, text)
    text = written(*small)
    for about, figure in (
        ("Answers in the battles of one", "7"),
        ("Answers that several rated", "3"),
        ("Answers that the checker calls a mistake and people garbage", "1"),
    ):
        [id] = re.findall(rf'<li id="(b\d+)"><[^>]*>b\d+</span> <b>[^<]*{about}[;,]', text)
        assert f'<a class="behind" href="#{id}">{figure}</a>' in text


def test_no_share_stands_without_its_count_and_its_interval(
    article: tuple[Gathered, Scores],
) -> None:
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", written(*article), flags=re.DOTALL)
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", text)]
    shares = [cell for cell in cells if "%" in cell]
    assert len(shares) > 50
    for cell in shares:
        assert re.search(r"\d of \d+\s+\W*(\d+\s%, )?\d+\sto\s\d+\s%$", cell), cell


def test_nothing_that_is_said_is_read_as_html(tmp_path: Path) -> None:
    (tmp_path / "clean").mkdir()
    (tmp_path / "hostile").mkdir()
    found, scores = scored(tmp_path / "clean", talks(), everything())
    clean = Page(written(found, whole(found, scores)))
    made = talks(HOSTILE, f"{HOSTILE} two", HOSTILE, HOSTILE)
    made.scenario = made.title = HOSTILE
    made.panes.left.system = HOSTILE
    for reply in made.panes.left.turns:
        reply.response.system = HOSTILE
    found, scores = scored(tmp_path / "hostile", made)
    for each in found.replies:
        each.suggested, each.kinds = (0, 1, 0, 0, 0, 0), (HOSTILE,)
    text = written(found, whole(found, scores, HOSTILE))
    shown = assert_whole(text)
    assert shown.tags <= clean.tags
    assert shown.attributes <= clean.attributes | {"title"}  # of prompts that are shortened
    assert shown.words.count("<script>alert(1)</script>") > 20
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_the_same_scores_make_the_same_page(small: tuple[Gathered, Scores]) -> None:
    assert written(*small) == written(*small)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    unrated = session([said("l1", "Hi", "Hello", when=1)])
    shown = assert_whole(written(*scored(tmp_path, unrated)))
    assert "No recap: no answer is rated." in shown.words
    assert "not rated" in shown.words
    assert "Who beats whom" not in shown.words


def test_a_file_that_was_changed_meanwhile_has_a_sentence(
    small: tuple[Gathered, Scores],
) -> None:
    [file] = small[0].files
    changed = json.loads(file.read_bytes())
    changed["panes"]["left"]["turns"][0]["id"] = "another"
    file.write_text(json.dumps(changed))
    shown = assert_whole(written(*small))
    assert shown.words.count("It cannot be shown.") == 1
    assert "was changed; score it again." in shown.words
    file.unlink()
    assert assert_whole(written(*small)).words.count("It cannot be shown.") == 5


def test_of_very_many_answers_the_page_says_how_many_are_left_out(
    article: tuple[Gathered, Scores], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_MOST_DIALOGS", 2)
    monkeypatch.setattr(answers, "MOST_ANSWERS", 20)
    found, scores = article
    text = written(found, scores)
    shown = assert_whole(text)
    assert text.count('<div class="reply"') == 20
    assert f"20 answers of {scores.replies}." in shown.words
    assert f"{scores.replies - 20} others would make the page too long: score less" in shown.words
    dialogs = sum(bool(dialog.rows) for dialog in scores.dialogs)
    assert f"The first 2 of {dialogs} sessions." in shown.words
    first = next(row.left for row in scores.dialogs[0].rows if row.left is not None)
    assert f"{words(first)}: {first.model}, turn {first.number}" in text


def test_of_many_prompts_that_tell_a_pair_apart_both_kinds_are_shown(
    small: tuple[Gathered, Scores],
) -> None:
    found, scores = small
    pair = replace(scores.paired[0], lost=scores.paired[0].lost * 30)
    text = written(found, replace(scores, paired=(pair,)))
    assert "one and two, the first 10 of 31" in assert_whole(text).words
    [rows] = re.findall(r"the first 10 of 31</caption>(.*?)</table>", text, re.DOTALL)
    right = [re.search(r'<td>.*?aria-label="(\w+)', row)[1] for row in rows.split("<tr>")[2:]]
    assert right.count("right") == 9


def test_long_answers_are_cut_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST_CHARACTERS", 2_000)
    turns = [
        said(f"l{n}", "Go on.", "x" * 5_000, when=n, marks=marks("garbage")) for n in range(1, 9)
    ]
    text = written(*scored(tmp_path, session(turns)))
    cut = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) more characters", text)]
    assert len(cut) == 8
    assert all(3_000 < n <= 4_500 for n in cut)


def test_steps_and_turns_have_maps_of_their_own_without_corrections(tmp_path: Path) -> None:
    asked = {"kind": "script", "step": 2}
    made = session(
        [
            said("l1", "Step", "1", when=1, marks=marks("ok"), **asked),
            said("l2", "No!", "2", when=2, marks=marks("garbage"), kind="correction"),
            said("l3", "Free", "3", when=3, marks=marks("mistake")),
        ],
        [said("r1", "Step", "4", when=1, model="two", marks=marks("garbage"), **asked)],
        scenario="calendar",
    )
    _, scores = scored(tmp_path, made)
    steps, turns = heat_maps(scores.recap, most=9)
    assert (steps.scenario, steps.places) == ("calendar", ((2, "Step"),))
    assert {
        model: [(cell.right.hits, cell.right.of, cell.worst) for cell in cells if cell]
        for model, cells in steps.rows
    } == {"one": [(1, 1, 0)], "two": [(0, 1, 2)]}
    assert (turns.scenario, turns.places) == (None, ((3, "Free"),))
    assert [model for model, _ in turns.rows] == ["one"]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-1, 1, [-1, -0.5, 0, 0.5, 1]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (550, 1420, [500, 750, 1000, 1250, 1500]),
        (-3.2, 0.9, [-4, -2, 0, 2]),
        (7, 7, [6.5, 6.75, 7, 7.25, 7.5]),
    ],
)
def test_axes_have_round_numbers(low: float, high: float, ticks: Iterable[float]) -> None:
    assert plots.nice_ticks(low, high) == ticks


def test_a_plot_draws_values_in_their_places_and_tells_them() -> None:
    lines = [plots.Line("a <b>", 0.5, 0.0, 1.0, "rank 1-2"), plots.Line("c", -1, -1, 0, "")]
    drawn = plots.intervals(lines, id="p", title="T", shown=str, axis="x")
    shown = Page(drawn)
    assert shown.named == ["p-t", "p-d"]
    assert "a <b>: 0.5, 0.0 to 1.0, rank 1-2" in shown.words
    x, _ = re.findall(r'circle class="dot" cx="([\d.]+)"', drawn)
    assert float(x) == pytest.approx(6 + 0.75 * 468)
    assert re.search(r'class="bar" d="M240\.0 30H474\.0"', drawn)


def test_marks_are_short_however_many_there_are(small: tuple[Gathered, Scores]) -> None:
    small[0].replies[0].held = (1, 2, 0, 0, 1, 900)
    assert signs(small[0].replies[0]) == "✔🍄🍄900 x (🍄) 🔥🔥"
    assert "✔🍄🍄900 x (🍄) 🔥🔥" in assert_whole(written(*small)).words


def test_the_command_line_writes_the_page(tmp_path: Path) -> None:
    out = tmp_path / "scores.html"
    files = sorted(map(str, ARTICLE.glob("*4-1-*.json")))
    done = Command(tmp_path)("score", *files, "--format", "html", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert "No fixing" in assert_whole(out.read_text(encoding="utf-8")).words
