"""From plain data that is damaged to a session: each field that can be kept, and what cannot."""

from __future__ import annotations

import types
from collections.abc import Callable
from difflib import get_close_matches
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import msgspec

from tui_arena.engine.profile import Sampler
from tui_arena.session import (
    SCHEMA,
    Attempt,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    SetAside,
    Timing,
    Turn,
)
from tui_arena.session_json import is_time
from tui_arena.stamps import Time, new_id, new_session_id, now


class _Unfit(Exception):
    """A value that cannot be what it should."""


class _StandIn(NamedTuple):
    said: str
    make: Callable[[Salvage], Any]


class Salvage:
    """A session out of plain data; `session` is None where the data holds none."""

    def __init__(self, plain: object) -> None:
        self.lost: list[str] = []
        """What could not be kept, in sentences."""
        self._time = ""
        """The last time that was read: what comes next was not long after it."""
        self.session: Session | None = None
        try:
            self.session = self._fit(Session, plain, "")
        except _Unfit as problem:
            self.lost.append(f"It is no session: {problem}.")

    def moment(self) -> str:
        """Return the time that stands in for one that cannot be read."""
        return self._time or now()

    def turn(self) -> Turn:
        """Return an empty turn."""
        at = self.moment()
        return Turn(id=new_id(), prompt=Prompt(text="", at=at), attempts=[self.attempt()])

    def attempt(self) -> Attempt:
        """Return an empty response, which is no part of any context."""
        timing = Timing(submitted=self.moment())
        return Attempt(id=new_id(), profile="", sampler=Sampler(), timing=timing)

    def _fit(self, kind: Any, plain: object, where: str) -> Any:
        if kind == Time:
            return self._fit_time(plain)
        origin, inside = get_origin(kind), get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._fit_record(kind, plain, where)
        if origin in (Union, types.UnionType) and any(kind is type(None) for kind in inside):
            if plain is None:
                return None
            (other,) = (kind for kind in inside if kind is not type(None))
            return self._fit(other, plain, where)
        if origin is Annotated and get_origin(inside[0]) is list:
            return self._fit(inside[0], plain, where)
        if origin is list and isinstance(inside[0], type) and issubclass(inside[0], msgspec.Struct):
            return self._fit_items(inside[0], plain, where)
        if origin is list and get_origin(inside[0]) is tuple:
            return self._fit_beginning(inside[0], plain, where)
        try:
            return msgspec.convert(plain, kind)
        except msgspec.ValidationError as problem:
            said = str(problem).partition(" - at `$")[0]
            raise _Unfit(said[:1].lower() + said[1:]) from None

    def _fit_time(self, plain: object) -> str:
        if not isinstance(plain, str) or not is_time(plain):
            raise _Unfit("no time with its time zone")
        self._time = plain
        return plain

    def _fit_beginning(self, kind: Any, plain: object, where: str) -> list[Any]:
        """Keep what comes before the first item that is wrong; what comes after counts on it."""
        if not isinstance(plain, list):
            raise _Unfit("no list")
        items: list[Any] = []
        for number, item in enumerate(plain):
            try:
                items.append(self._fit(kind, item, where))
            except _Unfit as problem:
                self.lost.append(f"{where}[{number}]: {problem}; from there on it is left out.")
                break
        return items

    def _fit_items(self, kind: type[msgspec.Struct], plain: object, where: str) -> list[Any]:
        if not isinstance(plain, list):
            raise _Unfit("no list")
        items: list[Any] = []
        for number, item in enumerate(plain):
            place = f"{where}[{number}]"
            try:
                items.append(self._fit(kind, item, place))
            except _Unfit as problem:
                if kind is Attempt:  # others are counted by their places
                    items.append(self.attempt())
                    self.lost.append(f"{place}: {problem}; an empty response stands in its place.")
                else:
                    self.lost.append(f"{place}: {problem}; it is left out.")
        return items

    def _fit_record(self, kind: type[msgspec.Struct], plain: object, where: str) -> Any:
        if not isinstance(plain, dict):
            raise _Unfit("no object")
        known = msgspec.structs.fields(kind)
        plain = self._with_known_keys({field.encode_name for field in known}, plain, where)
        values: dict[str, Any] = {}
        for field in known:
            name, place = field.encode_name, f"{where}.{field.encode_name}".lstrip(".")
            problem = "missing"
            if name in plain:
                try:
                    values[name] = self._fit(field.type, plain[name], place)
                    continue
                except _Unfit as found:
                    problem = str(found)
            stand_in = _STAND_INS.get((kind, name))
            if stand_in is not None:
                values[name] = stand_in.make(self)
                self.lost.append(f"{place}: {problem}; {stand_in.said} stands in its place.")
            elif field.required:
                raise _Unfit(
                    f"`{name}` is missing" if problem == "missing" else f"{name}: {problem}"
                )
            elif name in plain:
                self.lost.append(f"{place}: {problem}; it is left out.")
        made = kind(**values)
        if isinstance(made, Turn):
            self._mend_choice(made, where)
        return made

    def _with_known_keys(
        self, known: set[str], plain: dict[str, Any], where: str
    ) -> dict[str, Any]:
        """Return the data under keys that are known, those with a wrong letter by what they are."""
        kept = {key: plain[key] for key in plain if key in known}
        for key in plain.keys() - known:
            missing = sorted(known - kept.keys())
            close = missing if not key and len(missing) == 1 else get_close_matches(key, missing, 1)
            place = f"{where}.{key[:80]}".lstrip(".")
            if close:
                kept[close[0]] = plain[key]
                self.lost.append(f"{place}: an unknown key; it was taken for `{close[0]}`.")
            else:
                self.lost.append(f"{place}: an unknown key; it is left out.")
        return kept

    def _mend_choice(self, turn: Turn, where: str) -> None:
        have = len(turn.attempts)
        if not have:
            turn.attempts.append(self.attempt())
            self.lost.append(f"{where}: no response; an empty one stands in its place.")
        elif turn.selected >= have:
            self.lost.append(f"{where}.selected: names no response; the last one is taken.")
            turn.selected = have - 1
        kept = [choice for choice in turn.choices if choice.attempt < len(turn.attempts)]
        if len(kept) < len(turn.choices):
            self.lost.append(f"{where}.choices: names no response; that is left out.")
            turn.choices = kept
        turn.selected = min(turn.selected, len(turn.attempts) - 1)


