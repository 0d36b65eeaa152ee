"""The end of the arena: signals, a terminal that is gone, and threads that do not end."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

_LAST_RESORT = 1.4
"""Seconds from a signal to the end of the process, whatever hangs."""
_ENDING = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
_LEAVE_SCREEN = b"\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u"
_SHOW_SHELL = b"\x1b[?1049l\x1b[?25h\x1b[?1004l"


class Ending:
    """How the arena was told to end from outside; `status` is None while it was not."""

    def __init__(self) -> None:
        self.status: int | None = None
        """The exit status that the signal asks for."""


@contextlib.contextmanager
def ended_by_signals(*, save: Callable[[], None], leave: Callable[[int], None]) -> Iterator[Ending]:
    """Save first and then leave when SIGHUP, SIGTERM or SIGINT comes; never later than 2 seconds.

    A terminal that is gone ends it as SIGHUP does, whether that signal comes or not. `save` and
    `leave` run in the main thread between two instructions. `save` must not raise.
    """
    ending = Ending()
    terminal = _Terminal()

    def end(number: int, frame: FrameType | None) -> None:
        if ending.status is not None:
            return
        ending.status = 128 + number
        # The terminal may be gone or stalled, and then drawing holds up everything, for ever.
        threading.Thread(target=_end_anyway, args=(ending.status, terminal), daemon=True).start()
        save()
        leave(ending.status)

    before = {number: signal.signal(number, end) for number in _ENDING}
    over = threading.Event()
    if os.isatty(0):
        threading.Thread(target=_watch, args=(over,), name="hangup", daemon=True).start()
    try:
        yield ending
    finally:
        over.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def end_process_soon(status: int) -> None:
    """See to it that the process ends as soon as the main thread has nothing more to say.

    A thread inside a JAX computation cannot be interrupted, and the interpreter's own shutdown
    waits for it or crashes on it. Everything is saved by now, so nothing is lost by ending here:
    at once where the shutdown comes to its exit functions, in a second where it waits before.
    """

    def end() -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)

    def end_in_a_second() -> None:
        time.sleep(1)
        end()

    atexit.register(end)
    threading.Thread(target=end_in_a_second, daemon=True).start()


class _Terminal:
    """The terminal as it was before the arena, for the case that nobody else restores it."""

    def __init__(self) -> None:
        self._saved: list[object] | None = None
        with contextlib.suppress(OSError, termios.error):
            self._saved = termios.tcgetattr(0)
        self._out = os.dup(sys.__stderr__.fileno()) if sys.__stderr__ is not None else None

    def restore(self) -> None:
        """Give the terminal back, without waiting for it."""
        with contextlib.suppress(OSError, termios.error):
            if self._saved is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._saved)  # type: ignore[arg-type]
            if self._out is not None:
                os.set_blocking(self._out, False)
                os.write(self._out, _LEAVE_SCREEN + _SHOW_SHELL)


def _watch(over: threading.Event) -> None:
    """Send SIGHUP to the main thread when the terminal is gone.

    The kernel sends it to the terminal's first process alone, and not each one passes it on: make
    waits for the end of what it started, which waits at a terminal that is not there.
    """
    terminal = select.poll()
    terminal.register(0, 0)  # nothing but its end
    seen = terminal.poll()
    if not over.is_set() and any(event & select.POLLHUP for _, event in seen):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)


def _end_anyway(status: int, terminal: _Terminal) -> None:
    time.sleep(_LAST_RESORT)
    terminal.restore()
    os._exit(status)
