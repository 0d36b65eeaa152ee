"""Checks in a process of their own, which may never end; and a person's own function."""

import asyncio
import http.server
import threading
from pathlib import Path

import pytest

from tui_arena.checking import patience
from tui_arena.checking.beside import beside
from tui_arena.checking.checker import Checker
from tui_arena.checking.findings import CheckFailed
from tui_arena.checking.own import load_own
from tui_arena.errors import ArenaError
from tui_arena.scenario import Scenario, Step

SCHEMA = {
    "type": "object",
    "properties": {"date": {"type": "string", "pattern": "^2024-"}, "minutes": {"minimum": 1}},
    "required": ["date"],
}


def kinds(answer: str, own: object = None, **step) -> tuple[str, ...] | None:
    made = Step(prompt="?", **step)
    found = Checker(Scenario(steps=(made,)), own).find(made, made.right, answer, made.prompt)
    return found.kinds if found is not None else None


def test_a_pattern_is_found_or_not() -> None:
    assert kinds("It is Paris.", expected=r"(?i)\bparis\b", check="regex") == ()
    assert kinds("It is Rome.", expected=r"(?i)\bparis\b", check="regex") == ("no_match",)


def test_a_pattern_that_never_ends_is_given_up_with_one_sentence(monkeypatch) -> None:
    helper = patience.Helper()
    monkeypatch.setattr(patience, "_HELPER", helper)
    monkeypatch.setattr(patience, "SECONDS", 20.0)
    patience.regex_findings("a", "a")  # started by now
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    with pytest.raises(CheckFailed, match=r"The pattern of a step took longer than 0.3 seconds"):
        patience.regex_findings("a" * 40 + "!", "(a+)+$")
    monkeypatch.setattr(patience, "SECONDS", 20.0)
    assert patience.regex_findings("b", "a").kinds == ("no_match",)
    helper.end()


def test_a_pattern_that_takes_too_long_on_every_answer_is_tried_no_more(monkeypatch) -> None:
    tried: list[str] = []

    class Slow(patience.Helper):
        def ask(self, question, seconds):
            tried.append(question["answer"])
            return {"kinds": []} if question["answer"] == "quick" else None

    monkeypatch.setattr(patience, "_HELPER", Slow())
    for answer in ("a", "b", "quick", "c", "d"):
        if answer == "quick":
            assert patience.regex_findings(answer, "(a+)+$").kinds == ()
        else:
            with pytest.raises(CheckFailed, match="an answer, which was not checked"):
                patience.regex_findings(answer, "(a+)+$")
    for answer in ("e", "f", "quick"):
        with pytest.raises(CheckFailed, match="3 answers in a row, and no more are checked by it"):
            patience.regex_findings(answer, "(a+)+$")
    assert tried == ["a", "b", "quick", "c", "d", "e"]
    assert patience.regex_findings("quick", "another").kinds == ()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"date": "2024-11-11"}', ()),
        ('```json\n{"date": "2024-11-11"}\n```', ()),
        ('Sure: {"date": "2024-11-11"}', ("chatty",)),
        ('{"date": "2023-11-11", "minutes": 0}', ("schema:$.date", "schema:$.minutes")),
        ("{}", ("schema:$",)),
        ("no", ("garbage",)),
        ("{", ("garbage",)),
        ("[" * 100_000, ("garbage",)),
        ('The entry [as asked]: {"date": "2024-11-11"}', ("chatty",)),
        ('{"date": "2024-11-11", "minutes": NaN}', ("garbage",)),
    ],
)
def test_json_is_held_against_a_schema(answer: str, found: tuple[str, ...]) -> None:
    assert kinds(answer, schema=SCHEMA) == found


def test_json_is_held_against_other_json() -> None:
    assert kinds('{"b": 2}', check="json") == ()
    assert kinds('{"b": 2, "a": 1.0}', expected='{"a": 1, "b": 2}', check="json") == ()
    assert kinds('{"a": 2}', expected='{"a": 1}', check="json") == ("not_equal",)
    assert kinds('[{"a": true}]', expected='[{"a": 1}]', check="json") == ("not_equal",)
    assert kinds("[0, 1]", expected="[false, true]", check="json") == ("not_equal",)


def test_a_schema_without_an_end_is_no_fault_of_the_answer() -> None:
    made = Step(prompt="?", schema={"$ref": "#"})
    checker = Checker(Scenario(steps=(made,)))
    assert checker.find(made, None, "{}", "?") is None
    assert "the schema leads back to itself" in checker.problems[0]


