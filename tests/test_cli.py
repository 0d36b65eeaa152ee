"""The command line as a person or a script meets it: real processes, real exit statuses."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import TINY_PROFILE, Command

from tui_arena import __version__
from tui_arena.engine.events import MAX_ATTEMPTS
from tui_arena.engine.profile import Sampler
from tui_arena.session import Attempt, Prompt, Timing, Turn, new_session
from tui_arena.stamps import now
from tui_arena.store import SessionFile, load_session

HEAVY = ("jax", "jaxlib", "keras", "keras_hub", "tensorflow", "textual", "rich", "numpy")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def saved_session(folder: Path) -> Path:
    session = new_session(systems=("", ""))
    session.panes.left.profile = "left-it-had"
    session.panes.right.profile = "right-it-had"
    SessionFile(session, folder).save()
    return folder / f"{session.id}.json"


# quick answers


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["score", "--help"],
        ["patterns", "--help"],
        ["profiles"],
        ["profiles", "--json"],
    ],
)
def test_help_and_lists_answer_at_once_and_load_nothing_heavy(
    command: Command, arguments: list[str]
) -> None:
    program = (
        "import sys, tui_arena.cli\n"
        "try: tui_arena.cli.main()\n"
        f"finally: print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    started = time.perf_counter()
    done = command(*arguments, program=program)
    assert time.perf_counter() - started < 20
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_version(command: Command) -> None:
    assert command("--version").stdout == f"tui-arena {__version__}\n"


def test_profiles_lists_names_titles_sources_and_what_is_missing(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(TINY_PROFILE + 'title = "Mine"\n')
    (tmp_path / "hub.toml").write_text('preset = "kaggle://a/b/keras/c"\ntemplate = "chatml"\n')
    table = command("profiles", "--profiles", str(tmp_path)).stdout
    lines = {line.split()[0]: line for line in table.splitlines()}
    names = list(lines)
    assert names == ["NAME", *sorted(names[1:])]
    assert {"hub", "mine", "gemma2-9b", "smollm2-135m", "smollm2-sampled"} <= set(names)
    assert "missing" in lines["mine"]
    assert "Mine" in lines["mine"]
    assert "/nowhere/model" in lines["mine"]
    assert "fetched when first used" in lines["hub"]
    assert "SmolLM2 135M" in lines["smollm2-135m"]


def test_profiles_as_json_are_for_programs(command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TINY_PROFILE + 'title = "\\u009b31m"\n')
    done = command("profiles", "--json", "--profiles", str(tmp_path))
    assert done.stdout.isascii()
    mine = next(entry for entry in json.loads(done.stdout) if entry["name"] == "mine")
    assert mine["here"] is False
    assert mine["title"] == "\x9b31m"
    assert mine["path"] == str(tmp_path / "mine.toml")
    assert mine["sampler"]["temperature"] == 0.0


def test_ones_own_profiles_are_listed_and_a_broken_one_is_named(
    command: Command, tmp_path: Path
) -> None:
    own = tmp_path / "config" / "tui_arena" / "profiles"
    own.mkdir(parents=True)
    (own / "good.toml").write_text(TINY_PROFILE)
    (own / "broken.toml").write_text(TINY_PROFILE + "colour = 1\n")
    done = command("profiles")
    assert done.returncode == 2
    assert "good" in done.stdout
    assert "smollm2-135m" in done.stdout
    assert "broken.toml: unknown key `colour`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_names_and_titles_cannot_act_on_the_terminal(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2Jb.toml").write_text(TINY_PROFILE + 'title = "t\\u001b]0;x\\u0007\\nu"\n')
    done = command("profiles", "--profiles", str(tmp_path))
    assert "\x1b" not in done.stdout
    assert "a␛[2Jb" in done.stdout
    assert "t␛]0;x␇ u" in done.stdout
    assert "\x1b" not in command.refused("run", "x\x1b[2J")
    assert "a b" in command.refused("run", "a\nb")


def test_a_reader_that_leaves_early_is_no_fault(command: Command) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m tui_arena profiles --json | true"],
        env=command.environment,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["profiles"], ["--help"]])
def test_output_that_cannot_be_written_is_said(command: Command, arguments: list[str]) -> None:
    with open(os.devnull) as only_to_read:
        done = subprocess.run(
            [sys.executable, "-m", "tui_arena", *arguments],
            env=command.environment,
            stdout=only_to_read,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr == "The output cannot be written: Bad file descriptor.\n"


@pytest.mark.parametrize(
    ("arguments", "status"), [("profiles", 0), ("--help", 0), ("run nope", 2), ("", 2)]
)
def test_closed_streams_are_no_fault(command: Command, arguments: str, status: int) -> None:
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m tui_arena {arguments} {closed}"],
            env=command.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, closed
        assert "Traceback" not in done.stderr


def test_a_terminal_without_unicode_gets_ascii(command: Command) -> None:
    said = command.refused("run", "nope", PYTHONIOENCODING="ascii")
    assert said.startswith('There is no scenario "nope"')


# bad input


def test_unknown_names_are_refused_with_the_known_ones(command: Command) -> None:
    said = command.refused("--left", "nope")
    assert said.startswith("There is no profile “nope”; there are: codegemma-7b, ")
    assert "smollm2-135m, smollm2-sampled" in said
    assert "no profile “nope”" in command.refused("run", "calendar", "--right", "nope")
    assert "no scenario “nope”; there are: calendar" in command.refused("run", "nope")
    assert "no scenario “nope”" in command.refused("--scenario", "nope")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--loud"], "No such option '--loud'"),
        (["fight"], "No such command 'fight'"),
        (["--left"], "'--left' requires an argument"),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "calendar", "--max-tokens", "0"], "0 is not in the range"),
        (["run", "calendar", "--max-tokens", "many"], "'many' is not a valid integer"),
        (["run", "calendar", "--attempts", str(MAX_ATTEMPTS + 1)], "17 is not in the range"),
        (["run", "calendar", "--correct", "0"], "0 is not in the range"),
        (["run", "calendar", "--checker", "none.py"], "none.py: there is no such file"),
        (["rate", "nothing.json", "--checker", "none.py"], "none.py: there is no such file"),
        (["--checker", "none.py"], "none.py: there is no such file"),
        (["run", "calendar", "two"], "unexpected extra argument"),
        (["--left", "x", "run", "calendar"], "options of run come after its name"),
        (["profiles", "--profiles", "/nowhere"], "There is no folder /nowhere"),
        (["run", "nowhere/x.toml"], "nowhere/x.toml: cannot be read"),
        (["run", "calendar", "--left", "nowhere/x.toml"], "nowhere/x.toml: cannot be read"),
        (["run", "calendar", "--out", "/dev/null"], "Sessions cannot be saved in /dev/null"),
        ([], "The arena needs a terminal"),
    ],
)
def test_wrong_use_is_one_sentence(command: Command, arguments: list[str], said: str) -> None:
    assert said in command.refused(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        *(["score", ""], ["patterns", ".", ""], ["questions", ""], ["sessions", ""], ["rate", ""]),
        *(["replay", ""], ["rerun", ""], ["fork", "", "--turn", "1"], ["import", ""]),
        *(["export", "", "--to", "csv"], ["score", "--out", "", "."], ["--checker", ""]),
        *(["sessions", "delete", ""], ["sessions", "restore", ""], ["--resume", ""]),
    ],
)
def test_an_empty_path_is_not_the_current_folder(command: Command, arguments: list[str]) -> None:
    assert " is empty; " in command.refused(*arguments)


def test_a_wrong_profile_is_named_with_file_key_and_expectation(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    for text, said in (
        (TINY_PROFILE + "temprature = 1\n", "unknown key `temprature`; the keys here are"),
        (TINY_PROFILE + "[sampler]\ntop_k = 'x'\n", "key `sampler.top_k`: expected `int`, got"),
        ('preset = "x"\ntemplate = "gpt"\n', 'expected "chatml" or "gemma"'),
        (TINY_PROFILE + "[sampler]\ntemperature = nan\n", "key `sampler.temperature`"),
        ("preset = \n", "is not valid TOML"),
    ):
        path.write_text(text)
        message = command.refused("run", "calendar", "--left", str(path))
        assert message.startswith(f"{path}: ")
        assert said in message


# a run


def run_on_script(*, then: str = "") -> str:
    """A program that is `tui-arena` with an engine that plays from a script."""
    return (
        "import sys, types\n"
        "from tui_arena.engine.scripted import ScriptedEngine\n"
        "fake = types.ModuleType('tui_arena.engine.engine')\n"
        f"fake.KerasEngine = lambda **settings: ScriptedEngine({then})\n"
        "sys.modules['tui_arena.engine.engine'] = fake\n"
        "from tui_arena.cli import main\n"
        "main()\n"
    )


def test_a_run_prints_the_path_of_its_session_last(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command("run", "calendar", "--out", str(out), program=run_on_script(then="pace=0"))
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.splitlines()[-1])
    assert path.parent == out
    session = load_session(path)
    assert session.scenario == "calendar"
    assert session.panes.left.system.startswith("You are a helpful vocal assistant")
    assert [turn.prompt.kind for turn in session.panes.right.turns][:2] == ["script", "correction"]
    assert session.panes.left.turns[0].response.profile == "smollm2-135m"
    assert session.panes.right.turns[0].response.profile == "smollm2-sampled"
    assert {"tui-arena", "python", "jax", "keras", "keras-hub", "device"} <= session.software.keys()
    assert "left   step 6 of 6: ended" in done.stderr


def test_a_model_that_cannot_be_loaded_is_a_sentence(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "not a preset"
    folder.mkdir()
    (folder / "config.json").write_text("{")
    profile = tmp_path / "broken.toml"
    profile.write_text(f'preset = "{folder}"\ntemplate = "chatml"\n')
    done = command(
        "run", "calendar", "--left", str(profile), "--right", str(profile), "--out", str(tmp_path)
    )
    assert done.returncode == 1
    sentence = (
        "config.json is not the JSON of a model's configuration; fetch or copy the model again."
    )
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert load_session(Path(done.stdout.strip())).scenario == "calendar"


def test_without_a_system_text_of_its_own_a_scenario_leaves_the_profiles(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text('[[steps]]\nprompt = "Hi"\n')
    done = command(
        *("run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "out")),
        program=run_on_script(then="pace=0"),
    )
    session = load_session(Path(done.stdout.splitlines()[-1]))
    assert "SmolLM" in session.panes.left.system


def test_a_path_with_strange_bytes_is_printed_exactly(command: Command, tmp_path: Path) -> None:
    out = os.fsencode(tmp_path) + b"/\xff \x1b[2J"
    done = subprocess.run(
        [sys.executable, "-c", run_on_script(then="pace=0"), "run", "calendar", "--out", out],
        env=command.environment,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    path = done.stdout.splitlines()[-1]
    assert path.startswith(out)
    assert os.path.exists(path)


@pytest.mark.parametrize(("name", "status"), [("INT", 130), ("TERM", 143), ("HUP", 129)])
def test_a_signal_ends_a_run_cleanly(
    command: Command, tmp_path: Path, name: str, status: int
) -> None:
    out = tmp_path / "out"
    running = subprocess.Popen(
        [
            *(sys.executable, "-c", run_on_script(then="pace=0.05")),
            *("run", "calendar", "--out", str(out)),
        ],
        env=command.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "step 1" in line:
            break
    while not list(out.glob("*.json")):  # the stream is under way and was saved once
        time.sleep(0.01)
    subprocess.run(["kill", f"-{name}", str(running.pid)], check=True)
    started = time.monotonic()
    stdout, stderr = running.communicate(timeout=30)
    assert time.monotonic() - started < 20
    assert running.returncode == status
    assert "Traceback" not in stderr
    session = load_session(Path(stdout.splitlines()[-1]))
    assert session.panes.left.turns[0].response.text
    assert session.panes.left.turns[-1].response.stop == "stopped"


def test_a_signal_ends_a_run_whose_models_still_load(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = subprocess.Popen(
        [
            *(sys.executable, "-c", run_on_script(then="hold_loads=True")),
            *("run", "calendar", "--out", str(out)),
        ],
        env=command.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    while "right" not in running.stderr.readline():
        continue
    running.terminate()
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 143
    assert stderr.startswith("Ended by SIGTERM; what was answered so far is saved in")
    assert stderr.count("\n") == 1
    assert load_session(Path(stdout.splitlines()[-1])).panes.left.turns == []


def test_kill_9_in_mid_answer_leaves_a_session_with_all_but_the_last_second(
    command: Command, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    running = subprocess.Popen(
        [
            *(sys.executable, "-c", run_on_script(then="pace=0.1")),
            *("run", "calendar", "--out", str(out)),
        ],
        env=command.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    while "left   step 2 of 6" not in running.stderr.readline():
        continue
    running.kill()
    running.communicate()
    (path,) = out.glob("*.json")
    turn = load_session(path).panes.left.turns[0]
    assert turn.response.text.endswith("at 5PM")
    assert turn.response.stop == "end"


def test_a_session_is_resumed_with_the_models_it_had(command: Command, tmp_path: Path) -> None:
    path = saved_session(tmp_path)
    assert "no profile “left-it-had”" in command.refused("--resume", str(path))
    left = ("--left", "smollm2-135m")
    assert "no profile “right-it-had”" in command.refused("--resume", str(path), *left)
    both = (*left, "--right", "smollm2-135m")
    assert "needs a terminal" in command.refused("--resume", str(path), *both)


def test_what_cannot_be_resumed_is_one_sentence(command: Command, tmp_path: Path) -> None:
    path = saved_session(tmp_path)
    assert "leave out --scenario" in command.refused(
        "--resume", str(path), "--scenario", "calendar"
    )
    other = tmp_path / "other.json"
    path.rename(other)
    assert f"must be called {path.name}" in command.refused("--resume", str(other))
    assert "no such file" in command.refused("--resume", str(path))


# rate and rerun


def test_nothing_to_rate_is_said_and_no_fault(command: Command, tmp_path: Path) -> None:
    path = saved_session(tmp_path)
    done = command("rate", str(path))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Nothing to rate: there are no responses in these files.\n"
    (tmp_path / "broken.json").write_text("{")
    done = command("rate", str(path), str(tmp_path / "broken.json"))
    assert done.returncode == 0
    assert "broken.json: is damaged, it is not whole JSON" in done.stderr
    assert command("rate", str(tmp_path / "broken.json")).returncode == 2


def test_rating_needs_a_terminal(command: Command, tmp_path: Path) -> None:
    session = new_session(systems=("", ""))
    turn = Turn(id="t", prompt=Prompt(text="hi", at=now()), attempts=[])
    timing = Timing(submitted=now(), finished=now())
    turn.attempts.append(Attempt(id="a", profile="one", sampler=Sampler(), timing=timing, text="x"))
    session.panes.left.turns.append(turn)
    file = SessionFile(session, tmp_path)
    file.save()
    assert "Rating needs a terminal" in command.refused("rate", str(file.path))
    assert "--as is empty" in command.refused("rate", "--as", " ", str(file.path))
    said = command.refused("rerun", str(file.path))
    assert "by the profile “one”, which is not among yours; name one with --left" in said
    assert "no profile “two”" in command.refused("rerun", str(file.path), "--left", "two")


def test_a_session_without_answers_cannot_be_run_again(command: Command, tmp_path: Path) -> None:
    assert "There is nothing to run again" in command.refused("rerun", str(saved_session(tmp_path)))
