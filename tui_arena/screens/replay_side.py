"""One side of a replay: brings its pane to a moment, drawing only what is other than before."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tui_arena.judgement import standing_marks
from tui_arena.replay.timeline import Scene, Timeline
from tui_arena.replay.tracks import TurnTrack
from tui_arena.screens.describe import HIDDEN
from tui_arena.session import Attempt, Side, Turn
from tui_arena.widgets.look import AS_MARKDOWN, Look
from tui_arena.widgets.pane import Pane
from tui_arena.widgets.status_line import PaneStatus
from tui_arena.widgets.turn_view import TurnView

_MOST, _STEP = 10, 4
"""Turns that a pane holds at most, and how many go at once: to draw a turn costs milliseconds."""
_STILL = 4
"""Frames after which a pane is drawn and nobody goes on at once."""
_ENDS = {
    "end": "ended",
    "length": "cut",
    "context": "cut",
    "stopped": "stopped",
    "error": "failed",
}


class ReplaySide:
    """Draws one side of a timeline."""

    def __init__(self, timeline: Timeline, pane: Pane) -> None:
        self._timeline, self._pane = timeline, pane
        self._side: Side = pane.side
        self._shown: dict[TurnTrack, tuple[Turn, tuple[object, ...]]] = {}
        """What the pane holds, and what tells how it stands."""
        pane.set_look(Look(raw=True))
        self._still = 0
        """For how many frames the pane held the same turns."""
        self._judged: tuple[Mapping[str, str], bool] = ({}, False)

    def show(self, scene: Scene, *, at: int, votes: Mapping[str, str], chosen: bool) -> None:
        """Bring the pane to a scene; `votes` by the id of the attempt."""
        tracks = scene.tracks(self._side, self._room(scene))
        changed = self._bring(tracks, scene.at)
        self._still += 1
        turns = [self._shown[track][0] for track in tracks]
        if [id(turn) for turn in turns] != [id(turn) for turn in self._pane.turns]:
            self._pane.show_turns(turns, from_file=False)
            self._still = 0
        elif changed:
            self._pane.show_notes()
        for turn, before in changed:
            if (view := self._pane.view(turn)) is not None:
                _redraw(view, before)
        if (votes, scene.blind) != self._judged:
            self._judged = (votes, scene.blind)
            self._pane.show_judgements(votes, blind=scene.blind)
        self._pane.status_line.status = self._status(scene, turns, at, chosen)
        latest = turns[-1].response.marks if turns else []
        self._pane.mark_bar.given = frozenset(standing_marks(latest))

    def polish(self) -> bool:
        """Show one answer that can be seen as Markdown; return whether there are more.

        That takes long, and whoever goes along quickly need not wait for what they do not look at.
        """
        views = [self._pane.view(self._shown[track][0]) for track in reversed(self._shown)]
        if views and views[0] is not None and views[0].turn.response.timing.finished is None:
            views[0].set_look(AS_MARKDOWN)  # it will be once it ends, as in the arena
        waiting = [view for view in views if view is not None and view.raw]
        if self._still < _STILL:
            return bool(waiting)
        seen = [view for view in waiting if self._pane.sees(view)]
        if seen:
            seen[0].set_look(AS_MARKDOWN)
        return len(seen) > 1

    def reveal(self, track: TurnTrack) -> None:
        """Scroll to a turn where the pane holds it."""
        if track in self._shown:
            self._pane.reveal(self._shown[track][0])

    def _room(self, scene: Scene) -> int:
        """Return how many turns to show: the latest, whose first one does not move each time."""
        over = max(0, scene.count(self._side) - _MOST)
        return scene.count(self._side) - -(-over // _STEP) * _STEP

    def _bring(self, tracks: list[TurnTrack], at: int) -> list[tuple[Turn, _Before]]:
        """Bring the records of turns to a moment; return those that changed, as they were."""
        changed = []
        shown = {}
        for track in tracks:
            stamp = track.stamp(at)
            if (known := self._shown.get(track)) is None:
                shown[track] = track.at(at), stamp
            elif known[1] == stamp:
                shown[track] = known
            else:
                turn = known[0]
                changed.append((turn, _Before(turn)))
                _become(turn, track.at(at))
                shown[track] = turn, stamp
        self._shown = shown
        return changed

    def _status(self, scene: Scene, turns: list[Turn], at: int, chosen: bool) -> PaneStatus:
        record = self._timeline.session.panes[self._side]
        if not turns:
            first = record.turns[0].attempts[0].profile if record.turns else record.profile
            model = HIDDEN if scene.blind else first
            return PaneStatus(model=model, state="no prompt yet", chosen=chosen)
        answer = next((turn for turn in reversed(turns) if turn.stands), turns[-1]).response
        coming = self._timeline.under_way(self._side, at) is not None
        if coming:
            state = "streaming" if answer.text else "thinking"
        else:
            state = "broken off" if answer.timing.finished is None else _ENDS[answer.stop]
        if scene.blind:  # speed tells one model from another
            return PaneStatus(model=HIDDEN, state=state, chosen=chosen)
        chunks = answer.timing.chunks
        return PaneStatus(
            model=answer.profile,
            state=state,
            speed=_speed(answer),
            first_token_ms=chunks[0][0] if chunks else None,
            chosen=chosen,
        )


class _Before:
    """What of a turn was drawn."""

    def __init__(self, turn: Turn) -> None:
        answer = turn.response
        self.answer, self.said = answer, answer.said
        self.finished = answer.timing.finished is not None
        self.continued, self.edits = len(answer.continued), len(answer.edits)


def _become(turn: Turn, other: Turn) -> None:
    """Let a turn, and its attempts, stay the objects they are and hold what another one does."""
    attempts = turn.attempts
    for mine, theirs in zip(attempts, other.attempts, strict=False):
        _copy(mine, theirs)
    attempts[len(other.attempts) :] = other.attempts[len(attempts) :]
    other.attempts = attempts
    _copy(turn, other)


def _copy(to: msgspec.Struct, of: msgspec.Struct) -> None:
    for name in to.__struct_fields__:
        setattr(to, name, getattr(of, name))


def _redraw(view: TurnView, before: _Before) -> None:
    """Draw what changed of a turn."""
    answer = view.turn.response
    finished = answer.timing.finished is not None
    goes_on = (
        answer is before.answer
        and answer.said.startswith(before.said)
        and (finished or not before.finished)
        and (len(answer.continued), len(answer.edits)) == (before.continued, before.edits)
    )
    if not goes_on:
        view.call_next(view.show_again)
    elif finished and not before.finished:
        view.call_next(view.finish)
    else:
        if answer.said != before.said:
            view.flush()
        view.show_note()
        view.show_marks()


def _speed(answer: Attempt) -> float | None:
    """Return tokens per second from the first piece of text to the last one so far."""
    chunks, tokens = answer.timing.chunks, answer.tokens.output - 1
    if len(chunks) < 2 or tokens < 1 or chunks[-1][0] <= chunks[0][0]:
        return None
    return tokens * 1000 / (chunks[-1][0] - chunks[0][0])