def test_a_fence_that_is_never_closed_takes_no_time() -> None:
    """The square of these signs would be minutes."""
    for fence in ("```", "~~~"):
        open_ = fence + " \n" * 100_000 + "x"
        assert kinds(open_, expected="Paris") == ("not_equal",)
        assert kinds(open_, expected="{}", check="json") == ("garbage",)
        assert kinds(f"{fence}text\nParis\n\n{fence}", expected="Paris") == ()
        assert kinds(f"{fence}Paris{fence}", expected="Paris") == ()
        assert kinds(f"{fence}Paris", expected="Paris") == ("not_equal",)


def test_no_reference_of_a_schema_is_fetched() -> None:
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    step = Step(prompt="?", schema={"$ref": f"http://127.0.0.1:{server.server_port}/x"})
    checker = Checker(Scenario(steps=(step,)))
    assert checker.find(step, None, "{}", "?") is None
    server.shutdown()
    server.server_close()
    assert asked == []
    [problem] = checker.problems
    assert problem.startswith("An answer could not be checked: ")


def own(folder: Path, body: str):
    path = folder / "mine.py"
    path.write_text(f"def check(answer, expected, prompt):\n    {body}\n")
    return load_own(path)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return answer == expected", ()),
        ("return False", ("own",)),
        ("return None", None),
        ("return 'too long'", ("too long",)),
        ("return [prompt, 'rude', 'rude']", ("?", "rude")),
        ("return ['rude', 'garbage']", ("garbage",)),
        ("return []", ()),
    ],
)
def test_a_persons_own_check_says_true_false_or_kinds(tmp_path, body: str, found) -> None:
    assert kinds("yes", own(tmp_path, body), expected="yes") == found


def test_what_an_own_check_raises_is_one_sentence(tmp_path: Path) -> None:
    step = Step(prompt="?", expected="x")
    for body, said in (
        ("1 / 0", "mine.py: check failed: ZeroDivisionError: division by zero."),
        ("raise SystemExit(3)", "mine.py: check failed: SystemExit: 3."),
        ("return 3", "mine.py: check failed: TypeError: it must return True, False, None"),
    ):
        checker = Checker(Scenario(steps=(step,)), own(tmp_path, body))
        assert [checker.find(step, "x", answer, "?") for answer in "ab"] == [None, None]
        [problem] = checker.problems
        assert said in problem


def test_an_own_check_takes_the_place_of_what_is_not_said(tmp_path: Path) -> None:
    mine = own(tmp_path, "return 'mine'")
    assert kinds("yes", mine) == ("mine",)
    assert kinds("yes", mine, expected="yes", check="own") == ("mine",)
    assert kinds("yes", mine, expected="yes", check="exact") == ()
    assert kinds("yes", None, expected="yes", check="own") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no such file; --checker takes a Python file."),
        ("def check(:", "cannot be loaded: SyntaxError: invalid syntax"),
        ("import nothing_of_that_name", "cannot be loaded: ModuleNotFoundError"),
        ("x = 1", "has no function `check`"),
    ],
)
def test_a_file_that_is_no_check_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ArenaError) as problem:
        load_own(path)
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_check_that_never_ends_keeps_nobody_from_leaving() -> None:
    never = threading.Event()

    async def leave() -> str:
        waiting = asyncio.create_task(beside(never.wait))
        assert await beside(lambda: "checked") == "checked"
        with pytest.raises(ZeroDivisionError):
            await beside(lambda: 1 / 0)
        waiting.cancel()
        return "left"

    assert asyncio.run(leave()) == "left"
    never.set()


def test_a_step_for_an_own_check_is_known_where_there_is_none(tmp_path: Path) -> None:
    steps = (Step(prompt="One?"), Step(prompt="Two?", check="own"))
    assert Checker(Scenario(steps=steps)).asks_for_own == 2
    assert Checker(Scenario(steps=steps), own(tmp_path, "return True")).asks_for_own is None


def test_what_an_own_check_prints_is_not_among_the_results(tmp_path: Path, capsys) -> None:
    file = tmp_path / "mine.py"
    file.write_text("print('loaded')\ndef check(*asked):\n    print('asked', end='.')\n")
    assert kinds("x", load_own(file), check="own") is None
    assert capsys.readouterr() == ("", "loaded\nasked.")
