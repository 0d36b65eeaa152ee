"""Calls in answers: found, read and compared by the rules of the experiment, and never run."""

import ast
import warnings
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui_arena import calls
from tui_arena.calls import finding
from tui_arena.calls.api import read_signature
from tui_arena.calls.call import read_call
from tui_arena.checking.checker import Checker
from tui_arena.scenario import find_scenario

CALENDAR = find_scenario("calendar")
CONCERT = CALENDAR.steps[3]
RIGHT = CONCERT.expected or ""
CHECKER = Checker(CALENDAR)
POSITIONAL = "'Rock Concert', '2024-11-11', '20:00', 180"


def kinds(answer: str) -> tuple[str, ...]:
    found = CHECKER.find(CONCERT, RIGHT, answer, CONCERT.prompt)
    assert found is not None
    return found.kinds


def concert(
    title: str = '"Rock Concert"',
    date: str = '"2024-11-11"',
    time: str = '"20:00"',
    duration: str = "180",
) -> str:
    return f"action.add_calendar_entry({title}, date={date}, time={time}, duration={duration})"


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT,
        concert(duration="60*3"),
        concert(duration="180.0"),
        concert(title="'rock   CONCERT '", time="'20:00'"),
        concert(title="'RockConcert'"),
        f"action.add_calendar_entry({POSITIONAL})",
        f"```python\n{RIGHT}\n```",
        f"`{RIGHT}`",
        f"\n~~~\n{RIGHT};\n~~~\n",
        "action.add_calendar_entry(\n  'Rock Concert',  # Fred's (not)\n  date='2024-11-11',\n"
        "  time='20:00',\n  duration=180,\n)",
        'action.add_calendar_entry(title="Rock Concert", duration=180, time="20:00", '
        'date="2024-11-11")',
    ],
)
def test_the_expected_call_is_right_however_it_is_written(answer: str) -> None:
    assert kinds(answer) == ()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (f"Sure, here's the call:\n{RIGHT}", "chatty"),
        (f"print({RIGHT})", "chatty"),
        (f"x = {RIGHT}", "chatty"),
        (f"I apologize. ```python\n{RIGHT}\n```", "chatty"),
        (f"{RIGHT})", "stray_signs"),
        (f"{RIGHT}\n{concert()}\n{RIGHT}", "duplicate_call"),
        (f"{RIGHT}\naction.remove_calendar_entry('a', 'b', 'c')", "extra_call"),
        (concert(date='"2023-11-11"'), "value:date"),
        (concert(date='"11/11/2024"'), "value:date"),
        (concert(date='"20 24-11-11"'), "value:date"),
        (concert(time='" 20:00"'), "value:time"),
        (concert(date="2024-11-11"), "value:date"),
        (concert(time='"8PM"'), "value:time"),
        (concert(title='"Concert"'), "value:title"),
        (concert(duration="3"), "value:duration"),
        (concert(duration='"180"'), "value:duration"),
        (concert(duration="True"), "value:duration"),
        (concert(duration="-180"), "value:duration"),
        (concert(duration="9**9**9"), "value:duration"),
        (concert(duration="10**10**10"), "value:duration"),
        (concert(duration="180/0"), "value:duration"),
        (concert(duration="1e308*10"), "value:duration"),
        (concert(duration="(-8)**0.5"), "value:duration"),
        (RIGHT.replace(", duration=60*3", ""), "missing:duration"),
        (concert(duration="180, color='red'"), "unknown_argument"),
        (concert(duration="180, **more"), "non_literal"),
        (
            "action.add_calendar_entry('Rock Concert', '2024-11-11', '20:00', 180, 5)",
            "extra_argument",
        ),
        (concert(duration="180, title='Rock'"), "extra_argument"),
        (concert(duration="m"), "non_literal:duration"),
        (concert(duration="int('180')"), "non_literal:duration"),
        (concert(duration='"a"*10**9'), "non_literal:duration"),
        (RIGHT.removeprefix("action."), "missing_prefix"),
        (f"my.{RIGHT}", "missing_prefix"),
        ("action.remove_calendar_entry('Rock Concert', '2024-11-11', '20:00')", "wrong_function"),
        ("", "garbage"),
        ("I'm sorry, Dave.", "garbage"),
        ("action.add_event('Rock Concert')", "garbage"),
        (concert(time="20:00"), "garbage"),
        (RIGHT[:-1], "garbage"),
        ("add_calendar_entry", "garbage"),
    ],
)
def test_each_fault_is_one_kind_of_mistake(answer: str, found: str) -> None:
    assert kinds(answer) == (found,)


