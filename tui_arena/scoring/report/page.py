"""The score report: one HTML file with every table, plot and transcript, no script, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from tui_arena.exchange.hypertext import esc, foot, head
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.report import comparisons, tables
from tui_arena.scoring.report.answers import Answers
from tui_arena.scoring.report.cells import name
from tui_arena.scoring.report.habits import habits
from tui_arena.scoring.report.heat_map import heat_maps
from tui_arena.scoring.results import Dialog, Scores
from tui_arena.scoring.transcripts import Transcripts
from tui_arena.scoring.words import counted

_STYLE = Path(__file__).with_name("page.css")
_MOST_DIALOGS = 40
_MOST_PROMPTS = 20
_MOST_PLACES = 40
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the page."""

    id: str
    title: str
    lines: list[str]
    missing: str
    """What is said instead, where there is nothing in it; empty where nobody would miss it."""


def write(scores: Scores, transcripts: Transcripts) -> Iterator[bytes]:
    """Yield the page, which is the same for the same scores and files.

    Of very many answers those that a reader looks for first are printed, and the page says how
    many others there are. Files that cannot be read any more have a sentence in their place.
    """
    answers = Answers(_by_weight(scores))
    parts = list(_parts(scores, answers))
    behind = list(answers.lists())
    yield head(_title(scores), _STYLE).encode()
    drawn = [(part.id, part.title) for part in parts if part.lines]
    if behind:
        drawn.append(("behind", "The answers behind the figures"))
    if answers.count:
        drawn.append(("transcripts", "Transcripts"))
    yield _lines(_beginning(scores, drawn))
    for part in parts:
        if part.lines:
            yield _lines([f'<section><h2 id="{part.id}">{part.title}</h2>'])
            yield _lines(part.lines)
            yield b"</section>\n"
    missing = [part.missing for part in parts if not part.lines and part.missing]
    if missing:
        yield _lines(_list("missing", "What is not here", missing))
    yield _lines(behind)
    if answers.count:
        for line in answers.transcripts(transcripts, scores.replies):
            yield line.encode() + b"\n"
    yield foot().encode()


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _title(scores: Scores) -> str:
    models = [row.model for row in scores.recap]
    return f"Scores of {counted(len(models), 'model')}" if models else "Scores"


