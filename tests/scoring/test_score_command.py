"""`tui-arena score` as a person or a script meets it."""

import csv
import errno
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Command
from marked import asked, marks, talk, told
from talk import at, attempt, turn, vote
from test_library import NASTY

from tui_arena.cells import cells
from tui_arena.cli import main
from tui_arena.scenario import find_scenario
from tui_arena.session import Session, Timing
from tui_arena.store import SessionFile

HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
FRED = "Add a meeting with Fred"


class Inside(Command):
    """Runs `tui-arena` in this process, which takes no start."""

    def __init__(
        self, home: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        super().__init__(home)
        self._patch, self._capture = patch, capture

    def __call__(
        self, *arguments: str, program: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        assert not program
        with self._patch.context() as patch:
            patch.delenv("COLUMNS", raising=False)
            for name, value in (self.environment | environment).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["tui-arena", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
        said = self._capture.readouterr()
        return subprocess.CompletedProcess(arguments, ended.value.code, said.out, said.err)


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    config = tmp_path / "config" / "tui_arena"
    config.mkdir(parents=True)
    (tmp_path / "saved").mkdir()
    (config / "config.toml").write_text(f'sessions = "{tmp_path / "saved"}"\n')
    return Inside(tmp_path, monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path, command: Command) -> Path:
    return tmp_path / "saved"


def saved(folder: Path, *sessions: Session) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for session in sessions:
        SessionFile(session, folder).save()
    return [folder / f"{session.id}.json" for session in sessions]


def some_dialog(name: str = "a", **fields: Any) -> Session:
    left = [
        asked("1", FRED, "✔🍄"),
        told("2", "Wrong time.", "🥦", "🍄", about="1"),
        asked("3", "And?", "✔"),
    ]
    return talk(name, left, [asked("1", FRED, "✔", model="two")], **fields)


def scored(command: Command, *arguments: str) -> dict[str, Any]:
    done = command("score", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    return json.loads(done.stdout, parse_constant=pytest.fail)


def test_neither_jax_nor_a_screen_is_loaded(command: Command, folder: Path) -> None:
    saved(folder, some_dialog())
    heavy = ("jax", "keras", "textual", "rich", "sklearn")
    program = (
        "import sys, tui_arena.cli\n"
        "try: tui_arena.cli.main()\n"
        f"finally: print([m for m in {heavy} if m in sys.modules], file=sys.stderr)"
    )
    done = Command(command.home)("score", "--check", program=program)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "[]")
    assert "RECAP" in done.stdout


def test_tables_fit_any_width_whatever_stands_in_the_sessions(
    command: Command, folder: Path
) -> None:
    nasty = [asked(str(n), NASTY * 40 + str(n), "🍄", "🔥🔥", model=NASTY) for n in range(3)]
    wide = [asked("1", "漢字" * 40, "✔" * 30, model="漢字" * 30)]
    saved(folder, talk("a", nasty, wide, title=NASTY * 9), some_dialog("b", title="漢字 " * 60))
    for width in (60, 80, 120, 160):
        done = command("score", COLUMNS=str(width))
        assert (done.returncode, done.stderr) == (0, "")
        assert max(map(cells, done.stdout.splitlines())) <= width
        assert not HARMFUL.search(done.stdout)
    outside = Command(command.home)
    plain = outside("score", COLUMNS="80", PYTHONIOENCODING="ascii").stdout
    assert plain.isascii()
    assert max(map(len, plain.splitlines())) <= 80
    assert "OK+MISTAKE" in plain


def test_models_that_never_met_are_named_in_the_tables(command: Command, folder: Path) -> None:
    def met(name: str, one: str, other: str) -> Session:
        return talk(name, [asked("1", FRED, "✔", model=one)], [asked("2", FRED, "🔥", model=other)])

    saved(folder, met("a", "one", "two"))
    assert "WHO BEAT WHOM" not in command("score").stdout
    saved(folder, met("b", "three", "four"))
    shown = " ".join(command("score").stdout.split())
    assert "WHO BEAT WHOM These groups of models never met" in shown
    assert "four, three; one, two." in shown
    rows = [line.split() for line in command("score").stdout.splitlines()]
    [flips] = [row[2:8] for row in rows if row[:2] == ["one", "two"]]
    assert flips == ["1", "1", "0", "1.000", "1,", "0"]


def test_no_pair_is_said_to_differ_by_chance_where_pairs_are_few(
    command: Command, folder: Path
) -> None:
    models = [talk(name, [asked("1", FRED, "✔", model=name)]) for name in ("a", "b", "c")]
    saved(folder, *models[:2])
    assert "below .05 is rare." in " ".join(command("score").stdout.split())
    saved(folder, models[2])
    shown = " ".join(command("score").stdout.split())
    assert "of pairs that do not differ up to 1 in 20 has a P below .05, and here are 3." in shown


def test_a_terminal_gets_the_first_of_many_and_is_told_where_the_others_are(
    command: Command, folder: Path
) -> None:
    turns = [asked("1", FRED, "✔"), asked("2", "And?", "✔")]
    saved(folder, *(talk(f"s{n}", turns, title=f"Number {n}") for n in range(9)))
    shown = command("score", COLUMNS="80").stdout
    assert shown.count("Number ") == 6
    assert "3 more dialogs before these: into a file with --out, or in a pipe." in shown
    assert "Number 8" in shown
    assert command("score").stdout.count("Number ") == 9


def test_what_decides_the_ranks_is_printed(command: Command, folder: Path) -> None:
    saved(folder, some_dialog())
    assert "(✔ + 🥦 - 🔥) / n" in command("score").stdout
    done = command("score", "--weights", "mistake=-0.5,garbage=-3")
    assert "(✔ + 🥦 - 0.5 x 🍄 - 3 x 🔥) / n" in done.stdout
    config = command.home / "config" / "tui_arena" / "config.toml"
    config.write_text(config.read_text() + 'weights = "fixed=0"\n')
    assert scored(command)["weights"]["fixed"] == 0
    assert scored(command, "--weights", "ok=2")["weights"] == {
        **{"ok": 2, "fixed": 1},
        **{"mistake": 0, "garbage": -1},
    }
    config.write_text('weights = "many=1"\n')
    assert command.refused("score").startswith("config.toml: weights cannot be read")


def test_without_a_path_the_saved_sessions_are_scored_and_no_examples_below(
    command: Command, folder: Path
) -> None:
    saved(folder, some_dialog("mine"))
    saved(folder / "examples", some_dialog("theirs"))
    assert scored(command)["sessions"] == 1
    assert scored(command, str(folder))["sessions"] == 2


def test_filters_leave_only_what_is_asked_for(command: Command, folder: Path) -> None:
    both = some_dialog("a", scenario="calendar", created=at(0))
    both.panes.right.turns[0].response.marks += marks("🔥", by="bob")
    later = talk("b", [asked("1", FRED, "🔥")], created=at(3 * 86400))
    saved(folder, both, later)
    assert [row["model"] for row in scored(command, "--model", "two")["recap"]] == ["two"]
    assert scored(command, "--scenario", "calendar")["sessions"] == 1
    assert scored(command, "--since", "2026-11-23")["recap"][0]["garbage"] == 1
    assert scored(command, "--until", "2026-11-22")["replies"] == 5
    bob = scored(command, "--rater", "bob")
    assert [(row["model"], row["garbage"]) for row in bob["recap"]] == [("two", 1)]
    assert [each["counted"] for each in bob["raters"]] == [False, True]
    assert scored(command, "--rater", "bob", "--rater", "ada")["disputed"] == 1
    assert command.refused("score", "--model", "three") == "No answer fits --model three."
    assert "there are marks by: ada, bob" in command.refused("score", "--rater", "eve")
    assert "is no day" in command.refused("score", "--since", "yesterday")
    done = command("score", "--model", "one", "--model", "uno")
    assert (done.returncode, done.stderr) == (0, "No answer is by uno.\n")


def test_who_only_voted_can_be_asked_for(command: Command, folder: Path) -> None:
    sides = [[asked(str(n), FRED, "✔", model=name)] for n, name in enumerate(("one", "two"))]
    saved(folder, talk("a", *sides, votes=[vote("left", "a-0", "a-1", by="kim")]))
    done = command("score", "--rater", "kim", "--format", "json")
    assert json.loads(done.stdout)["bradley_terry"]["votes"] == 1
    assert "there are marks by: ada" in command.refused("score", "--rater", "eve")


def test_a_broken_file_among_others_is_named_skipped_and_counted(
    command: Command, folder: Path
) -> None:
    [whole, broken, newer] = saved(folder, *(some_dialog(name) for name in "abc"))
    broken.write_text(broken.read_text()[:400])
    newer.write_text(newer.read_text().replace("tui-arena/session/1", "tui-arena/session/9"))
    done = command("score", "--format", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert (found["files"], found["sessions"], len(found["problems"])) == (3, 1, 2)
    assert broken.name in done.stderr
    assert newer.name in done.stderr
    assert "2 files were left out" in done.stderr
    assert "Traceback" not in done.stderr
    assert command("score", "--strict").returncode == 1
    assert command("score", "--strict", str(whole)).returncode == 0


def test_a_file_counts_once_by_whatever_way_it_is_named(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    saved(folder, some_dialog())
    (tmp_path / "link").symlink_to(folder)
    ways = [str(folder), str(tmp_path / "link"), f"{folder}/../saved", f"{folder}/a.json"]
    found = json.loads(command("score", *ways, "--format", "json").stdout)
    assert (found["files"], found["sessions"]) == (1, 1)


def test_where_there_is_no_session_one_sentence_says_so(command: Command, folder: Path) -> None:
    assert "There is no session in" in command.refused("score")
    assert "There is no session in" in command.refused("score", str(folder))
    for number in range(30):
        (folder / f"{number:02}.json").write_text('{"name": "something else"}')
    done = command("score", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 22
    assert done.stderr.endswith("No session could be read.\n")
    missing = command("score", str(folder / "nowhere"))
    assert missing.returncode == 2
    assert "there is no such file or folder" in missing.stderr


def test_sessions_without_marks_have_empty_tables_and_say_so(
    command: Command, folder: Path
) -> None:
    silent = attempt("half", "", when=10, stop="stopped", timing=Timing(submitted=at(10)))
    saved(folder, talk("a", [asked("1", FRED, ""), turn("2", "And?", silent, when=10)]))
    done = command("score", "--format", "json")
    assert done.returncode == 0
    assert done.stderr == "No answer is rated: `tui-arena rate` walks through them.\n"
    found = json.loads(done.stdout)
    assert (found["replies"], found["recap"], found["habits"]) == (1, [], [])
    shown = command("score").stdout
    assert "1 answer in 1 session, none of them rated." in shown
    turns = [asked("1", FRED, "✔", model="two"), asked("2", "And?", "", model="two")]
    saved(folder, talk("b", turns))
    assert "1 answer of these models is not rated." in command("score").stdout


def test_a_file_is_written_whole_and_takes_no_sessions_place(
    command: Command, folder: Path
) -> None:
    [path] = saved(folder, some_dialog())
    out = folder / "scores.md"
    done = command("score", "--format", "markdown", "--out", str(out))
    assert (done.returncode, done.stdout) == (0, f"{out}\n")
    assert out.read_text().startswith("# Scores\n")
    assert "is one of the sessions" in command.refused("score", str(path), "--out", str(path))
    assert "is one of the sessions" in command.refused("score", "--out", str(path))
    assert "is a folder" in command.refused("score", "--out", str(folder))


def test_markdown_is_the_articles_tables_and_holds_no_markup_of_others(
    command: Command, folder: Path
) -> None:
    turns = [asked("1", "a | b <i>", "✔🍄", model="x|y"), asked("2", "And?", "🔥🔥", model="x|y")]
    saved(folder, talk("a", turns, title="*mine*"), some_dialog("b"))
    shown = command("score", "--format", "markdown").stdout
    assert r"### \*mine\* (a)" in shown
    assert r"| a \| b \<i\> | ✔🍄 |" in shown
    assert r"| #3 | x\|y | ✔🍄🔥🔥 | 4 | -0.25 |" in shown
    assert "| *Wrong time.* | 🥦 |" in shown
    heads = [line for line in shown.splitlines() if line.startswith("## ")]
    assert heads == ["## Reliability", "## Dialogs", "## Mistake fixing", "## Recap"]
    for table in re.findall(r"(?:^\|.*\n)+", shown, flags=re.MULTILINE):
        counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(counts) == 1


def test_csv_has_a_row_for_each_figure_and_runs_nothing(command: Command, folder: Path) -> None:
    saved(folder, some_dialog(), talk("b", [asked("1", "=1+1", "✔", model="@SUM(A1)")]))
    rows = list(csv.DictReader(io.StringIO(command("score", "--format", "csv").stdout)))
    about = [tuple(row[key] for key in list(rows[0])[:9]) for row in rows]
    assert len(set(about)) == len(about)
    [fixed] = [row for row in rows if row["table"] == "fixing" and row["prompt"]]
    assert (fixed["model"], fixed["figure"], fixed["hits"], fixed["n"]) == (
        "one",
        "fixed",
        "1",
        "2",
    )
    assert float(fixed["low"]) < 0.5 < float(fixed["high"])
    assert {row["model"] for row in rows if row["model"].startswith("'")} == {"'@SUM(A1)"}
    assert {row["prompt"] for row in rows if row["prompt"].startswith("'")} == {"'=1+1"}
    assert {"reliability", "dialog", "fixing", "recap", "habits", "paired"} <= {
        row["table"] for row in rows
    }
    assert {row["figure"]: (row["value"], row["n"]) for row in rows if row["table"] == "paired"}[
        "other_only_right"
    ] == ("1", "1")
    [took] = [
        row
        for row in rows
        if (row["model"], row["figure"]) == ("one", "corrections_for_each_solved")
    ]
    assert (took["value"], took["n"]) == ("0.5", "2")
    assert {row["figure"]: float(row["value"]) for row in rows if row["table"] == "weights"} == {
        "ok": 1,
        "fixed": 1,
        "mistake": 0,
        "garbage": -1,
    }


def test_the_same_seed_draws_the_same(command: Command, folder: Path) -> None:
    saved(folder, some_dialog())
    once, again, other = (scored(command, "--seed", seed) for seed in ("3", "3", "4"))
    assert once == again
    assert once["recap"] != other["recap"]


def test_the_checker_is_held_against_people_or_scored_itself(
    command: Command, folder: Path
) -> None:
    right = find_scenario("calendar").steps[0].expected
    answers = [
        attempt(f"t{n}", text, when=10, marks=marks("✔"))
        for n, text in enumerate([right, "Sure, I can do that."])
    ]
    prompt = "Add a meeting with Fred on Nov 11 at 5PM"
    known = talk("a", [turn("1", prompt, *answers, when=10, step=1)], scenario="calendar")
    saved(folder, known, talk("b", [asked("1", FRED, "✔")], scenario="nobody's"))
    done = command("score", "--check", "--format", "json")
    assert done.stderr == "There is no scenario “nobody's” here, so its sessions are not checked.\n"
    assert json.loads(done.stdout)["checker"]["confusion"] == [[1, 0, 0], [0, 0, 0], [1, 0, 0]]
    done = command("score", "--rater", "checker", "--format", "json")
    [row] = json.loads(done.stdout)["recap"]
    assert (row["ok"], row["garbage"]) == (1, 1)
    own = folder / "own.py"
    own.write_text(
        "from pprint import pprint\ndef check(*asked):\n    pprint('said')\n    return 'rude'\n"
    )
    assert "there is no such file" in command.refused("score", "--checker", "nowhere.py")
    done = command("score", "--checker", str(own), "--format", "json")
    assert json.loads(done.stdout)["checker"]["replies"] == 2
    assert "said" not in done.stdout


def test_what_taking_suggestions_over_does_to_kappa_is_said_in_every_form(
    command: Command, folder: Path
) -> None:
    step = find_scenario("calendar").steps[0]
    cells = ["✔", "✔", "🔥", "🔥", "✔"]
    texts = [step.expected, step.expected, "No.", step.expected, "No."]
    answers = [
        attempt(f"t{n}", text, when=10, marks=marks(cell))
        for n, (text, cell) in enumerate(zip(texts, cells, strict=True))
    ]
    for answer in answers[:3]:
        answer.marks[0].suggested = True
    saved(
        folder, talk("a", [turn("1", step.prompt, *answers, when=10, step=1)], scenario="calendar")
    )
    why = "3 suggestions were taken over"
    checker = scored(command, "--check")["checker"]
    assert (checker["replies"], checker["taken_over"]) == (5, 3)
    assert dict(checker["kappa"])["severity"] == -1
    assert checker["confusion"] == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
    upper = checker["with_taken_over"]
    assert upper["confusion"] == [[2, 0, 1], [0, 0, 0], [1, 0, 1]]
    assert dict(upper["kappa"])["severity"] == pytest.approx(1 / 6)
    said = command("score", "--check").stdout
    for text in (why, "kappa is too low", "--no-suggest", "WITH TAKEN OVER", "-1.00", "0.17"):
        assert text in said.replace("\n", " ")
    said = command("score", "--check", "--format", "markdown").stdout
    assert f"kappa, and how bad an answer is. {why}" in said
    assert "| Kappa with taken over |" in said
    assert "| With taken over | People: right |" in said
    assert "| severity | 0.17 |" in said
    said = command("score", "--check", "--format", "html").stdout
    assert why in said
    assert said.count("with suggestions that were taken over") == 2
    done = command("score", "--check", "--format", "csv").stdout
    rows = {row["figure"]: row for row in csv.DictReader(io.StringIO(done)) if row["value"]}
    assert (float(rows["kappa_severity"]["value"]), rows["kappa_severity"]["n"]) == (-1, "2")
    row = rows["kappa_severity_with_taken_over"]
    assert (float(row["value"]), row["n"]) == (pytest.approx(1 / 6), "5")
    assert float(row["low"]) < float(row["value"]) < float(row["high"])
    assert rows["suggested_right_given_right"]["value"] == "0"
    assert rows["suggested_right_given_right_with_taken_over"]["value"] == "2"
    for answer in answers:
        answer.marks[0].suggested = True
    saved(
        folder, talk("a", [turn("1", step.prompt, *answers, when=10, step=1)], scenario="calendar")
    )
    for format in ("table", "markdown", "html"):
        said = " ".join(command("score", "--check", "--format", format).stdout.split())
        assert "5 suggestions were taken over" in said
        assert "this is an upper bound" in said
        assert "kappa is too low" not in said
        assert "-1.00" not in said


def test_no_session_is_replaced_by_its_scores(command: Command, folder: Path) -> None:
    [path, _] = saved(folder, some_dialog(), some_dialog("b"))
    before = path.read_bytes()
    for sources in ((), (str(folder),), (str(folder), "--model", "two"), (str(path),)):
        said = command.refused("score", *sources, "--out", str(path))
        assert said == f"{path} is one of the sessions; name another file."
    assert path.read_bytes() == before
    broken = folder / "broken.json"
    broken.write_text("{")
    assert "is one of the sessions" in command.refused("score", "--out", str(broken))


def test_links_and_pipes_are_written_to_and_never_replaced(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    [path] = saved(folder, some_dialog())
    before = path.read_bytes()
    link, pipe = tmp_path / "scores.md", tmp_path / "pipe"
    link.symlink_to(tmp_path / "elsewhere.md")
    (tmp_path / "elsewhere.md").write_text("Old scores.")
    assert command("score", "--format", "markdown", "--out", str(link)).stdout == f"{link}\n"
    assert link.is_symlink()
    assert (tmp_path / "elsewhere.md").read_text().startswith("# Scores\n")

    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        done = command("score", "--format", "markdown", "--out", str(pipe))
        assert (done.returncode, done.stdout) == (0, "")
        assert pipe.is_fifo()
        assert os.read(reader, 9) == b"# Scores\n"
    finally:
        os.close(reader)

    for name in ("x" * 250, "漢" * 80):
        long = tmp_path / f"{name}.md"
        assert command("score", "--format", "markdown", "--out", str(long)).returncode == 0
        assert long.read_text().startswith("# Scores\n")

    (tmp_path / "link.md").symlink_to(path)
    assert "is one of the sessions" in command.refused("score", "--out", str(tmp_path / "link.md"))
    assert path.read_bytes() == before


def test_a_seed_below_nothing_is_refused(command: Command, folder: Path) -> None:
    saved(folder, some_dialog())
    assert "--seed" in command.refused("score", "--seed", "-1")


def test_folders_and_files_out_of_reach_are_named(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so the system is asked to refuse."""
    saved(folder, some_dialog())
    closed = folder / "closed"
    saved(closed, some_dialog("b"))
    scan = os.scandir

    def refuse(place: Any) -> Any:
        if Path(place) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(closed))
        return scan(place)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        done = command("score", str(folder), "--strict")
    assert done.returncode == 1
    assert f"{closed}: cannot be read: you have no permission" in done.stderr
    assert "5 answers in 1 session" in done.stdout
    beyond = closed / "c.json"

    def refuse_stat(place: Path, **_: Any) -> Any:
        if place == beyond:
            raise PermissionError(errno.EACCES, "Permission denied", str(place))
        return os.stat(place)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", refuse_stat)
        done = command("score", str(folder), str(beyond))
    assert done.returncode == 0
    assert f"{beyond}: cannot be read: you have no permission" in done.stderr


def test_what_nobody_rated_crowds_out_nothing_that_somebody_did(
    command: Command, folder: Path
) -> None:
    silent = [talk(f"s{n:02d}", [asked("1", f"Silent {n}?", "")]) for n in range(50)]
    silent += [talk(f"t{n:02d}", [asked("1", "S?", ""), asked("2", "T?", "")]) for n in range(50)]
    rated = talk("z", [asked("1", "Rated?", "✔")])
    dialog = talk("zz", [asked("1", "One?", "✔"), asked("2", "Two?", "🍄")])
    saved(folder, *silent, rated, dialog)
    said = command("score", COLUMNS="80").stdout
    assert "“Rated?”" in said
    assert "Silent" not in said
    assert "50 first prompts without any mark." in said
    said = command("score", "--format", "markdown").stdout
    assert "Rated?" in said
    assert "Silent" not in said
    said = command("score", "--format", "html").stdout
    assert said.index("Rated?") < said.index("Silent 0?")
    order = re.findall(r'<span class="sure">([tz]\w+)</span>', said)
    assert order[:3] == ["zz", "t00", "t01"]
    assert 'id="agreement"' not in said
    assert "No agreement: no answer has the marks of two raters." in said


def test_words_stand_for_emoji_where_the_settings_ask_for_them(
    command: Command, folder: Path
) -> None:
    saved(folder, some_dialog())
    assert not command("score").stdout.isascii()
    config = command.home / "config" / "tui_arena" / "config.toml"
    config.write_text(config.read_text() + "ascii = true\n")
    said = command("score").stdout
    assert said.isascii()
    assert "OK+MISTAKE" in said


def test_where_nothing_could_be_read_nothing_is_said_to_be_scored(
    command: Command, folder: Path
) -> None:
    (folder / "broken.json").write_text("{")
    done = command("score", str(folder))
    assert done.returncode == 2
    assert done.stderr.splitlines()[1:] == ["1 file was left out.", "No session could be read."]


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown", "html"])
def test_times_at_both_ends_of_the_calendar_are_times(
    command: Command, folder: Path, form: str
) -> None:
    ends = "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-11:00"
    for name, end in zip("ab", ends, strict=True):
        session = some_dialog(name, created=end)
        for one in session.panes.left.turns:
            one.response.timing.submitted = end
            for mark in one.response.marks:
                mark.at = end
        saved(folder, session)
    done = command("score", "--format", form, "--since", "2020-01-01")
    assert (done.returncode, done.stderr) == (0, "")
    assert command("score", "--format", form, "--until", "2020-01-01").returncode == 0