def test_of_several_calls_the_best_counts_and_kinds_add_up() -> None:
    wrong = concert(date='"2023-11-11"', time='"8PM"')
    assert kinds(f"{wrong}\n{RIGHT}") == ("extra_call",)
    assert kinds(f"Sure: {wrong}") == ("value:date", "value:time", "chatty")


def test_what_has_a_value_in_the_signature_may_be_left_out() -> None:
    signature = read_signature("action.add(title, duration=30)  # minutes")
    assert (signature.prefix, signature.name) == ("action.", "add")
    assert (signature.arguments, signature.defaults) == (("title", "duration"), {"duration": 30})


@pytest.mark.parametrize("text", ["add", "add(1)", "add(a, a)", "add(a=b)", "add(**a)", "add(a"])
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_signature(text)


NASTY = [
    "action.add_calendar_entry(" * 50_000,
    "action.add_calendar_entry(" + "(" * 100_000,
    "action.add_calendar_entry(" + "(" * 100_000 + ")" * 100_001,
    "action.add_calendar_entry(" + "-" * 3_900 + "1)",
    "action.add_calendar_entry(" + "1+" * 1_900 + "1)",
    "action.add_calendar_entry(" + "[" * 90 + "]" * 90 + ")",
    "action.add_calendar_entry('" * 30_000,
    "action.add_calendar_entry(\0)",
    "action.add_calendar_entry(" + "9" * 3_900 + ")",
    "add_calendar_entry        " * 40_000,
    "a." * 500_000 + "add_calendar_entry(1)",
    f"{RIGHT} " * 9_000,
    "`" * 1_000_000,
    "word " * 200_000,
]


@pytest.mark.parametrize("answer", NASTY, ids=range(len(NASTY)))
def test_what_is_long_or_deep_is_judged(answer: str) -> None:
    assert kinds(answer)


PIECES = st.sampled_from(
    [*"(),='\"-*/[]{}\n#x90 f\\", "action.", "add_calendar_entry", "remove_calendar_entry", "title",
     "date", "**", "```", "lambda:", "not ", '"Rock Concert"', "__import__('os').abort()"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
@example("action.add_calendar_entry(__import__('os').abort())")
@example("action.add_calendar_entry('\\d', 1if 2else 3)")
def test_no_answer_is_run_or_raises_or_is_judged_in_two_ways(answer: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = Checker(CALENDAR).find(CONCERT, RIGHT, answer, "")
        again = Checker(CALENDAR).find(CONCERT, RIGHT, answer, "")
    assert first == again
    assert first is not None


def test_nothing_in_an_answer_is_evaluated(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    write = f"open({str(trace)!r}, 'w').write('1')"
    assert kinds(concert(duration=write)) == ("non_literal:duration",)
    assert kinds(f"{write}\n{concert(title=write)}") == ("non_literal:title", "chatty")
    assert not trace.exists()
    for source in Path(calls.__file__).parent.glob("*.py"):
        names = {node.id for node in ast.walk(ast.parse(source.read_text())) if hasattr(node, "id")}
        assert not names & {"eval", "exec", "compile", "__import__", "importlib"}, source


def test_a_call_of_deep_names_is_read() -> None:
    call = read_call("a.b.c(1, x=-2)")
    assert call is not None
    assert (call.prefix, call.name, call.positional, call.named) == (
        "a.b.",
        "c",
        (1,),
        (("x", -2),),
    )


def test_only_so_many_calls_are_tried_that_cannot_be_read(monkeypatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(finding, "read_call", lambda text: tried.append(text))
    assert kinds("action.add_calendar_entry(+)" * 40_000) == ("garbage",)
    assert len(tried) <= 1000