_STAND_INS: dict[tuple[type[msgspec.Struct], str], _StandIn] = {
    (Session, "schema"): _StandIn("this version's", lambda _: SCHEMA),
    (Session, "id"): _StandIn("a new one", lambda _: new_session_id()),
    (Session, "created"): _StandIn("now", Salvage.moment),
    (Session, "updated"): _StandIn("the time before it", Salvage.moment),
    (Panes, "left"): _StandIn("an empty side", lambda _: PaneRecord(system="")),
    (Panes, "right"): _StandIn("an empty side", lambda _: PaneRecord(system="")),
    (PaneRecord, "system"): _StandIn("an empty text", lambda _: ""),
    (SetAside, "at"): _StandIn("the time before it", Salvage.moment),
    (SetAside, "reason"): _StandIn("`transplant`", lambda _: "transplant"),
    (SetAside, "after"): _StandIn("0", lambda _: 0),
    (SetAside, "turns"): _StandIn("none", lambda _: []),
    (Turn, "id"): _StandIn("a new one", lambda _: new_id()),
    (Turn, "prompt"): _StandIn("an empty one", lambda it: it.turn().prompt),
    (Turn, "attempts"): _StandIn("an empty one", lambda it: [it.attempt()]),
    (Prompt, "text"): _StandIn("an empty text", lambda _: ""),
    (Prompt, "at"): _StandIn("the time before it", Salvage.moment),
    (Attempt, "id"): _StandIn("a new one", lambda _: new_id()),
    (Attempt, "profile"): _StandIn("an empty name", lambda _: ""),
    (Attempt, "sampler"): _StandIn("a greedy one", lambda _: Sampler()),
    (Attempt, "timing"): _StandIn("the time before it", lambda it: it.attempt().timing),
    (Timing, "submitted"): _StandIn("the time before it", Salvage.moment),
}
"""What stands in for a field that must be there, so that the rest around it is kept."""
