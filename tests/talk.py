"""Small sessions with known ids and times, for the tests of what is exported and imported."""

from datetime import UTC, datetime, timedelta

from tui_arena.engine.profile import Sampler
from tui_arena.session import (
    Attempt,
    Choice,
    Corrects,
    Edit,
    MarkEntry,
    Move,
    Origin,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    SetAside,
    Timing,
    Tokens,
    Turn,
    Vote,
    Voted,
)

BEGAN = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)


def at(seconds: float) -> str:
    return (BEGAN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def mark(name: str, *, by: str = "ada", when: float = 900, action: str = "add") -> MarkEntry:
    return MarkEntry(mark=name, action=action, by=by, at=at(when))


def attempt(id: str, text: str, *, when: float, model: str = "one", **fields) -> Attempt:
    known = {
        "preset": f"/models/{model}",
        "sampler": Sampler(),
        "stop": "end",
        "tokens": Tokens(prompt=20, output=len(text.split())),
        "timing": Timing(
            submitted=at(when),
            first_token=at(when + 0.5) if text else None,
            finished=at(when + 2),
            chunks=[(500, len(text))] if text else [],
        ),
    }
    return Attempt(id=id, profile=model, text=text, **(known | fields))


def turn(
    id: str, prompt: str, *answers: Attempt, when: float, kind: str = "free", **fields
) -> Turn:
    about = fields.pop("corrects", None)
    step = fields.pop("step", None)
    asked = Prompt(text=prompt, kind=kind, at=at(when), step=step, corrects=about)
    return Turn(id=id, prompt=asked, attempts=list(answers), **fields)


def said(id: str, prompt: str, text: str, *, when: float, model: str = "one", **fields) -> Turn:
    """A turn with one answer, whose id is that of the turn and an a."""
    marks = fields.pop("marks", [])
    answer = attempt(f"{id}a", text, when=when, model=model, marks=marks)
    return turn(id, prompt, answer, when=when, **fields)


def vote(verdict: str, left: str, right: str, *, by: str = "ada", when: float = 950, **f) -> Vote:
    """A vote on the only answers of two turns."""
    return Vote(
        verdict=verdict,
        action=f.pop("action", "add"),
        left=Voted(turn=left, attempt=f.pop("left_attempt", f"{left}a")),
        right=Voted(turn=right, attempt=f.pop("right_attempt", f"{right}a")),
        by=by,
        at=at(when),
        blind=f.pop("blind", True),
    )


def session(left: list[Turn], right: list[Turn] = (), **fields) -> Session:
    systems = fields.pop("systems", ("", ""))
    names = fields.pop("models", ("one", "two"))
    panes = [
        PaneRecord(system=system, profile=name, turns=list(turns))
        for system, name, turns in zip(systems, names, (left, right), strict=True)
    ]
    known = {"id": "talk", "created": at(0), "updated": at(1000)}
    return Session(**(known | fields), panes=Panes(left=panes[0], right=panes[1]))


def everything() -> Session:
    """A session with something of all that there is."""
    system = "You are a calendar."
    left = [
        turn(
            "l1",
            "Add a meeting with Fred on Nov 11 at 5PM",
            attempt(
                "l1a",
                'Sure!\n```python\nadd("Fred", "2023-11-11")\n```',
                when=10,
                system=system,
                marks=[
                    mark("ok", when=20),
                    mark("ok", when=21, action="remove"),
                    mark("mistake", when=22),
                    mark("mistake", by="bob", when=23),
                    mark("garbage", by="bob", when=23),
                ],
            ),
            attempt(
                "l1b",
                "Fred? Who is Fre",
                when=12,
                system=system,
                stop="length",
                sampler=Sampler(temperature=0.7, top_k=40, top_p=0.9, seed=7),
            ),
            when=10,
            kind="script",
            step=1,
            choices=[
                Choice(attempt=1, by="ada", at=at(14)),
                Choice(attempt=0, by="ada", at=at(15)),
            ],
        ),
        turn(
            "l2",
            "The current year is 2024.",
            attempt(
                "l2a",
                'add("Fred", "2024-11-11")',
                when=30,
                system=system,
                marks=[mark("fixed", when=40)],
            ),
            when=30,
            kind="correction",
            corrects=Corrects(turn="l1", attempt="l1a", mark="mistake"),
        ),
        said(
            "l3",
            "Never mind.",
            "As you like.",
            when=50,
            moves=[Move(action="aside", by="ada", at=at(55))],
        ),
        turn(
            "l4",
            "=1+1 and a fence:\n````\n```\n````",
            attempt(
                "l4a",
                "Two",
                when=60,
                system=system,
                stop="stopped",
                edits=[Edit(text="Two, and a fence.", by="ada", at=at(65))],
            ),
            when=60,
        ),
        turn(
            "l5",
            "Still there?",
            attempt("l5a", "", when=70, system=system, stop="error", error="The device is gone."),
            when=70,
        ),
    ]
    right = [
        said(
            "r1",
            "Add a meeting with Fred on Nov 11 at 5PM",
            "@SUM(A1) <script>alert(1)</script>",
            when=10,
            model="two",
            kind="script",
            step=1,
        ),
        turn(
            "r2",
            "Add a meeting with Fred on Nov 11 at 5PM",
            attempt(
                "r2a", 'Sure!\n```python\nadd("Fred", "2023-11-11")\n```', when=10, system=system
            ),
            when=10,
            kind="script",
            step=1,
            origin=Origin(side="left", turn="l1", attempt="l1a", profile="one"),
        ),
        turn(
            "r3",
            "The year is wrong.",
            attempt(
                "r3a",
                'add("Fred", "2025-11-11")',
                when=80,
                model="two",
                system=system,
                marks=[mark("mistake", when=85)],
            ),
            when=80,
            kind="correction",
            corrects=Corrects(turn="r2", attempt="r2a"),
        ),
        turn(
            "r4",
            "It is 2024.",
            attempt(
                "r4a",
                'add("Fred", "2024-11-11", 17)',
                when=90,
                model="two",
                system=system,
                marks=[mark("fixed", when=95)],
            ),
            when=90,
            kind="correction",
            corrects=Corrects(turn="r3", attempt="r3a", mark="mistake"),
        ),
        turn(
            "r5",
            "שלום",
            attempt(
                "r5a",
                "half an ans",
                when=100,
                model="two",
                system=system,
                stop="stopped",
                timing=Timing(submitted=at(100)),
            ),
            when=100,
        ),
    ]
    made = session(
        left,
        right,
        id="20261122-140300-abc123",
        systems=(system, system),
        scenario="calendar",
        software={"tui-arena": "0.1.0", "device": "1 x cpu"},
        votes=[
            vote("right", "l1", "r1", when=25),
            vote("tie", "l1", "r1", by="bob", when=26, blind=False),
            vote("left", "l1", "r1", by="eve", when=27),
            vote("left", "l1", "r1", by="eve", when=28, action="remove"),
        ],
    )
    gone = said("r0", "Which day is it?", "Monday.", when=5, model="two", marks=[mark("ok")])
    made.panes.right.set_aside.append(
        SetAside(at=at(75), reason="transplant", after=1, turns=[gone])
    )
    return made
