"""Scenario files: the article's dialog, and what is refused."""

import ast
from pathlib import Path

import pytest

from tui_arena import scenario
from tui_arena.checking.texts import as_expected
from tui_arena.scenario import (
    Scenario,
    ScenarioError,
    Step,
    find_scenario,
    list_scenarios,
    read_scenario,
)

API = "api = ['f(a)']\n"
ONE_STEP = '[[steps]]\nprompt = "Hi"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


def refused(tmp_path: Path, text: str) -> str:
    path = written(tmp_path, text)
    with pytest.raises(ScenarioError) as problem:
        read_scenario(path)
    message = str(problem.value)
    assert message.startswith(str(path))
    return message


def test_the_calendar_dialog_is_the_articles() -> None:
    calendar = find_scenario("calendar")
    assert calendar.name == "calendar"
    assert [step.prompt for step in calendar.steps] == [
        "Add a meeting with Fred on Nov 11 at 5PM",
        "The current year is 2024.",
        "I'm going to a rock concert in the evening of the same day at 8pm. "
        "Add a calendar entry for that.",
        "Set the duration to 3 hours.",
        "Add a meeting with Paul on the next day at 8am. 1/2h.",
        "Cancel the meeting with Fred.",
    ]
    assert [step.expected for step in calendar.steps] == [
        'action.add_calendar_entry("Meeting with Fred", date="2023-11-11", time="17:00", '
        "duration=30)",
        'action.add_calendar_entry("Meeting with Fred", date="2024-11-11", time="17:00", '
        "duration=30)",
        'action.add_calendar_entry("Rock Concert", date="2024-11-11", time="20:00", duration=30)',
        'action.add_calendar_entry("Rock Concert", date="2024-11-11", time="20:00", duration=60*3)',
        'action.add_calendar_entry("Meeting with Paul", date="2024-11-12", time="08:00", '
        "duration=30)",
        'action.remove_calendar_entry("Meeting with Fred", "2024-11-11", "17:00")',
    ]


def test_the_second_prompt_corrects_the_first_answer() -> None:
    first, second, *others = find_scenario("calendar").steps
    assert second.kind == "correction"
    assert {step.kind for step in (first, *others)} == {"script"}
    assert first.expected_in_dialog == second.expected


def test_the_system_text_shows_each_call_on_its_own_line_and_answers_parse() -> None:
    calendar = find_scenario("calendar")
    lines = calendar.system.splitlines()
    assert lines[0].startswith("You are a helpful vocal assistant on a mobile device.")
    assert (
        'action.add_calendar_entry(title, date="YYYY-MM-DD", time="HH:MM", duration=m) '
        "# duration in minutes"
    ) in lines
    assert "action.remove_calendar_entry(title, date, time)" in lines
    assert lines[-1].endswith("Respond to every request with a single line of executable code.")
    for step in calendar.steps:
        ast.parse(step.expected or "", mode="eval")


def test_a_path_is_read_and_gives_the_name(tmp_path: Path) -> None:
    path = written(tmp_path, 'name = "other"\n' + ONE_STEP)
    found = find_scenario(str(path))
    assert (found.name, found.title, found.system) == ("mine", "mine", "")
    assert found.steps[0].expected is None


