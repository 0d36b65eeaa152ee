"""How long something will still take is said only where it can be known."""

import pytest

from tui_arena.commands.telling import Told
from tui_arena.progress import Progress, time_left


def test_the_pace_so_far_says_what_is_left_and_time_that_passes_is_taken_off() -> None:
    progress = Progress()
    progress.hear("reading", 0.0, now=100)
    assert progress.left(now=101) is None
    progress.hear("reading", 0.1, now=101)
    assert progress.left(now=101) is None  # one second is no pace
    progress.hear("reading", 0.25, now=105)
    assert progress.left(now=105) == pytest.approx(15)
    progress.hear("reading", 0.25, now=107)
    assert progress.left(now=109) == pytest.approx(11)


def test_what_was_there_before_is_not_taken_for_pace() -> None:
    progress = Progress()
    progress.hear("fetching", 0.5, now=0)  # a download that goes on where it broke off
    progress.hear("fetching", 0.6, now=10)
    assert progress.left(now=10) == pytest.approx(40)


def test_nothing_is_said_where_the_end_is_overdue_or_the_share_is_not_known() -> None:
    progress = Progress()
    progress.hear("compiling", 0.0, now=0)
    progress.hear("compiling", 0.5, now=4)
    assert progress.left(now=7) == pytest.approx(1)
    assert progress.left(now=9) is None
    progress.hear("compiling", None, now=10)
    assert progress.left(now=10) is None


def test_another_thing_begins_anew_and_so_does_the_same_one() -> None:
    progress = Progress()
    progress.hear("one", 0.0, now=0)
    progress.hear("one", 0.9, now=9)
    progress.hear("two", 0.95, now=10)
    assert progress.left(now=10) is None
    progress.hear("two", 0.1, now=11)
    progress.hear("two", 0.2, now=14)
    assert progress.left(now=14) == pytest.approx(24)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "about 1 s left"),
        (8.4, "about 8 s left"),
        (12, "about 10 s left"),
        (57, "about 55 s left"),
        (58, "about 1 min left"),
        (170, "about 3 min left"),
        (3599, "about 1 h left"),
        (4700, "about 1 h 20 min left"),
    ],
)
def test_a_guess_is_no_finer_than_it_is_good(seconds: float, said: str) -> None:
    assert time_left(seconds) == said


def test_a_line_on_a_terminal_says_how_far_it_is_after_two_seconds_and_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.0, 1.0, 4.0, 4.1, 4.15])
    monkeypatch.setattr("tui_arena.commands.telling.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with Told() as tell:
        tell("Reading", 0.01)
        tell("Reading", 0.25)
        assert capsys.readouterr().err == ""
        tell("Reading", 0.5)
        tell("Reading", 0.51)
        assert capsys.readouterr().err == "\r\x1b[KReading: 50%, about 4 s left"
        tell("Adding up", None)
    assert capsys.readouterr().err == "\r\x1b[KAdding up\r\x1b[K"


def test_in_a_pipe_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 60.0, 120.0])
    monkeypatch.setattr("tui_arena.commands.telling.time.monotonic", lambda: next(clock))
    with Told() as tell:
        tell("Reading", 0.5)
        tell("Adding up", None)
    assert capsys.readouterr().err == ""
