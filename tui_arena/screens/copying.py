"""Commands of copying: an answer, a code block of it, or a whole side."""

from __future__ import annotations

from pathlib import Path

from tui_arena.clipboard import fits, keep_copy
from tui_arena.screens.choice import Choice
from tui_arena.screens.code_blocks import CodeBlock, code_blocks
from tui_arena.screens.stage import Stage
from tui_arena.session import Turn
from tui_arena.widgets.prompt import writable


class Copying:
    """Copies into the clipboard and into a file, and says which."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def answer(self) -> None:
        """Copy the selected answer; where it has code blocks, ask which part of it."""
        stage = self._stage
        turn = stage.rating.target(stage.chosen)
        if turn is None or not turn.response.said:
            stage.notice = f"There is no answer to copy on the {stage.chosen}."
            return
        whole = turn.response.said
        blocks = code_blocks(whole)
        if not blocks:
            self._copy(whole)
            return

        def taken(index: int | None) -> None:
            if index is not None:
                self._copy(blocks[index - 1].text if index else whole)

        lines = ["the whole answer", *map(_line, blocks)]
        stage.app.push_screen(Choice(title="Copy what?", lines=lines, signs=stage.signs), taken)

    def side(self) -> None:
        """Copy the prompts and answers of the chosen side."""
        stage = self._stage
        turns = stage.sides[stage.chosen].conversation.turns
        if turns:
            self._copy(as_markdown(turns, blind=stage.blind))
        else:
            stage.notice = f"There is nothing to copy on the {stage.chosen} yet."

    def _copy(self, text: str) -> None:
        stage = self._stage
        text = writable(text)  # what is pasted into a shell must not act on it
        stage.app.copy_to_clipboard(text)
        try:
            place = _in_home(keep_copy(text))
        except OSError as problem:
            reason = problem.strerror or problem
            if fits(text):
                stage.notice = f"Copied, but not into a file: {reason}."
            else:
                stage.notice = f"Too long to copy, and no file can be written: {reason}."
            return
        if fits(text):
            stage.notice = f"Copied; also {place}"
        else:
            stage.notice = f"Only {place}: too long for terminals"


def as_markdown(turns: list[Turn], *, blind: bool = False) -> str:
    """Return prompts and answers as one text; blind, nothing that names a model."""
    parts = []
    for number, turn in enumerate(turns, 1):
        is_so = {
            "correction": turn.prompt.kind == "correction",
            "set aside": not turn.stands,
        }
        what = ", ".join(word for word, holds in is_so.items() if holds)
        answer = turn.response
        error = "the answer failed" if answer.error and blind else answer.error
        text = answer.said or f"({error or 'no answer'})"
        parts += [
            f"## Prompt {number}" + (f" ({what})" if what else ""),
            turn.prompt.text,
            f"## Answer {number}",
            text,
        ]
    return "\n\n".join(parts) + "\n"


def _line(block: CodeBlock) -> str:
    lines = block.text.strip().splitlines()
    language = f" {block.language}," if block.language else ""
    count = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    return f"code,{language} {count}: {lines[0]}"


def _in_home(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
