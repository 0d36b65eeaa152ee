"""Prompts on their way: given to the sides, and taken back where they still wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui_arena.screens.live_side import LiveSide, Waiting
from tui_arena.screens.stage import Stage
from tui_arena.session import Side


def give(
    stage: Stage,
    prompts: Sequence[tuple[LiveSide, Waiting]],
    *,
    taken_back: Callable[[Sequence[Side]], None] = lambda _: None,
) -> None:
    """Ask each side its prompt, at once or when it can; says which ones wait.

    What waits can be undone; `taken_back` then hears on which sides it was.
    """
    for live, prompt in prompts:
        live.give(prompt)
    wait = [(live, prompt) for live, prompt in prompts if _waits(live, prompt)]
    if not wait:
        return

    def undo() -> str:
        back = [live.side for live, prompt in wait if live.take_back(prompt)]
        if not back:  # said, for whoever meant this prompt would not have another thing undone
            return "It was asked meanwhile, so it is not taken back."
        taken_back(back)
        return f"Undone: {'both sides are' if len(back) == 2 else f'the {back[0]} is'} not asked."

    stage.takebacks.append(undo)
    where = "both sides" if len(wait) == 2 else f"the {wait[0][0].side}"
    key = f"{stage.key('command')} {stage.key('undo')}" if stage.writing else stage.key("undo")
    stage.notice = f"Waits on {where}; {key} takes it back."


def _waits(live: LiveSide, prompt: Waiting) -> bool:
    return any(each is prompt for each in live.waiting)
