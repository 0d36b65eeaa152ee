"""From what was gathered of sessions to the responses that patterns are looked for in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui_arena.checking.findings import NAMELESS
from tui_arena.exchange.realmistake import kind_of
from tui_arena.exchange.said import Said
from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import Tell
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.transcripts import Transcripts


def responses_of(
    found: Gathered, tell: Tell, said_of: Callable[[Reply], Said] | None = None
) -> list[Response]:
    """Return a response for each reply, with its text where it is wrong.

    A reply is wrong where a fault is marked. The reply to a correction belongs to the prompt whose
    answer was corrected, and says of that answer whether it was put right. `said_of` finds the
    words of a reply; where it is left out, they are read from the files, and `SessionError` is
    raised where one of these has changed meanwhile.
    """
    replies = {reply.key: reply for reply in found.replies}
    mended = set(_mended(found.replies, replies))
    said_of = said_of or Transcripts(found.files).said
    responses = []
    for number, reply in enumerate(found.replies):
        if number % 500 == 0:
            tell("Reading the wrong answers", number / len(found.replies))
        wrong = reply.severity > 0 if reply.rated else None
        first = _first(reply, replies)
        responses.append(
            Response(
                key=reply.key.hex(),
                model=reply.model,
                prompt=first.prompt,
                text=_text(said_of(reply)) if wrong else "",
                wrong=wrong,
                severity=reply.severity,
                kinds=(*_named(reply), *_described(reply)) if wrong else (),
                fixed=reply.key in mended,
                corrects=reply.kind == "correction",
            )
        )
    return responses


def _named(reply: Reply) -> list[str]:
    """Return the kinds of mistakes that a checker found, but for those that say only "wrong"."""
    return [kind for kind in reply.kinds if kind not in NAMELESS]


def _described(reply: Reply) -> Iterable[str]:
    """Yield the kinds of mistakes that people found, where an import brought them."""
    for rating in reply.ratings:
        if kind := kind_of(rating.by):
            yield kind


def _text(said: Said) -> str | None:
    """Return the words of an answer; None where its session has only marks."""
    came = said.session.imported
    marks_alone = came is not None and came.format == "article"
    return said.attempt.text or (None if marks_alone else "")


def _mended(found: Sequence[Reply], replies: dict[bytes, Reply]) -> Iterable[bytes]:
    """Yield the keys of wrong replies that a correction put right, at once or after some more."""
    for reply in found:
        if reply.right and reply.kind == "correction":
            yield from _chain(reply, replies)


def _first(reply: Reply, replies: dict[bytes, Reply]) -> Reply:
    """Return the reply that a correction is about in the end; itself where it is to none."""
    *_, last = reply.key, *_chain(reply, replies)
    return replies[last]


def _chain(reply: Reply, replies: dict[bytes, Reply]) -> list[bytes]:
    """Return the keys of what a correction is about, and what that is about, as far as known."""
    met = [reply.key]
    while (about := reply.corrects) is not None and about in replies and about not in met:
        met.append(about)
        reply = replies[about]
    return met[1:]
