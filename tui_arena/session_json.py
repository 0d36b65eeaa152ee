"""How a session is written as JSON, and read back.

The layout is for people and for `git diff`: a line for each field of a turn and an attempt, and for
each mark, but none for each number of a long list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

import msgspec

from tui_arena.session import (
    SCHEMA,
    SIDES,
    Attempt,
    PaneRecord,
    Panes,
    Rerun,
    Session,
    SessionError,
    SetAside,
    Turn,
)
from tui_arena.shape import in_plain_words

_OPEN = (Session, Rerun, Panes, PaneRecord, SetAside, Turn, Attempt)
_ACTS_ON_TERMINALS = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
"""DEL, C1, line separators and bidi controls in UTF-8: JSON may carry them, `cat` should not."""
_FAMILY = SCHEMA.rpartition("/")[0] + "/"

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Session)


class _Head(msgspec.Struct):
    schema: str = ""


_head_decoder = msgspec.json.Decoder(_Head)


def encode_session(session: Session) -> bytes:
    """Return the JSON of a session, laid out in lines, in UTF-8; safe to show on a terminal."""
    return b"".join(SessionText().parts(session))


class _Kept(NamedTuple):
    """A turn as it was laid out last, and what it was then."""

    turn: Turn
    margin: bytes
    raw: bytes
    laid_out: bytes


class SessionText:
    """The JSON of one session, kept turn by turn: to lay it out anew costs what changed in it."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def parts(self, session: Session, changed: Collection[Turn] | None = None) -> list[bytes]:
        """Return the JSON of a session as it is now, in parts; see `encode_session`.

        `changed` are the turns that may be others than when this was called last; None means any.
        """
        before, self._kept = self._kept, {}
        ids = None if changed is None else {id(turn) for turn in changed}

        def turn_text(turn: Turn, margin: bytes) -> bytes:
            kept = before.get(id(turn))
            if kept is not None and (kept.turn is not turn or kept.margin != margin):
                kept = None
            if kept is None or ids is None or id(turn) in ids:
                raw = _raw(turn)
                if kept is None or kept.raw != raw:
                    parts: list[bytes] = []
                    _lay_out_struct(parts, turn, margin, turn_text)
                    kept = _Kept(turn, margin, raw, b"".join(parts))
            self._kept[id(turn)] = kept
            return kept.laid_out

        parts: list[bytes] = []
        _lay_out(parts, session, b"\n", turn_text)
        parts.append(b"\n")
        return parts


_TurnText = Callable[[Turn, bytes], bytes]


def _lay_out(parts: list[bytes], value: object, margin: bytes, turn_text: _TurnText) -> None:
    """Append the JSON of a value; `margin` is a newline and the indent of the line it starts on."""
    if isinstance(value, Turn):
        parts.append(turn_text(value, margin))
    elif isinstance(value, _OPEN):
        _lay_out_struct(parts, value, margin, turn_text)
    elif isinstance(value, list) and value and isinstance(value[0], msgspec.Struct):
        inner, separator = margin + b" ", b"["
        for item in value:
            parts.append(separator + inner)
            _lay_out(parts, item, inner, turn_text)
            separator = b","
        parts.append(margin + b"]")
    else:
        parts.append(in_one_line(value))


def _lay_out_struct(
    parts: list[bytes], value: msgspec.Struct, margin: bytes, turn_text: _TurnText
) -> None:
    inner, separator = margin + b" ", b"{"
    for name in value.__struct_fields__:
        parts.append(b'%b%b"%b": ' % (separator, inner, name.encode()))
        _lay_out(parts, getattr(value, name), inner, turn_text)
        separator = b","
    parts.append(margin + b"}")


def _raw(value: object) -> bytes:
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:  # half a surrogate pair, say from a broken paste
        plain = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
        return plain.encode("utf-8", "replace")


def in_one_line(value: object) -> bytes:
    """Return the JSON of a value in one line, in UTF-8; safe to show on a terminal."""
    raw = _raw(value)
    if raw.isascii() and b"\x7f" not in raw:
        return raw
    return _ACTS_ON_TERMINALS.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), raw)


def decode_session(raw: bytes) -> Session:
    """Return the session in a JSON text.

    Raises `SessionError` with what is wrong, in words that go on after a file's name and a colon.
    """
    try:
        schema = _head_decoder.decode(raw).schema
        if schema != SCHEMA:
            raise SessionError(_not_ours(schema))
        session = _decoder.decode(raw)
    except msgspec.ValidationError as problem:
        raise SessionError(in_plain_words(str(problem), Session)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise SessionError(f"is damaged, it is not whole JSON ({problem}).") from None
    _check(session)
    return session


def _not_ours(schema: str) -> str:
    if not schema:
        return f"is not a session: it has no `schema` that says “{SCHEMA}”."
    if schema.startswith(_FAMILY):
        return (
            f"is a session of another version, “{schema[:80]}”, and this program reads "
            f"“{SCHEMA}”; use the version of tui-arena that wrote it, or a newer one."
        )
    return f"is not a session of the arena: its `schema` is “{schema[:80]}”, not “{SCHEMA}”."


def _check(session: Session) -> None:
    """Refuse what the types cannot: times that are none, a selected attempt that is not there."""
    _check_time("created", session.created)
    _check_time("updated", session.updated)
    if session.imported is not None:
        _check_time("imported.at", session.imported.at)
    for vote in session.votes:
        _check_time("at of a vote", vote.at)
    for stretch in session.blind:
        for name in ("began", "ended"):
            at = getattr(stretch, name)
            if at is not None:
                _check_time(f"{name} of a blind stretch", at)
    for side in SIDES:
        for number, turn in enumerate(session.panes[side].turns, 1):
            _check_turn(f"turn {number} of {side}", turn)
        for aside, gone in enumerate(session.panes[side].set_aside, 1):
            where = f"what was set aside on the {side}, {aside}"
            _check_time(f"{where}: at", gone.at)
            for number, turn in enumerate(gone.turns, 1):
                _check_turn(f"{where}: turn {number}", turn)


def _check_turn(where: str, turn: Turn) -> None:
    if turn.selected >= len(turn.attempts):
        raise SessionError(
            f"{where}: `selected` is {turn.selected}, "
            f"but it counts from 0 and there are {len(turn.attempts)} attempts."
        )
    for choice in turn.choices:
        if choice.attempt >= len(turn.attempts):
            raise SessionError(
                f"{where}: `choices` names attempt {choice.attempt}, "
                f"but it counts from 0 and there are {len(turn.attempts)} attempts."
            )
    _check_time(f"{where}: prompt.at", turn.prompt.at)
    for at in [choice.at for choice in turn.choices] + [move.at for move in turn.moves]:
        _check_time(f"{where}: at of a choice or move", at)
    for attempt in turn.attempts:
        timing = attempt.timing
        for name in ("submitted", "first_token", "finished"):
            at = getattr(timing, name)
            if at is not None:
                _check_time(f"{where}: timing.{name}", at)
        for entry in attempt.marks:
            _check_time(f"{where}: at of a mark", entry.at)
        for edit in attempt.edits:
            _check_time(f"{where}: at of an edit", edit.at)
        for continuation in attempt.continued:
            _check_time(f"{where}: at of a continuation", continuation.at)


def _check_time(where: str, at: str) -> None:
    try:
        zoned = datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        raise SessionError(f"{where}: “{at[:80]}” is not a time with its time zone (ISO 8601).")
