"""Sessions with exact times, made by hand; times are seconds since the session began."""

from datetime import UTC, datetime, timedelta

from tui_arena.engine.profile import Sampler
from tui_arena.session import (
    Attempt,
    MarkEntry,
    Origin,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    Timing,
    Tokens,
    Turn,
    Vote,
    Voted,
)

BEGAN = datetime(2026, 11, 22, 14, 3, 0, tzinfo=UTC)


def clock(seconds: float) -> str:
    return (BEGAN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def attempt(
    name: str,
    words: str,
    *,
    at: float,
    pace: float = 0.1,
    first: float = 0.5,
    finished: bool = True,
    marks: list[MarkEntry] | None = None,
    **more,
) -> Attempt:
    """An answer whose words come one after the other, the first one after `first` seconds."""
    pieces = [f"{word} " for word in words.split(" ")]
    pieces[-1] = pieces[-1][:-1]
    chunks = [
        (round(1000 * (first + pace * n)), len(piece)) for n, piece in enumerate(pieces) if words
    ]
    last = chunks[-1][0] / 1000 if chunks else first
    return Attempt(
        id=name,
        profile=more.pop("profile", "one"),
        sampler=Sampler(),
        text=more.pop("text", words),
        stop=more.pop("stop", "end" if finished else "stopped"),
        tokens=Tokens(prompt=10, output=len(chunks) + 1),
        timing=Timing(
            submitted=clock(at),
            first_token=clock(at + first) if chunks else None,
            finished=clock(at + last + 0.1) if finished else None,
            chunks=chunks,
        ),
        token_ids=[1] * len(chunks) if finished else [],
        marks=marks or [],
        **more,
    )


def turn(name: str, prompt: str, *attempts: Attempt, at: float, kind="free", **more) -> Turn:
    return Turn(
        id=name, prompt=Prompt(text=prompt, at=clock(at), kind=kind), attempts=[*attempts], **more
    )


def copy(name: str, of: Turn) -> Turn:
    """A turn copied from the right side."""
    said = of.response
    return Turn(
        id=name,
        prompt=of.prompt,
        attempts=[said],
        origin=Origin(side="right", turn=of.id, attempt=said.id, profile=said.profile),
    )


def mark(name: str, at: float, action="add", by="ada") -> MarkEntry:
    return MarkEntry(mark=name, action=action, by=by, at=clock(at))


def vote(verdict: str, left: Turn, right: Turn, at: float, action="add", by="ada") -> Vote:
    said = [Voted(turn=each.id, attempt=each.response.id) for each in (left, right)]
    return Vote(
        verdict=verdict, action=action, left=said[0], right=said[1], by=by, at=clock(at),
        blind=False,
    )  # fmt: skip


def session(left: list[Turn] = (), right: list[Turn] = (), **more) -> Session:
    aside = more.pop("set_aside", [])
    return Session(
        id="20261122-140300-abcdef",
        created=clock(0),
        updated=clock(0),
        panes=Panes(
            left=PaneRecord(system="", profile="one", turns=[*left], set_aside=aside),
            right=PaneRecord(system="", profile="two", turns=[*right]),
        ),
        **more,
    )


def sitting() -> Session:
    """Two turns on the left, one on the right; marks, a correction, and a vote."""
    wrong = attempt(
        "a1", "It is a mistake", at=0,
        marks=[mark("ok", 2), mark("ok", 2.5, "remove"), mark("mistake", 3)],
    )  # fmt: skip
    left = [
        turn("t1", "What is it?", wrong, at=0),
        turn("t2", "Think again.", attempt("a2", "It is **right** now", at=20), at=20,
             kind="correction"),
    ]  # fmt: skip
    right = [turn("u1", "What is it?", attempt("b1", "\n".join("abcde"), at=0.01), at=0.01)]
    right[0].attempts[0].profile = "two"
    return session(left, right, scenario="calendar", votes=[vote("left", left[1], right[0], 30)])
