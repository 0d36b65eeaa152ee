"""How a session is written as JSON, and read back.

The layout is for people and for `git diff`: a line for each field of a turn and an attempt, and for
each mark, but none for each number of a long list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from tui_arena.migrations import VERSION, migrated, version_of
from tui_arena.session import (
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
_BEGINS_WITH_SCHEMA = re.compile(rb'\s*\{\s*"schema"')

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Session)


class DamagedError(SessionError):
    """A file that is no JSON, or not all of it."""


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
    """Return the session in a JSON text; one of an older version as it is today.

    Raises `SessionError` with what is wrong, in words that go on after a file's name and a colon.
    """
    try:
        session = _decode(raw)
    except msgspec.ValidationError as problem:
        raise SessionError(in_plain_words(str(problem), Session)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise DamagedError(f"is damaged, it is not whole JSON ({problem}).") from None
    _check(session)
    return session


def _decode(raw: bytes) -> Session:
    try:
        session = _decoder.decode(raw)
        if not _BEGINS_WITH_SCHEMA.match(raw):  # as all of ours do; others are read once more
            version_of(_head_decoder.decode(raw).schema)
        return session
    except msgspec.ValidationError:  # only now it is worth a look which version this is
        version = version_of(_head_decoder.decode(raw).schema)
        if version == VERSION:
            raise
    return msgspec.convert(migrated(msgspec.json.decode(raw), version), Session)


def _check(session: Session) -> None:
    """Refuse what the types cannot: times that are none, a selected attempt that is not there."""
    _check_times("the session", _times(session))
    for side in SIDES:
        record = session.panes[side]
        _check_turns(side, record.turns)
        for number, gone in enumerate(record.set_aside, 1):
            where = f"what was set aside on the {side}, {number}"
            _check_times(where, [("at", gone.at)])
            _check_turns(where, gone.turns)


def _check_turns(where: str, turns: list[Turn]) -> None:
    for number, turn in enumerate(turns, 1):
        have = len(turn.attempts)
        for name, index in _attempts_named(turn):
            if index >= have:
                raise SessionError(
                    f"turn {number} of {where}: `{name}` is {index}, "
                    f"but it counts from 0 and there are {have} attempts."
                )
        _check_times(f"turn {number} of {where}", _times_of_turn(turn))


def _check_times(where: str, times: Iterable[tuple[str, str | None]]) -> None:
    for name, at in times:
        if at is not None and not is_time(at):
            raise SessionError(
                f"{where}: {name}: “{at[:80]}” is not a time with its time zone (ISO 8601)."
            )


def _attempts_named(turn: Turn) -> Iterator[tuple[str, int]]:
    yield "selected", turn.selected
    for choice in turn.choices:
        yield "attempt of a choice", choice.attempt


def _times(session: Session) -> Iterator[tuple[str, str | None]]:
    yield "created", session.created
    yield "updated", session.updated
    if session.imported is not None:
        yield "imported.at", session.imported.at
    for vote in session.votes:
        yield "at of a vote", vote.at
    for stretch in session.blind:
        yield "began of a blind stretch", stretch.began
        yield "ended of a blind stretch", stretch.ended


def _times_of_turn(turn: Turn) -> Iterator[tuple[str, str | None]]:
    yield "prompt.at", turn.prompt.at
    for choice in turn.choices:
        yield "at of a choice", choice.at
    for move in turn.moves:
        yield "at of a move", move.at
    for attempt in turn.attempts:
        timing = attempt.timing
        yield "timing.submitted", timing.submitted
        yield "timing.first_token", timing.first_token
        yield "timing.finished", timing.finished
        for entry in attempt.marks:
            yield "at of a mark", entry.at
        for edit in attempt.edits:
            yield "at of an edit", edit.at
        for continuation in attempt.continued:
            yield "at of a continuation", continuation.at


def is_time(at: str) -> bool:
    """Say whether a text is a time with its time zone (ISO 8601)."""
    try:
        return datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False
