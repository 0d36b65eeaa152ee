"""What was found, as one HTML file: no script, no network, nothing acts in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tui_arena import __version__
from tui_arena.exchange.hypertext import esc, head, said
from tui_arena.patterns.drawing import compared, prompt_map
from tui_arena.patterns.found import ErrorGroup, Example, Patterns, Region
from tui_arena.patterns.words import (
    NAME,
    clustering,
    corrections,
    count,
    difference,
    failed,
    hot,
    made_of,
    p_value,
    rate,
    sees,
    told_apart,
    too_short,
)

_STYLE = Path(__file__).with_name("page.css")
_REGIONS, _GROUPS, _ALONE = 100, 100, 50
_COLUMNS = 12
"""Models that have a column of their own; of more only those that are compared."""


def page(found: Patterns) -> Iterator[bytes]:
    """Yield the page, which is the same for the same result."""
    title = f"Where {_listed([each.model for each in found.models])} fail"
    if len(found.models) == 1:
        title += "s"
    yield head(title, _STYLE).encode()
    for part in (
        _beginning(found, title),
        _models(found),
        _map(found),
        _regions(found),
        _groups(found),
        _alone(found),
    ):
        yield "".join(f"{line}\n" for line in part).encode()
    yield f"</main>\n<footer><p>Written by tui-arena {esc(__version__)}.</p></footer>\n".encode()
    yield b"</body>\n</html>\n"


def _listed(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{len(names)} models"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _beginning(found: Patterns, title: str) -> Iterator[str]:
    yield f"<h1>{esc(title)}</h1>"
    if notes := [*corrections(found), *found.notes]:
        yield '<ul class="notes">'
        yield from (f"<li>{esc(note)}</li>" for note in notes)
        yield "</ul>"
    unjudged = f", {found.unjudged:,} without a mark" if found.unjudged else ""
    facts = [
        ("Responses", f"{found.responses:,}{unjudged}"),
        ("Distinct prompts", f"{found.prompts:,}; one counts once, however often it was asked"),
        ("A model fails", "at a prompt where half of its judged responses are wrong, or more"),
        ("Alike by", f"{found.embedder}, {count(found.neighbours, 'neighbour')} each"),
        (
            "The tests see",
            f"{sees(found.power)} of the errors in a region that is failed at: most where its "
            "prompts are much alike, least where every other one around is of another kind "
            "(simulated)",
        ),
        ("Seed", f"{found.seed}"),
    ]
    yield '<dl class="facts">'
    yield from (f"<dt>{name}</dt><dd>{esc(fact)}</dd>" for name, fact in facts)
    yield "</dl>"


def _models(found: Patterns) -> Iterator[str]:
    yield "<section><h2>Models</h2>"
    heads = (
        "Model",
        "Wrong responses",
        "Prompts",
        "Failed",
        "Severely",
        "Hot spots",
        "Tests see",
        "Together?",
    )
    names = told_apart([each.model for each in found.models], NAME)
    rows = (
        (
            name,
            rate(each).replace(" %", "\u00a0%"),
            f"{each.prompts:,}",
            f"{each.failed:,}",
            f"{each.failed_severely:,}",
            hot(each),
            _unbroken(sees(each.power)) if each.power is not None else "not tested",
            clustering(each.clustering),
        )
        for name, each in zip(names, found.models, strict=True)
    )
    yield from _table(heads, rows)
    if found.difference is not None:
        yield from (f"<p>{esc(line)}</p>" for line in difference(found.difference))
    yield "</section>"


def _unbroken(words: str) -> str:
    """Return words that are not broken into two lines."""
    return words.replace(" ", "\u00a0")


def _map(found: Patterns) -> Iterator[str]:
    if found.prompts > 1:
        yield "<section><h2>Map</h2>"
        yield from prompt_map(found)
        yield "</section>"


def _regions(found: Patterns) -> Iterator[str]:
    what = "Groups of failed prompts" if found.descriptive else "Regions that are failed at"
    yield f"<section><h2>{what}</h2>"
    if not found.regions:
        few = "too few failed prompts to group" if found.descriptive else "none was found"
        yield f'<p class="state">There is none: {few}.</p></section>'
        return
    pair = compared(found)
    names = [each.model for each in found.models] if len(found.models) <= _COLUMNS else list(pair)
    shown = dict(zip(names, told_apart(names, NAME), strict=True))
    heads = ["", "About", "Prompts", *([] if found.descriptive else ["Hot spots"])]
    heads += [f"{name} fails" for name in shown.values()]
    if len(pair) == 2:
        heads += [f"Only {shown[pair[0]]}", f"Only {shown[pair[1]]}", "Both"]
        heads += [] if found.descriptive else ["P"]
    rows = (
        _region(region, names, pair, descriptive=found.descriptive)
        for region in found.regions[:_REGIONS]
    )
    yield from _table(heads, rows)
    yield from _more(len(found.regions), _REGIONS)
    if len(pair) == 2 and not found.descriptive:
        yield (
            '<p class="how">P is that of a sign test within the region. The region was chosen for '
            "its failures, so it only describes.</p>"
        )
    for region in found.regions[:_REGIONS]:
        yield f"<details><summary>{region.id}, {esc(region.title)}: prompts</summary>"
        yield from (said(prompt) for prompt in region.examples)
        yield "</details>"
    yield "</section>"


def _region(
    region: Region, names: Sequence[str], pair: Sequence[str], *, descriptive: bool
) -> list[str]:
    row = [region.id, region.title, f"{region.prompts:,}"]
    row += [] if descriptive else [f"{region.hot:,}"]
    row += [failed(region, name) for name in names]
    if len(pair) == 2:
        row += [f"{region.only_first:,}", f"{region.only_second:,}", f"{region.both:,}"]
        row += [] if descriptive else [p_value(region.p)]
    return row


def _groups(found: Patterns) -> Iterator[str]:
    if not found.groups and found.brief is None:
        return
    yield "<section><h2>Groups of errors</h2>"
    yield from (f"<p>{esc(line)}</p>" for line in too_short(found))
    if found.groups:
        yield from _group_table(found)
    yield "</section>"


def _group_table(found: Patterns) -> Iterator[str]:
    heads = ("", "What is wrong", "Responses", "Prompts", "Models")
    yield from _table(heads, map(_group, found.groups[:_GROUPS]))
    yield from _more(len(found.groups), _GROUPS)
    for group in found.groups[:_GROUPS]:
        yield f"<details><summary>{group.id}, {esc(group.title)}: responses</summary>"
        for each in group.examples:
            yield from _example(each)
        yield "</details>"


def _group(group: ErrorGroup) -> list[str]:
    size = f"{group.responses:,}", f"{group.prompts:,}"
    return [group.id, group.title, *size, made_of(group)]


def _alone(found: Patterns) -> Iterator[str]:
    if not found.ungrouped:
        return
    among = " in no group" if found.groups else ""
    yield f"<section><h2>{count(found.ungrouped_total, 'wrong response')}{among}</h2>"
    yield "<details><summary>Some of them</summary>"
    for each in found.ungrouped[:_ALONE]:
        yield from _example(each)
    yield "</details></section>"


def _example(example: Example) -> Iterator[str]:
    yield f'<p class="label">Prompt</p><div class="asked">{said(example.prompt)}</div>'
    yield f'<p class="label">{esc(example.model)}</p>'
    yield said(example.text) if example.text else '<p class="state">No text.</p>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr>'
    yield from (f'<th scope="col">{esc(name)}</th>' for name in heads)
    yield "</tr></thead><tbody>"
    for first, *rest in rows:
        cells = "".join(f"<td>{esc(cell)}</td>" for cell in rest)
        yield f'<tr><th scope="row">{esc(first)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _more(total: int, shown: int) -> Iterator[str]:
    if total > shown:
        yield f'<p class="how">And {total - shown:,} more.</p>'
