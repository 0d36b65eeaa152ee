"""Commands of playing a scenario: its steps, what is expected, and which scenario it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tui_arena.scenario import Scenario, ScenarioError, list_scenarios, read_scenario
from tui_arena.screens import routing, sending
from tui_arena.screens.choose import Choice, Choose, Way
from tui_arena.screens.expected import expected_page
from tui_arena.screens.live_side import LiveSide, Waiting
from tui_arena.screens.script import in_words
from tui_arena.screens.stage import Stage
from tui_arena.session import SIDES, Side


class Playing:
    """Sends the steps of a scenario where prompts go; free prompts may come between them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def send_next(self) -> None:
        """Send each side that can take it its next step."""
        stage, script = self._stage, self._stage.script
        if script.scenario is None:
            stage.notice = self._none
            return
        takers = routing.takers(stage.sides, stage.route)
        if not takers:
            stage.notice = routing.refusal(stage.sides, stage.route, what="No step was sent")
            return
        sent: dict[Side, int] = {}
        prompts: list[tuple[LiveSide, Waiting]] = []
        for live in takers:
            number = script.number(live.side)
            step = script.step(number)
            if step is not None:
                sent[live.side] = number
                script.go(live.side, number + 1)
                about = stage.rating.selected(live.side)
                prompt = Waiting(step.prompt, step.kind, number, about, attempts=stage.attempts)
                prompts.append((live, prompt))
        if not sent:
            back = stage.key("step-back")
            stage.notice = f"All {len(script.steps)} steps were sent; {back} goes back a step."
        elif len(set(sent.values())) == 2 or len(sent) == 1:
            stage.notice = f"{in_words(sent.items())}.".capitalize()

        def taken_back(sides: Sequence[Side]) -> None:
            for side in sides:
                script.go(side, sent[side])

        sending.give(stage, prompts, taken_back=taken_back)
        stage.show()

    def move(self, by: int) -> None:
        """Go back a step or leave one out, on the sides where prompts go."""
        stage, script = self._stage, self._stage.script
        if script.scenario is None:
            stage.notice = self._none
            return
        for side in self._asked:
            script.go(side, script.number(side) + by)
        stage.show()

    def choose_step(self) -> None:
        """Show all steps, to choose the next one for the sides where prompts go."""
        stage, script = self._stage, self._stage.script
        if script.scenario is None:
            stage.notice = self._none
            return
        where = " and ".join(self._asked)

        def take(number: int) -> None:
            for side in self._asked:
                script.go(side, number)
            stage.show()

        stage.app.push_screen(
            Choose(
                title=lambda: f"The next step for {where}",
                choices=[
                    Choice(number, f"{number}. {step.prompt}", _kind(step.kind))
                    for number, step in enumerate(script.steps, 1)
                ],
                ways={"enter": Way("Enter", "choose", take)},
                signs=stage.signs,
                at=script.number(self._asked[0]) - 1,
            )
        )

    def expected(self) -> None:
        """Show what the selected response of the chosen side should be."""
        stage, side = self._stage, self._stage.chosen
        if stage.script.scenario is None:
            stage.notice = self._none
            return
        turn = stage.rating.target(side)
        played = stage.script.last_sent(side, turn) if turn is not None else None
        if turn is None or played is None:
            stage.notice = f"No step was sent to the {side} yet."
            return
        step = stage.script.step(played.prompt.step)
        if step is None:
            stage.notice = f"The scenario has no step {played.prompt.step} any more."
            return
        stage.app.push_screen(
            expected_page(
                keys=stage.keys("expected"),
                number=played.prompt.step or 0,
                step=step,
                said=turn.response.said,
                kinds=stage.suggested.kinds(side, turn, turn.response),
                side=side,
                signs=stage.signs,
            )
        )

    def choose_scenario(self) -> None:
        """Show the scenarios that can be played."""
        choices: list[Choice[Scenario]] = []
        problems: list[str] = []
        paths: list[Path] = []
        try:
            paths = list_scenarios()
        except ScenarioError as problem:
            problems.append(str(problem))
        for path in paths:
            try:
                scenario = read_scenario(path)
            except ScenarioError as problem:
                problems.append(str(problem))
            else:
                text = f"{scenario.title} ({scenario.name})"
                choices.append(Choice(scenario, text, _count(scenario)))
        self._stage.app.push_screen(
            Choose(
                title=lambda: "A scenario to play",
                choices=choices,
                ways={"enter": Way("Enter", "play", self._load)},
                signs=self._stage.signs,
                problems=problems,
            )
        )

    def _load(self, scenario: Scenario) -> str | None:
        """Play a scenario; return why that cannot be, None where it was done."""
        stage, session = self._stage, self._stage.file.session
        waits = any(prompt.step for live in stage.sides.values() for prompt in live.waiting)
        if session.scenario != scenario.name and (waits or stage.script.played()):
            return f"This session plays {session.scenario}; play {scenario.name} in a new one."
        before = stage.script.system
        session.scenario = scenario.name
        replaced = False
        for live in stage.sides.values():
            settings = live.conversation.settings
            if scenario.system:
                replaced |= settings.system not in (None, "", before, scenario.system)
                live.conversation.ask_with(replace(settings, system=scenario.system))
            elif before and settings.system == before:
                live.conversation.ask_with(replace(settings, system=None))
        stage.script.load(scenario)
        stage.suggested.play(scenario)
        stage.look_again()
        for side in SIDES:
            stage.script.find_place(side)
            stage.show_notes(side)
        if any(live.conversation.turns for live in stage.sides.values()):
            stage.autosave.changed()
        stage.notice = f"{scenario.title}: {stage.key('next-step')} sends the next step."
        if replaced:
            stage.notice += " Its system text took the place of yours."
        stage.show()
        return None

    @property
    def _none(self) -> str:
        return f"No scenario is played: {self._stage.key('open-scenario')} chooses one."

    @property
    def _asked(self) -> list[Side]:
        return [side for side in SIDES if self._stage.route in ("both", side)]


def _kind(kind: str) -> str:
    return "correction" if kind == "correction" else ""


def _count(scenario: Scenario) -> str:
    return "1 step" if len(scenario.steps) == 1 else f"{len(scenario.steps)} steps"