def test_ones_own_scenarios_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "scenarios"
    own.mkdir()
    (own / "calendar.toml").write_text('title = "My own"\n' + ONE_STEP)
    (own / "another.toml").write_text(ONE_STEP)
    monkeypatch.setattr(scenario, "config_folder", lambda: tmp_path)
    assert find_scenario("calendar").title == "My own"
    assert [path.stem for path in list_scenarios()] == ["another", "calendar", "short-answers"]


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match=r"no scenario “calender”; there are: .*calendar"):
        find_scenario("calender")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        find_scenario(str(tmp_path / "nothing.toml"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1\n" + ONE_STEP, "unknown key `colour`; the keys here are name, title, system"),
        (ONE_STEP + "expects = 'x'\n", "unknown key `steps[0].expects`; the keys here are prompt"),
        (ONE_STEP + "kind = 'joke'\n", 'expected "script" or "correction"'),
        ("[[steps]]\nexpected = 'x'\n", "the key `steps[0].prompt` is missing"),
        ("[[steps]]\nprompt = 3\n", "key `steps[0].prompt`: expected `str`, got `int`"),
        (ONE_STEP + '[[steps]]\nprompt = " \\n"\n', "the prompt of step 2 is empty"),
        ("title = 'no steps'\n", "the key `steps` is missing"),
        ("steps = []\n", "key `steps`"),
        ("steps = \n", "is not valid TOML"),
        (ONE_STEP + "check = 'call'\nexpected = 'f('\n", "step 1: `expected` is not one call"),
        (ONE_STEP + "check = 'call'\nexpected = 'f(1/0)'\n", "does not fit the function"),
        ("check = 'call'\n" + ONE_STEP + "expected_in_dialog = 'no'\n", "`expected_in_dialog` is"),
        ("api = ['f(']\n" + ONE_STEP, "function 1 of `api` cannot be read: it is no function"),
        (API + ONE_STEP + "expected = 'f(1'\n", "step 1: `expected` calls a function of `api` but"),
        (API + ONE_STEP + "expected = 'g(1)'\n", "step 1: `expected` calls g, which is not in"),
        (API + ONE_STEP + "expected = 'f(b=1)'\n", "it calls: unknown_argument, missing:a."),
        (ONE_STEP + "check = 'regex'\nexpected = '(a'\n", "step 1: `expected` is not a regular"),
        (ONE_STEP + "check = 'regex'\nexpected = ''\n", "step 1: `expected` is empty, and every"),
        (ONE_STEP + "check = 'contains'\nexpected = ' '\n", "step 1: `expected` is empty, and"),
        (ONE_STEP + "check = 'json'\nexpected = '{'\n", "step 1: `expected` is not JSON"),
        (ONE_STEP + "check = 'exact'\nschema = {}\n", "step 1 has a `schema`, which only"),
        (ONE_STEP + "schema = {type = 'thing'}\n", "step 1: `schema` is not a JSON Schema"),
        (ONE_STEP + "check = 'eval'\n", "expected"),
        (ONE_STEP + f"schema = {{a = {'[' * 9000}{']' * 9000}}}\n", "are nested too deeply"),
        (ONE_STEP + f"schema = {{const = {'9' * 5000}}}\n", "a number in it has too many digits"),
        (ONE_STEP + f"schema = {{const = 0x{'f' * 5000}}}\n", "`schema` is not a JSON Schema"),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(ScenarioError, match="is not UTF-8"):
        read_scenario(tmp_path / "mine.toml")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    assert "too big" in refused(tmp_path, "#" * (1 << 21))


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("f(1)", True),
        ("  f(1)\n\n", True),
        ("```python\nf(1)\n```", True),
        ("\n```\n f(1)\n\n```\n", True),
        ("~~~py\nf(1)\n~~~", True),
        ("```f(1)```", True),
        ("Sure:\n```\nf(1)\n```", False),
        ("```\nf(1)\n```\n```\nf(1)\n```", False),
        ("f(2)", False),
        ("`" * 10_000, False),
        ("", False),
    ],
)
def test_an_answer_is_held_against_the_expected_one_without_space_and_fences(
    answer: str, right: bool
) -> None:
    assert as_expected(answer, " f(1)\n") is right


def test_corrections_belong_to_the_step_before_them() -> None:
    kinds = {"b": "correction", "c": "correction", "f": "correction"}
    steps = tuple(Step(prompt=prompt, kind=kinds.get(prompt, "script")) for prompt in "abcdef")
    found = [
        (exchange.number, exchange.step.prompt, [step.prompt for step in exchange.corrections])
        for exchange in Scenario(steps=steps).exchanges()
    ]
    assert found == [(1, "a", ["b", "c"]), (4, "d", []), (5, "e", ["f"])]
    [alone] = Scenario(steps=steps[1:3]).exchanges()
    assert (alone.step.prompt, len(alone.corrections)) == ("b", 1)


def test_a_folder_that_cannot_be_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "glob", refuse)
    with pytest.raises(ScenarioError, match=r"scenarios: cannot be read: Permission denied\."):
        find_scenario("calendar")
