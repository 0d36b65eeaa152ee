"""Commands of judging: hide which model is which, vote for a side, reveal."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import get_args

from tui_arena.judgement import make_vote, standing_vote, standing_votes, take_back_vote
from tui_arena.keymap.judging import VERDICT_WORDS
from tui_arena.screens.stage import Stage
from tui_arena.session import SIDES, BlindStretch, Turn, Verdict, Vote, Voted
from tui_arena.stamps import now


def toss() -> bool:
    """Whether the sides are shuffled."""
    return secrets.randbelow(2) == 1


class Blindness:
    """Keeps models apart from their names until the person has voted or wants to know.

    What is true stands in the session all the while: in each attempt, and in `blind`.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._show_votes()

    def begin_with_the_arena(self, *, asked: bool) -> None:
        """Begin blind where that is asked for; go on blind where the session ended so."""
        stretch = self._stretch
        names = [self._stage.sides[side].conversation.profile.name for side in SIDES]
        if stretch is not None and names == [stretch.left, stretch.right]:
            self._stage.set_reactive(Stage.blind, True)
        elif asked or stretch is not None:
            self._end()
            conversations = [self._stage.sides[side].conversation for side in SIDES]
            left, right = (conversation.profile for conversation in conversations)
            swapped = toss()
            for conversation, profile in zip(
                conversations, (right, left) if swapped else (left, right), strict=True
            ):
                conversation.switch(profile)
            self._record(swapped)
            self._stage.set_reactive(Stage.blind, True)

    def toggle(self) -> None:
        """Begin to hide the models, or reveal them."""
        if self._stage.blind:
            self._stage.notice = f"Revealed: {self._reveal()}"
        else:
            self._begin()

    def vote(self, verdict: Verdict) -> None:
        """Say which answer is better; given again the vote is taken back. Ends a blind stretch."""
        stage = self._stage
        turns = [stage.rating.target(side) for side in SIDES]
        left, right = (
            Voted(turn=turn.id, attempt=turn.response.id) if turn is not None else None
            for turn in turns
        )
        if left is None or right is None:
            stage.notice = "There is no answer on both sides to vote on yet."
            return
        before = standing_vote(stage.file.session.votes, left, right, stage.sitting.rater)
        vote = make_vote(
            stage.file.session.votes,
            verdict,
            left,
            right,
            by=stage.sitting.rater,
            blind=all(self._was_blind(turn) for turn in turns if turn is not None),
        )
        self._log(vote)
        stage.takebacks.append(lambda: self._take_back(vote, before))
        said = (
            f"Vote: {VERDICT_WORDS[verdict]}."
            if vote.action == "add"
            else "The vote is taken back."
        )
        stage.notice = f"{said} {self._reveal()}" if stage.blind else said

    def _was_blind(self, turn: Turn) -> bool:
        """Whether a turn was asked in the blind stretch that lasts now."""
        stretch = self._stretch
        asked = datetime.fromisoformat(turn.prompt.at)
        return stretch is not None and asked >= datetime.fromisoformat(stretch.began)

    def _begin(self) -> None:
        stage = self._stage
        for live in stage.sides.values():
            if live.busy or live.waiting:
                stage.notice = f"Blind begins once {live.side} is done."
                return
        first, second = (stage.sides[side].conversation.profile for side in SIDES)
        swapped = toss()
        stage.blind = True
        # Also where nothing is swapped, for otherwise one could see which it was.
        for side, profile in zip(
            SIDES, (second, first) if swapped else (first, second), strict=True
        ):
            stage.sides[side].switch(profile)
        self._record(swapped)
        self._changed()
        keys = " ".join(stage.key(f"vote-{verdict}") for verdict in get_args(Verdict))
        stage.notice = f"Blind: vote with {keys}, or {stage.key('blind')} reveals."

    def _reveal(self) -> str:
        """Show the names again; return who is who, in one sentence."""
        self._end()
        self._stage.blind = False
        self._changed()
        profiles = {side: self._stage.sides[side].conversation.profile for side in SIDES}
        names = {side: profile.title or profile.name for side, profile in profiles.items()}
        return f"Left is {names['left']}, right is {names['right']}."

    @property
    def _stretch(self) -> BlindStretch | None:
        """The blind stretch that has not ended yet."""
        stretches = self._stage.file.session.blind
        return stretches[-1] if stretches and stretches[-1].ended is None else None

    def _record(self, swapped: bool) -> None:
        names = {side: self._stage.sides[side].conversation.profile.name for side in SIDES}
        self._stage.file.session.blind.append(
            BlindStretch(began=now(), left=names["left"], right=names["right"], swapped=swapped)
        )

    def _end(self) -> None:
        if self._stretch is not None:
            self._stretch.ended = now()

    def _take_back(self, vote: Vote, before: Verdict | None) -> str:
        self._log(take_back_vote(vote, before, blind=self._stage.blind))
        return (
            f"Undone: your vote is {VERDICT_WORDS[before]} again."
            if before
            else "Undone: your vote."
        )

    def _log(self, vote: Vote) -> None:
        self._stage.file.session.votes.append(vote)
        self._show_votes()
        self._changed()

    def _show_votes(self) -> None:
        stage, votes = self._stage, self._stage.file.session.votes
        standing = standing_votes(votes, stage.sitting.rater)
        for pair in votes:
            verdict = standing.get(pair.pair)
            shown = f"vote: {VERDICT_WORDS[verdict]}" if verdict is not None else ""
            for side, voted in zip(SIDES, (pair.left, pair.right), strict=True):
                stage.votes[side, voted.attempt] = shown

    def _changed(self) -> None:
        stage = self._stage
        if any(live.conversation.turns for live in stage.sides.values()):
            stage.autosave.changed()
        stage.show_judgements()
