"""A session's file that is damaged: what can be read goes into a new one, the old one stays."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from tui_arena.broken_json import HOLE, BrokenJson
from tui_arena.migrations import VERSION, migrated, version_of
from tui_arena.salvage import Salvage
from tui_arena.session import SCHEMA, Session, SessionError
from tui_arena.session_json import decode_session, encode_session
from tui_arena.stamps import is_session_id
from tui_arena.store import fresh_file, prepare_folder, read_whole

_HOLE_IN_TEXT = re.compile("\x00{2,}|\ufffd{8,}")
_LINE_OF_A_TURN = 4
"""How deep a turn stands in the file: `panes`, side, `turns`, turn."""
_ON_A_SIDE = re.compile(r'( {1,4})(?=["{])')
_MOST_SAID = 20


class Repaired(NamedTuple):
    """What could be saved of a file."""

    session: Session | None
    """None where that is nothing."""
    lost: list[str]
    """What could not be saved, in sentences; none where the file is whole."""


def repair(raw: bytes) -> Repaired:
    """Return what can be read of a damaged session's JSON, turn by turn and field by field."""
    try:
        return Repaired(decode_session(raw), [])
    except SessionError as problem:
        said = _of_the_file(problem)
    text, lost = _readable(raw)
    plain, more = _plain(text)
    lost = [said, *lost, *more]
    try:
        plain = _as_today(plain)
        salvage = Salvage(plain)
        lost += salvage.lost
        session = salvage.session
        if session is not None:
            session = decode_session(encode_session(session))
    except SessionError as problem:
        return Repaired(None, [*lost, _of_the_file(problem)])
    return Repaired(session, lost)


def _of_the_file(problem: SessionError) -> str:
    return f"The file {problem}" if str(problem).startswith("is ") else f"The file: {problem}"


def repair_file(path: Path) -> tuple[Path | None, list[str]]:
    """Save what can be read of a file as a new session beside it; return its path and what is lost.

    The file itself stays as it is. The path is None where nothing is to be done: the file is whole,
    and nothing lost, or nothing in it can be read. Raises `SessionError` where it cannot be opened,
    or the folder takes no file.
    """
    session, lost = repair(read_whole(path))
    if session is None or not lost:
        return None, lost
    prepare_folder(path.parent)
    session.id = _speaking_id(path.stem if is_session_id(path.stem) else session.id, path.parent)
    file = fresh_file(session, path.parent)
    try:
        file.save()
    finally:
        file.close()
    return file.path, lost


def _speaking_id(old: str, folder: Path) -> str:
    number, ending = 1, "-repaired"
    while (folder / f"{old[: 100 - len(ending)]}{ending}.json").exists():
        number += 1
        ending = f"-repaired-{number}"
    return f"{old[: 100 - len(ending)]}{ending}"


def _readable(raw: bytes) -> tuple[str, list[str]]:
    """Return the text of a file, with a `HOLE` where bytes are missing, and what is lost."""
    text = raw.decode("utf-8", "replace")
    lost = []
    if broken := text.count("\ufffd") - raw.count("\ufffd".encode()):
        lost.append(f"{broken} bytes are no UTF-8; � stands in their place.")
    if zeros := text.count("\x00"):
        lost.append(f"{zeros} bytes are zero.")
    text = text.lstrip("\ufeff").rstrip("\x00\r\n ")
    text = re.sub("(?<!\x00)\x00(?!\x00)", "\ufffd", text)
    return _HOLE_IN_TEXT.sub(HOLE, text), lost


def _plain(text: str) -> tuple[Any, list[str]]:
    """Return the data of a JSON text, and which lines of it are damaged."""
    try:
        if HOLE in text:  # which a text could otherwise reach over
            raise ValueError(HOLE)
        return json.loads(text, strict=False, parse_constant=_no_constant), []
    except (ValueError, RecursionError):
        broken = BrokenJson(_with_its_head(text), boundary=_LINE_OF_A_TURN)
    said = [] if text.startswith("{") else ["The beginning of the file is missing."]
    said += [
        f"Line {line} is damaged{f', in {path}' if path else ''}."
        for line, path in sorted(broken.lost.items())
    ]
    if broken.ends_early:
        said[-1] = said[-1].replace(" is damaged", " is where the file breaks off")
    if len(said) > _MOST_SAID:
        said[_MOST_SAID:] = [f"{len(said) - _MOST_SAID} more lines are damaged."]
    return broken.value, said


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _with_its_head(text: str) -> str:
    """Put back what opens the sides where the lines that did are lost; lines keep their numbers."""
    headless = not text.startswith("{")
    if '"panes"' in text or not (headless or HOLE in text):
        return text
    lines = text.split("\n")
    lost = 0 if headless else next(n for n, line in enumerate(lines) if line.startswith("\x00"))
    for number in range(lost, len(lines)):
        if found := _ON_A_SIDE.match(lines[number]):
            break
    else:
        return text
    side = "left" if '\n  "right": ' in "\n".join(lines[number + 1 :]) else "right"
    opening = ['"panes": {', f'"{side}": {{', '"turns": ['][: len(found[1]) - 1]
    head = ("{" if headless else " ") + " ".join(opening)
    lines[lost:number] = [""] * (number - lost)
    if number > lost:
        lines[number - 1] = head
    else:
        lines[number] = head + lines[number]
    return "\n".join(lines)


def _as_today(plain: Any) -> Any:
    """Return data as this version has it; raises `SessionError` for what no damage made of it."""
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if not isinstance(schema, str):
        return plain
    alike = SequenceMatcher(None, schema[:80], SCHEMA).ratio() > 0.85
    if alike and not re.fullmatch(re.escape(SCHEMA[:-1]) + "[0-9]+", schema):
        return plain | {"schema": SCHEMA}
    version = version_of(schema)
    return plain if version == VERSION else migrated(plain, version)