def _beginning(scores: Scores, drawn: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the heading, the contents, and what was scored and by whom."""
    yield f"<h1>{esc(_title(scores))}</h1>"
    yield '<nav aria-label="Contents"><ul>'
    for id, title in drawn:
        yield f'<li><a href="#{id}">{title}</a></li>'
    yield "</ul></nav>"
    yield '<section><h2 id="scored">What was scored</h2><dl class="facts">'
    raters = ", ".join(f"{name(rater)} ({n:,})" for rater, n in scores.raters)
    facts = [
        ("Read", f"{counted(scores.sessions, 'session')} in {counted(scores.files, 'file')}"),
        ("Answers", f"{scores.replies:,}, of which {scores.rated:,} are rated"),
        ("Raters", raters or "nobody"),
        ("Marks that count", ", ".join(map(name, scores.counted)) or "of nobody"),
        (
            "Raters differ",
            f"on {counted(scores.disputed, 'answer')}: what most say holds, or else the first one",
        ),
        ("Scored with", tables.weighed(scores.weights)),
    ]
    if not scores.disputed:
        del facts[4]
    for word, fact in facts:
        yield f"<dt>{word}</dt><dd>{fact}</dd>"
    yield "</dl>"
    yield (
        '<p class="how">A figure such as 3 of 5, 60 %, 23 to 88 % is a count, the share, and where '
        "the share lies at 95 % (Wilson). Signs and figures lead to the answers behind them.</p>"
    )
    yield "</section>"
    if scores.notes:
        yield from _list("notes", "To be known", scores.notes)
    if scores.problems:
        told = list(scores.problems[:_MOST_PROBLEMS])
        if more := len(scores.problems) - len(told):
            told.append(f"And {more:,} more.")
        yield from _list("problems", "Files that could not be read", told)


def _list(id: str, title: str, sentences: Iterable[str]) -> Iterator[str]:
    yield f'<section class="told"><h2 id="{id}">{title}</h2><ul>'
    yield from (f"<li>{esc(sentence)}</li>" for sentence in sentences)
    yield "</ul></section>"


def _parts(scores: Scores, answers: Answers) -> Iterator[_Part]:
    yield _Part(
        "recap",
        "Recap",
        list(tables.recap(scores.recap, scores.weights, answers)) if scores.recap else [],
        "No recap: no answer is rated. In the arena one key rates an answer; tui-arena rate walks "
        "through saved ones.",
    )
    yield _Part(
        "reliability",
        "Reliability",
        list(tables.reliability(scores.reliability, _MOST_PROMPTS, answers))
        if scores.reliability
        else [],
        "No reliability: no first prompt was asked several times. In the arena A and a number do "
        "that.",
    )
    shown = _with_rows(scores)
    yield _Part(
        "dialogs",
        "Dialogs",
        list(tables.dialogs(shown, _MOST_DIALOGS, answers)) if shown else [],
        "No dialogs: nobody was asked anything.",
    )
    yield _Part(
        "fixing",
        "Fixing",
        list(tables.fixing(scores.fixing, answers)) if scores.fixing else [],
        "No fixing: no correction was asked several times.",
    )
    maps = heat_maps(scores.recap, most=_MOST_PLACES)
    yield _Part("heat", "Where they fail", [tables.heat(each, answers) for each in maps], "")
    yield _Part("habits", "Habits", list(habits(scores.habits, answers)), "")
    yield _Part(
        "paired",
        "Two on the same prompts",
        list(comparisons.paired(scores.paired, answers)) if scores.paired else [],
        "No pairs: no two models have marks for the same prompts.",
    )
    ladder = scores.ladder
    yield _Part(
        "ladder",
        "Who beats whom",
        list(comparisons.ladder(ladder, answers)) if ladder.strengths else [],
        f"No ladder: {ladder.refused}" if ladder.refused else "",
    )
    agreed = [row for row in scores.agreement if row.replies]
    yield _Part(
        "agreement",
        "Agreement",
        list(comparisons.agreement(agreed, answers)) if agreed else [],
        "No agreement: no answer has the marks of two raters.",
    )
    checked = scores.checked
    yield _Part(
        "checked",
        "The checker",
        list(comparisons.checked(checked, answers)) if checked is not None else [],
        "",
    )


def _with_rows(scores: Scores) -> list[Dialog]:
    """Return the dialogs in which something was said, those first that somebody rated."""
    found = [dialog for dialog in scores.dialogs if dialog.rows]
    return sorted(found, key=lambda dialog: not dialog.rated)


def _by_weight(scores: Scores) -> Iterator[Reply]:
    """Yield the replies of what is drawn, those that a reader looks for first before others."""
    for dialog in _with_rows(scores)[:_MOST_DIALOGS]:
        for row in dialog.rows:
            yield from filter(None, (row.left, row.right))
    for rows in list(tables.by_prompt(scores.reliability).values())[:_MOST_PROMPTS]:
        yield from chain.from_iterable(row.attempts for row in rows)
    for fixing in scores.fixing:
        yield from chain.from_iterable(kind.attempts for kind in fixing.kinds)
    for pair in scores.paired[: comparisons.MOST_PAIRS]:
        for flip, _ in comparisons.flips_of(pair):
            yield from (*flip.right, *flip.wrong)
    if scores.checked is not None:
        yield from scores.checked.apart
    yield from _in_turn([recap.replies for recap in scores.recap])


def _in_turn(of_models: Iterable[Sequence[Reply]]) -> Iterator[Reply]:
    """Yield one reply of each model after the other, so that none is left without any."""
    for replies in zip_longest(*of_models):
        yield from (reply for reply in replies if reply is not None)
