"""Sessions made of what was read of another format; their ids follow from it.

Nothing is invented: each time is the one that the source has for the whole record, or else that of
the import, and an answer ends when it was asked for and has no chunks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from tui_arena.engine.profile import Sampler
from tui_arena.exchange.found import Found, FoundVote
from tui_arena.exchange.messages import Dialog
from tui_arena.session import (
    SCHEMA,
    SIDES,
    Attempt,
    Imported,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    Side,
    Timing,
    Turn,
    Vote,
    Voted,
)

UNKNOWN_MODEL = "unknown"


def as_session(found: Found, *, format: str, file: str, at: str) -> Session:
    """Make a session of a record; `at` is the time of the import."""
    said = _time(found.at) or at
    digest = _digest(found, format)
    right = found.right or Dialog("", ())
    dialogs: dict[Side, Dialog] = {"left": found.left, "right": right}
    panes = {
        side: PaneRecord(
            system=dialogs[side].system,
            profile=(model or UNKNOWN_MODEL) if dialogs[side].exchanges else "",
            turns=list(_turns(dialogs[side], model or UNKNOWN_MODEL, digest, said)),
        )
        for side, model in zip(SIDES, found.models, strict=True)
    }
    return Session(
        schema=SCHEMA,
        id=session_id(found.id, format, digest),
        created=said,
        updated=at,
        imported=Imported(format=format, id=found.id, file=file, at=at),
        votes=[_vote(found.vote, panes, said)] if found.vote else [],
        panes=Panes(left=panes["left"], right=panes["right"]),
    )


def _turns(dialog: Dialog, model: str, digest: str, at: str) -> Iterator[Turn]:
    for number, (prompt, answer) in enumerate(dialog.exchanges, 1):
        attempt = Attempt(
            id=f"{digest}-{number}",
            profile=model,
            system=dialog.system,
            sampler=Sampler(),
            text=answer,
            stop="end",
            timing=Timing(submitted=at, finished=at),
        )
        yield Turn(id=f"{digest}-{number}", prompt=Prompt(text=prompt, at=at), attempts=[attempt])


def _vote(vote: FoundVote, panes: dict[Side, PaneRecord], at: str) -> Vote:
    left, right = (panes[side].turns[vote.turn - 1] for side in SIDES)
    return Vote(
        verdict=vote.verdict,
        action="add",
        left=Voted(turn=left.id, attempt=left.response.id),
        right=Voted(turn=right.id, attempt=right.response.id),
        by=vote.by,
        at=at,
        blind=vote.blind,
    )


def session_id(name: str, format: str, digest: str) -> str:
    """Return an id that follows from the source: the same one always has the same."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name)[:40].strip("-")
    return "-".join(filter(None, (format, readable, digest)))


def _digest(found: Found, format: str) -> str:
    """Return a digest of what a record is called, or of its words where it has no name."""
    named: list[str] = [format, found.id, *found.models]
    if not found.id:
        for dialog in filter(None, (found.left, found.right)):
            named += [dialog.system, *(text for pair in dialog.exchanges for text in pair)]
    return digest_of(named)


def digest_of(texts: Iterable[str]) -> str:
    """Return a digest of texts in their order."""
    whole = hashlib.blake2b(digest_size=6)
    for text in texts:
        raw = text.encode("utf-8", "replace")
        whole.update(len(raw).to_bytes(8) + raw)
    return whole.hexdigest()


def _time(seconds: float | None) -> str | None:
    """Return a time of the source as sessions have it; None for what is no time."""
    if seconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment.isoformat(timespec="microseconds")
