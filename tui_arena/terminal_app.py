"""A program of ours on a terminal: themes, what it prints, and a clean end whatever happens."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import NamedTuple, cast

from rich.console import RenderableType
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from tui_arena import clipboard
from tui_arena.folders import log_file
from tui_arena.key_names import SIGNS
from tui_arena.logs import printed_into
from tui_arena.manner import Manner
from tui_arena.session import SessionError
from tui_arena.shown_cells import ShownCells
from tui_arena.store import SessionFile
from tui_arena.terminal import end_process_soon, ended_by_signals
from tui_arena.text import display_text
from tui_arena.themes import OURS

# Over a slow link Esc and a digit arrive as one; Textual would take them for a Mac's Option key
# and type `™`. Without these entries they are Alt and a digit, and the arena reads that rightly.
for _key in "1234567890":
    cast(dict[str, object], ANSI_SEQUENCES_KEYS).pop(f"\x1b{_key}", None)


class _Key(NamedTuple):
    value: str


# Alt and a sign Textual takes for the sign alone, unless it is named here.
for _name, _sign in SIGNS.items():
    if _sign != "[":  # with Esc it begins what terminals themselves say
        cast(dict[str, object], ANSI_SEQUENCES_KEYS)[f"\x1b{_sign}"] = (_Key(f"alt+{_name}"),)


class TerminalApp(App[None]):
    """Holds the first screen; has no logic of its own."""

    CSS_PATH = "arena.tcss"
    TITLE = "tui-arena"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, manner: Manner) -> None:
        # With NO_COLOR no colour at all is written, not even grey ones.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        if manner.still:
            self.animation_level = "none"
        self._shown = ShownCells()
        self._loop_to_wake: asyncio.AbstractEventLoop | None = None
        self.failed = False
        """Whether an error that nobody expected ended the program."""
        self._bindings.key_to_bindings.pop("ctrl+q", None)  # Textual's own
        for command, act in (("redraw", "redraw"), ("quit-anywhere", "quit")):
            keys = next(each.keys for each in manner.commands if each.id == command)
            self._bindings.bind(",".join(keys), act, show=False, priority=True)
        self.set_class(manner.ascii_only, "-ascii")
        for theme in OURS:
            self.register_theme(theme)
        self.theme = manner.theme

    def on_mount(self) -> None:
        """Remember the loop, so that a signal can wake it."""
        self._loop_to_wake = asyncio.get_running_loop()
        # Whatever another program or a resize left there is written over.
        self.app_resume_signal.subscribe(self, lambda _: self._shown.forget())

    def on_resize(self) -> None:
        """Trust nothing that stands on the terminal."""
        self._shown.forget()

    def action_redraw(self) -> None:
        """Draw the whole screen again, whatever stands on the terminal."""
        self._display(self.screen, self.screen._compositor.render_update(full=True))

    def leave(self, status: int) -> None:
        """End with an exit status; may be called between any two instructions."""
        if self._loop_to_wake is not None:
            self._loop_to_wake.call_soon_threadsafe(self.exit, None, status)

    def exit(
        self,
        result: None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """End; wipes the screen first, because tmux keeps what stood there if it was resized."""
        super().exit(result, return_code, message)
        if self._driver is not None and not self.is_headless:
            self._driver.write("\x1b[2J\x1b[H")

    def copy_to_clipboard(self, text: str) -> None:
        """Copy through tmux too, which passes Textual's own sequence on only if told to."""
        self._clipboard = text
        driver = self._driver
        if driver is not None and not self.is_headless:
            self.run_worker(clipboard.hand_over(text, write=driver.write, environ=os.environ))

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        update = cast(object, renderable)  # wider than Textual's annotation says
        if isinstance(update, CompositorUpdate):
            renderable = cast(RenderableType, self._shown.only_new(update))
        super()._display(screen, renderable)

    def _print(self, text: str, stderr: bool = False) -> None:
        # What Python code prints goes where native code prints: into the log.
        os.write(2 if stderr else 1, text.encode("utf-8", "replace"))

    def _handle_exception(self, error: Exception) -> None:
        self.failed = True
        super()._handle_exception(error)


def run_to_the_end(
    app: TerminalApp,
    *,
    save: Callable[[], list[str]],
    close: Callable[[], None] | None = None,
) -> int:
    """Run a program until the person quits; returns the exit status.

    `save` saves what is not saved yet, and returns what the person must know about it; `close` ends
    what works in the background. The status is 128 and the number of the signal where one ended it,
    1 where something could not be saved or an unexpected error ended it.
    """
    last_words: list[str] = []

    def save_at_last() -> None:
        last_words[:] = save()

    with (
        printed_into(log_file()),
        ended_by_signals(save=save_at_last, leave=app.leave) as ending,
    ):
        try:
            app.run()
        finally:
            save_at_last()
            if close is not None:
                close()
    if app.failed and ending.status is None:
        last_words.append(
            f"The arena ended because of an error it did not expect; it is in {log_file()}."
        )
    for line in last_words:
        _say(line)
    status = ending.status if ending.status is not None else 1 if last_words else 0
    end_process_soon(status)
    return status


def save_last(file: SessionFile) -> list[str]:
    """Save what is not saved yet; return what the person must know about it."""
    if not file.unsaved:
        return []
    try:
        file.save()
    except SessionError as problem:
        try:
            return [f"{problem} It was saved as {file.save_elsewhere()} instead."]
        except SessionError as worse:
            return [str(worse)]
    return []


def _say(line: str) -> None:
    ascii_only = (sys.stderr.encoding or "").lower().replace("-", "") != "utf8"
    try:
        sys.stderr.write(display_text(line, ascii_only=ascii_only) + "\n")
        sys.stderr.flush()
    except OSError:  # the terminal is gone
        return
