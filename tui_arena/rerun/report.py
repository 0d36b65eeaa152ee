"""What came of running a session again, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tui_arena.rerun.findings import Finding, Findings
from tui_arena.session import Session
from tui_arena.text import columns, display_text

_PROMPT = 32
"""Characters of a prompt in the table."""


def as_table(
    findings: Findings, was: Session, now: Session, path: Path, *, ascii_only: bool = False
) -> str:
    """Lay out what was found: what differs around the answers, each answer, and what to look at."""
    head = [f"{was.id} run again as {now.id}{_how(now)}", *_conditions(findings, was)]
    heads = ("SIDE", "TURN", "PROMPT", "MODEL", "MATCH", "SAME", "")
    rows = [heads, *(_row(each) for each in findings.answers)]
    parts = ["", _summary(findings)]
    parts += _section("First differences, then and now:", _partings(findings))
    flips = (f"  {_where(each)}: {_marks(each)}" for each in findings.flips)
    parts += _section("Right then and another answer now (possible negative flips):", flips)
    if findings.flips:
        parts.append(f"Rate them with: tui-arena rate {path}")
    left_out = (f"  {line}" for line in findings.left_out)
    parts += _section("Not asked again:", left_out)
    above, below = (
        [display_text(line, ascii_only=ascii_only).replace("\n", " ") for line in lines]
        for lines in (head, parts)
    )
    return "\n".join([*above, "", columns(rows, ascii_only=ascii_only), *below])


def as_json(findings: Findings, was: Session, now: Session, path: Path) -> str:
    """Return one object for programs; plain ASCII, so that nothing can act on a terminal."""
    rerun = now.rerun
    return json.dumps(
        {
            "session": str(path),
            "id": now.id,
            "was": was.id,
            "same_context": rerun is not None and rerun.same_context,
            "answers": len(findings.answers),
            "equal": len(findings.equal),
            "shared": findings.shared,
            "length": findings.length,
            "rate": findings.rate,
            "possible_negative_flips": len(findings.flips),
            "missing": findings.missing,
            "left_out": findings.left_out,
            "changed_profiles": findings.changed,
            "software": {
                name: {"was": pair[0], "now": pair[1]} for name, pair in findings.software.items()
            },
            "turns": [_as_object(each) for each in findings.answers],
        },
        indent=1,
    ).replace("\x7f", "\\u007f")


def _as_object(found: Finding) -> dict[str, object]:
    matched, prompt = found.match, found.prompt
    return {
        "side": found.side,
        "turn": found.number,
        "attempt": found.attempt,
        "prompt": prompt.text,
        "kind": prompt.kind,
        "step": prompt.step,
        "profile": {"was": found.was.profile, "now": found.now.profile},
        "stop": {"was": found.was.stop, "now": found.now.stop},
        "unit": matched.unit,
        "shared": matched.shared,
        "length": matched.length,
        "rate": matched.rate,
        "equal": matched.equal,
        "context_differs_from_turn": found.after,
        "saw_another_context_then": found.saw_another,
        "first_difference": asdict(matched.parting) if matched.parting is not None else None,
        "marks": found.marks,
        "possible_negative_flip": found.flip,
    }


def _how(now: Session) -> str:
    same = now.rerun is not None and now.rerun.same_context
    return ", each prompt after the answers of then" if same else ""


def _conditions(findings: Findings, was: Session) -> Iterator[str]:
    if not was.software:
        yield "It is not known on what device and versions it was made."
    elif findings.software:
        yield "Equal answers are promised only on the same device and versions; these differ:"
        for name, (then, here) in findings.software.items():
            yield f"  {name}: {then or 'not known'} then, {here or 'not known'} now"
    yield from findings.changed


def _row(found: Finding) -> tuple[str, ...]:
    matched = found.match
    prompt = " ".join(found.prompt.text.split())
    cut = prompt if len(prompt) <= _PROMPT else f"{prompt[: _PROMPT - 1]}…"
    unit = "" if matched.unit == "tokens" else " words"
    return (
        found.side,
        _turn(found),
        cut,
        found.now.profile,
        _percent(matched.rate),
        f"{matched.shared}/{matched.length}{unit}",
        _result(found),
    )


def _turn(found: Finding) -> str:
    return f"{found.number}.{found.attempt}" if found.attempts > 1 else str(found.number)


def _where(found: Finding) -> str:
    return f"{found.side} {_turn(found)}"


def _percent(rate: float) -> str:
    """Return a share in whole percent; less than all is never 100."""
    return f"{int(rate * 100)} %"


def _result(found: Finding) -> str:
    if found.match.equal:
        return "equal"
    if found.after is not None:
        return f"differs, as does what it saw since turn {found.after}"
    if found.saw_another:
        return "differs, but saw another context then"
    return "differs"


def _summary(findings: Findings) -> str:
    units = Counter(each.match.unit for each in findings.answers)
    unit = " and ".join(sorted(units)) or "tokens"
    count = len(findings.answers)
    answers = "1 answer is" if count == 1 else f"{count} answers are"
    summary = (
        f"{len(findings.equal)} of {answers} equal; {_percent(findings.rate)} match "
        f"({findings.shared} of {findings.length} {unit})."
    )
    if findings.missing:
        number = findings.missing
        came = "1 answer did not come" if number == 1 else f"{number} answers did not come"
        summary += f" {came} to an end."
    return summary


def _partings(findings: Findings) -> Iterator[str]:
    for found in findings.answers:
        parting = found.match.parting
        if parting is None:
            if not found.match.equal:
                yield f"  {_where(found)}: the same text from other tokens"
            continue
        skipped = found.was.text[: parting.at - len(parting.before)]
        dots = "…" if skipped.strip() else ""
        for name, text in (("then", parting.was), ("now", parting.now)):
            head = f"  {_where(found)} {name}: "
            said = " ".join(f"{dots}{parting.before}{text or ' (ends here)'}".split())
            yield f"{head:<17}{said}"


def _marks(found: Finding) -> str:
    return "; ".join(f"{', '.join(marks)} by {rater}" for rater, marks in found.marks.items())


def _section(head: str, lines: Iterator[str]) -> list[str]:
    found = list(lines)
    return ["", head, *found] if found else []
