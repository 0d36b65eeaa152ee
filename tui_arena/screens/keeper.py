"""What the arena does with saved sessions: names, deletes, replays them, goes on with one.

The session that is open is changed where it is, in memory; the others in their files.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from tui_arena.command import Command
from tui_arena.engine.profile import Profile
from tui_arena.engine.shelf import Shelf
from tui_arena.errors import ArenaError
from tui_arena.keymap.replaying import going_back
from tui_arena.library.deeds import Deed, Name, fork_whole, rename, retag, throw_away, undo
from tui_arena.library.entry import Saved, entry_of
from tui_arena.library.listing import read_file
from tui_arena.library.naming import Change, changed, clean_tags, clean_title, name_session
from tui_arena.library.reopening import old_file
from tui_arena.replay.timeline import Timeline
from tui_arena.scenario import Scenario, find_scenario
from tui_arena.screens import routing
from tui_arena.screens.replay_stage import Showing
from tui_arena.screens.sitting import Sitting
from tui_arena.screens.stage import Stage
from tui_arena.session import SIDES, Session, SessionError
from tui_arena.store import SessionFile, load_session


class Keeper:
    """Acts for the page of sessions; files are read and written in threads.

    Every method raises `SessionError` with one sentence where nothing was done.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @property
    def folder(self) -> Path:
        """Where the sessions lie: beside the one that is open."""
        return self._stage.file.path.parent

    def commands(self, page: str) -> Sequence[Command]:
        """Return the commands of a page with the keys that are in force."""
        return self._stage.sitting.pages[page]

    def is_open(self, path: Path) -> bool:
        """Whether it is the session that is open here."""
        return path == self._stage.file.path

    async def rename(self, path: Path, title: str) -> Saved:
        """Give a session a title; return what is known of it now."""
        return await self._name(path, lambda name: rename(path, clean_title(title), name))

    async def retag(self, path: Path, tags: str) -> Saved:
        """Give a session the tags that stand between commas; return what is known of it now."""
        return await self._name(path, lambda name: retag(path, clean_tags([tags]), name))

    async def delete(self, path: Path) -> None:
        """Move a session into the trash."""
        if self.is_open(path):
            raise SessionError("This session is open; open another one first.")
        self._deeds.append(await asyncio.to_thread(throw_away, path))

    async def fork(self, path: Path) -> Saved:
        """Fork a session after its last turn; return what is known of the fork."""
        if self.is_open(path):
            self._refuse_while_answering()
            await self._save()
        deed = await asyncio.to_thread(fork_whole, path)
        self._deeds.append(deed)
        return await asyncio.to_thread(read_file, deed.path)

    async def undo(self) -> tuple[Deed, Saved | None]:
        """Take the last deed back; return it and the session, None where that is gone."""
        if not self._deeds:
            raise SessionError("There is nothing to undo.")
        deed = self._deeds[-1]
        if self.is_open(deed.path):
            if deed.back is None:
                raise SessionError("That fork is open; open another session first.")
            undo(deed, self._change_open)
            back: Path | None = deed.path
        else:
            back = await asyncio.to_thread(undo, deed)
        self._deeds.remove(deed)
        return deed, await self.look(back) if back is not None else None

    async def look(self, path: Path) -> Saved:
        """Return what is known of a session now."""
        if self.is_open(path):
            return Saved(path, entry_of(self._stage.file.session))
        return await asyncio.to_thread(read_file, path)

    async def replay(self, path: Path) -> Showing:
        """Make all ready to replay a session; the one that is open plays as far as it has come."""
        if self.is_open(path):
            raw = msgspec.msgpack.encode(self._stage.file.session)  # it goes on meanwhile
            session = await asyncio.to_thread(msgspec.msgpack.decode, raw, type=Session)
        else:
            session = await asyncio.to_thread(load_session, path)
        return Showing(
            timeline=await asyncio.to_thread(Timeline, session),
            signs=self._stage.signs,
            commands=going_back(self.commands("replay")),
            goes_back=True,
            slow_link=self._stage.sitting.slow_link,
        )

    async def prepare(self, path: Path, *, as_now: bool = False) -> Sitting:
        """Make all ready to go on with another session; the one that is open is saved.

        Its models are those that it had last, where their profiles are known; with `as_now` those
        of the sides now, and blind stays blind. Raises ArenaError where that cannot be.
        """
        if self.is_open(path):
            raise SessionError("This session is open already.")
        self._refuse_while_answering()
        file, copied = await asyncio.to_thread(old_file, path)
        with contextlib.ExitStack() as undone:
            undone.callback(file.close)
            sitting = await self._prepared(file, copied, as_now=as_now)
            undone.pop_all()
        return sitting

    async def _prepared(self, file: SessionFile, copied: str, *, as_now: bool) -> Sitting:
        stage = self._stage
        await self._save()
        now = tuple(stage.sides[side].conversation.profile for side in SIDES)
        left, right = now
        pair, says, scenario = (left, right), "", stage.script.scenario
        if not as_now:
            pair, says = await asyncio.to_thread(self._pair, file.session, (left, right))
            scenario = await asyncio.to_thread(self._scenario, file.session.scenario)
        saved = Saved(file.path, entry_of(file.session))
        self._refuse_while_answering()  # a prompt may have gone out since
        return replace(
            stage.sitting,
            file=file,
            profiles=pair,
            scenario=scenario,
            first_run=False,
            blind=as_now and stage.blind,
            draft=stage.prompt.text,
            says=" ".join(filter(None, (copied, says))) or f"Opened: {saved.called}",
            seen=tuple({one.name: one for one in (*stage.sitting.seen, *now)}.values()),
        )

    def _refuse_while_answering(self) -> None:
        for live in self._stage.sides.values():
            if live.busy:
                raise SessionError(routing.answering(live, self._stage.key))
            if live.waiting:
                raise SessionError(f"A prompt still waits on the {live.side}; it goes first.")

    @property
    def _deeds(self) -> list[Deed]:
        return self._stage.sitting.deeds

    async def _name(self, path: Path, do: Callable[[Name], Deed]) -> Saved:
        if self.is_open(path):
            deed = do(self._change_open)
        else:
            deed = await asyncio.to_thread(do, name_session)
        self._deeds.append(deed)
        return await self.look(path)

    def _change_open(self, path: Path, change: Change) -> Session:
        before = changed(self._stage.file.session, change)
        self._stage.autosave.changed()
        return before

    async def _save(self) -> None:
        file = self._stage.file
        await file.save_soon()
        if file.problem is not None:
            raise SessionError(file.problem)

    def _pair(
        self, session: Session, now: tuple[Profile, Profile]
    ) -> tuple[tuple[Profile, Profile], str]:
        """Return the profiles that a session had last, and what to say where one is not known."""
        sitting = self._stage.sitting
        known = {one.name: one for one in Shelf(sitting.profile_folders).profiles()[0]}
        known |= {one.name: one for one in (*sitting.seen, *sitting.profiles, *now)}
        names = [session.panes[side].profile for side in SIDES]
        left, right = (known.get(n, present) for n, present in zip(names, now, strict=True))
        missing = list(dict.fromkeys(name for name in names if name and name not in known))
        if not missing:
            return (left, right), ""
        instead = dict.fromkeys(p.name for n, p in zip(names, now, strict=True) if n in missing)
        go = "goes on" if len(instead) == 1 else "go on"
        return (left, right), f"Not known here: {', '.join(missing)}. {' and '.join(instead)} {go}."

    def _scenario(self, name: str | None) -> Scenario | None:
        present = self._stage.script.scenario
        if present is not None and present.name == name:
            return present
        if name is not None:
            with contextlib.suppress(ArenaError):  # the conversations go on without it too
                return find_scenario(name)
        return None
