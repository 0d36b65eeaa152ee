"""The answers behind the figures: which of them are printed, links to them, and their transcripts.

Every answer stands once. A figure with several answers behind it links to a list of these, a figure
with one straight to that one. Ids are numbers, which no text of a session can shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from tui_arena.exchange.hypertext import answer, esc, said
from tui_arena.exchange.said import Said
from tui_arena.exchange.words import SIDE_WORDS, minute, prompt_label, title
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.report.cells import (
    NONE,
    counts_words,
    name,
    quote,
    signs,
    words,
)
from tui_arena.scoring.transcripts import Transcripts
from tui_arena.scoring.words import counted, short
from tui_arena.scoring.words import signs as signs_of
from tui_arena.session import Session, SessionError

MOST_ANSWERS = 1_500
"""How many transcripts a page has at most."""
MOST_CHARACTERS = 2_000_000
"""How many characters all texts in them have together, about; long ones are cut."""
MOST_IN_LIST = 200
"""How many answers a list of those behind one figure has at most."""
_SHORTEST_CUT = 500
_UNKNOWN = "Only its marks were published, not its words."


class Answers:
    """Decides which answers are printed, links to them, and writes them."""

    def __init__(self, ordered: Iterable[Reply]) -> None:
        """`ordered` are all answers of the page, those first that are to be printed first."""
        chosen: dict[bytes, Reply] = {}
        for reply in ordered:
            if len(chosen) == MOST_ANSWERS:
                break
            chosen.setdefault(reply.key, reply)
        self._printed = sorted(chosen.values(), key=_place)
        self._ids = {reply.key: f"a{n}" for n, reply in enumerate(self._printed, 1)}
        self._lists: dict[tuple[bytes, ...], tuple[str, dict[str, None], Sequence[Reply]]] = {}
        """By their answers: the id of a list, what these are, and they themselves."""
        self._systems: dict[str, str] = {}

    @property
    def count(self) -> int:
        """How many answers are printed."""
        return len(self._printed)

    def link(self, reply: Reply) -> str:
        """Return an answer's signs, as a link to it where it is printed."""
        label = f"{words(reply)}: {_whereabouts(reply)}"
        id = self._ids.get(reply.key)
        if id is None:
            return f'<span role="img" aria-label="{esc(label)}">{signs(reply)}</span>'
        return f'<a class="signs" href="#{id}" aria-label="{esc(label)}">{signs(reply)}</a>'

    def links(self, replies: Sequence[Reply], most: int) -> str:
        """Return the signs of answers, each a link; of very many the first ones."""
        shown = " ".join(self.link(reply) for reply in replies[:most])
        more = len(replies) - most
        return shown + (f' <span class="more">and {more:,} more</span>' if more > 0 else "")

    def _listed(self, replies: Sequence[Reply]) -> str:
        """Return the signs of those answers that are printed, and how many others there are."""
        printed = [reply for reply in replies if reply.key in self._ids][:MOST_IN_LIST]
        more = len(replies) - len(printed)
        return " ".join(map(self.link, printed)) + (
            f' <span class="more">and {more:,} more</span>' if more else ""
        )

    def behind(self, replies: Sequence[Reply], about: str, figure: str) -> str:
        """Return a figure, as HTML, that links to the answers behind it.

        `about` says in words what these are. Without any that is printed the figure has no link.
        """
        printed = [self._ids[reply.key] for reply in replies if reply.key in self._ids]
        if not printed or figure == NONE:
            return figure
        if len(replies) == 1:
            return f'<a class="behind" href="#{printed[0]}">{figure}</a>'
        known = tuple(reply.key for reply in replies)
        id, abouts, _ = self._lists.setdefault(known, (f"b{len(self._lists) + 1}", {}, replies))
        abouts[about] = None
        return f'<a class="behind" href="#{id}">{figure}</a>'

    def lists(self) -> Iterator[str]:
        """Yield the lists of answers behind figures, of all figures that were drawn until now."""
        if not self._lists:
            return
        yield "<section>"
        yield '<h2 id="behind">The answers behind the figures</h2>'
        yield "<p>Each sign is one answer, and leads to its transcript.</p>"
        yield '<details><summary>All lists</summary><ul class="behind-lists">'
        for id, abouts, replies in self._lists.values():
            text = esc(f"{'; '.join(abouts)}, {counted(len(replies), 'answer')}")
            yield f'<li id="{id}"><span class="by">{id}</span> <b>{text}:</b>'
            yield f"{self._listed(replies)}</li>"
        yield "</ul></details></section>"

    def transcripts(self, read: Transcripts, of: int) -> Iterator[str]:
        """Yield the transcripts; `of` is how many answers were scored."""
        yield "<section>"
        yield '<h2 id="transcripts">Transcripts</h2>'
        left = of - self.count
        told = f"{counted(self.count, 'answer')} of {of:,}."
        if left > 0:
            full = self.count == MOST_ANSWERS
            why = "would make the page too long" if full else "stand in none of the tables"
            less = "score less at once (a model, a scenario, some days), or " if full else ""
            told += (
                f" {counted(left, 'other')} {why}: {less}write a session whole with tui-arena "
                "export FILE --to html."
            )
        yield f"<p>{told}</p>"
        budget = _Budget(MOST_CHARACTERS, self.count)
        for _, replies in groupby(self._printed, key=lambda reply: reply.file):
            yield from self._session(read, list(replies), budget)
        yield "</section>"

    def _session(self, read: Transcripts, replies: list[Reply], budget: _Budget) -> Iterator[str]:
        """Yield the answers of one file, in the order of the conversations."""
        begun = False
        for reply in replies:
            try:
                found = read.said(reply)
            except SessionError as problem:
                found, lost = None, str(problem)
            if not begun:
                begun = True
                yield from self._heading(reply, found.session if found else None)
            yield "<details><summary>" + self._summary(reply) + "</summary>"
            yield f'<div class="reply" id="{self._ids[reply.key]}">'
            if found is None:
                yield f'<p class="state">It cannot be shown. {esc(lost)}</p>'
            else:
                yield from self._reply(reply, found, budget)
            yield "</div></details>"

    def _heading(self, reply: Reply, session: Session | None) -> Iterator[str]:
        if session is None:
            yield f"<h3>Session {name(reply.session)}</h3>"
            return
        yield f"<h3>{name(title(session))}</h3>"
        of = f", scenario {name(session.scenario)}" if session.scenario else ""
        yield f'<p class="how">Session {name(session.id)}, {esc(minute(session.created))}{of}</p>'

    def _summary(self, reply: Reply) -> str:
        which = f", attempt {reply.which} of {reply.of}" if reply.of > 1 else ""
        where = f"{SIDE_WORDS[reply.side]}, turn {reply.number}{which}"
        label = f'<span aria-hidden="true">{signs(reply)}</span>'
        return (
            f'<span class="by">{self._ids[reply.key]}</span> {where}, {name(reply.model)}: '
            f"{quote(reply.prompt, 60)} {label} "
            f'<span class="by">{esc(words(reply))}</span>'
        )

    def _reply(self, reply: Reply, found: Said, budget: _Budget) -> Iterator[str]:
        yield from self._system(found.system, budget)
        about = ""
        if reply.corrects is not None:
            id = self._ids.get(reply.corrects)
            about = f' of <a href="#{id}">this answer</a>' if id else " of an answer"
            about += " of the other side" if reply.borrowed else ""
        text = found.turn.prompt.text
        yield f'<div class="asked"><p class="label">{esc(prompt_label(found.turn))}{about}</p>'
        yield f"{said(text, most=budget.take(text))}</div>"
        if not reply.stands:
            yield '<p class="state">It is not in the context of later answers.</p>'
        most = budget.take(max(found.attempt.said, found.attempt.text, key=len))
        came = found.session.imported
        empty = _UNKNOWN if came is not None and came.format == "article" else "No answer."
        yield from answer(found.attempt, "Answer", most=most, empty=empty)
        if len(reply.ratings) > 1:
            yield f'<p class="how">Marks that count: {signs(reply)} {esc(words(reply))}.</p>'
        if reply.suggested is not None:
            made = counts_words(reply.suggested) or "nothing"
            kinds = f" ({esc(', '.join(reply.kinds))})" if reply.kinds else ""
            drawn = f"{signs_of(reply.suggested)} {esc(made)}{kinds}"
            yield f'<p class="how">The checker suggests: {drawn}.</p>'

    def _system(self, text: str, budget: _Budget) -> Iterator[str]:
        """Yield a system text, the first time that it is met, and a link to it from then on."""
        if not text:
            return
        known = self._systems.get(text)
        if known is None:
            known = self._systems[text] = f"y{len(self._systems) + 1}"
            yield f'<div id="{known}"><p class="label">System text {len(self._systems)}</p>'
            yield f"{said(text, most=budget.take(text))}</div>"
        else:
            yield f'<p class="how"><a href="#{known}">System text {known[1:]}</a></p>'


class _Budget:
    """Characters that are left for all texts; each may take some times its fair share of these."""

    def __init__(self, characters: int, answers: int) -> None:
        self._left, self._texts = characters, max(1, 2 * answers)

    def take(self, text: str) -> int:
        """Return how many characters of a text are shown."""
        most = max(_SHORTEST_CUT, 8 * self._left // max(1, self._texts))
        self._left = max(0, self._left - min(len(text), most))
        self._texts -= 1
        return most


def _place(reply: Reply) -> tuple[int, bool, int, int, int]:
    return reply.file, reply.side == "right", reply.line, reply.number, reply.which


def _whereabouts(reply: Reply) -> str:
    which = f", attempt {reply.which}" if reply.of > 1 else ""
    return f"{short(reply.model, 40)}, turn {reply.number}{which}"
