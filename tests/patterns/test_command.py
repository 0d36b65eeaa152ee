"""`tui-arena patterns` as people and scripts meet it."""

import json
import re
import shutil
from pathlib import Path

import click
import pytest
from command_line import Command
from planted import planted, save, sessions

from tui_arena.cli import cli
from tui_arena.errors import ArenaError
from tui_arena.patterns.cases import Response

EXAMPLES = Path(__file__).parents[2] / "sessions" / "examples"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sessions")
    save(folder, *sessions(planted(150)))
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "sessions"))


@pytest.fixture
def run(capfdbinary):
    """Run the command in this process; return what it prints."""

    def patterns(*arguments: object) -> tuple[str, str]:
        cli.main(["patterns", *map(str, arguments)], standalone_mode=False)
        out, err = capfdbinary.readouterr()
        return out.decode(), err.decode()

    return patterns


def test_a_process_of_its_own_loads_no_screen_and_no_model(folder, tmp_path):
    (folder / "broken.json").write_text("{")
    program = (
        "import sys, tui_arena.cli\n"
        "try: tui_arena.cli.main()\n"
        "finally: print([m for m in ('textual', 'jax', 'keras') if m in sys.modules])"
    )
    done = Command(tmp_path)("patterns", str(folder), program=program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\n[]\n")
    assert "Regions that are failed at" in done.stdout
    assert "broken.json" in done.stderr
    assert "1 file was left out." in done.stderr


def test_names_are_kept_beside_the_sessions_and_shown_from_then_on(run, folder):
    run(folder, "--label", "R1=My region")
    assert "My region" in run(folder)[0]
    assert (folder / "patterns.toml").exists()
    elsewhere = folder.parent / "mine.toml"
    out, _ = run(folder, "--labels", elsewhere, "--label", "R1=Another name")
    assert "Another name" in out
    assert "My region" in run(folder)[0]


@pytest.mark.parametrize("command", ["patterns", "questions"])
def test_without_a_path_the_saved_sessions_are_read(command, folder, tmp_path, monkeypatch, capfd):
    config = tmp_path / "config" / "tui_arena"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'sessions = "{folder}"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    shutil.copytree(EXAMPLES / "synthetic", folder, dirs_exist_ok=True)
    (folder / "below").mkdir()
    shutil.move(folder / "synthetic-01.json", folder / "below")
    cli.main([command], standalone_mode=False)
    found = capfd.readouterr().out
    assert found.startswith(
        {
            "patterns": "860 judged responses to 430 distinct",
            "questions": "heron against otter: 220",
        }[command]
    )
    if command == "patterns":
        cli.main([command, "--label", "R1=Mine"], standalone_mode=False)
        assert (folder / "patterns.toml").exists()
    for file in folder.glob("*.json"):
        file.unlink()
    with pytest.raises(ArenaError, match="There is no session in"):
        cli.main([command], standalone_mode=False)


def test_json_goes_to_stdout_and_a_page_into_a_file(run, folder, tmp_path):
    out, _ = run(folder, "--format", "json", "--model", "bob", "--seed", "7")
    read = json.loads(out)
    assert [each["model"] for each in read["models"]] == ["bob"]
    assert read["seed"] == 7
    path = tmp_path / "page.html"
    out, _ = run(folder, "--format", "html", "--out", path)
    assert out == f"{path}\n"
    assert path.read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("command", ["patterns", "questions"])
def test_a_seed_is_one_that_all_that_draws_can_take(command, run, folder):
    with pytest.raises(click.BadParameter, match="4294967296 is not in the range"):
        cli.main([command, str(folder), "--seed", str(2**32)], standalone_mode=False)
    if command == "patterns":
        assert "distinct prompts" in run(folder, "--seed", 2**32 - 1)[0]


def test_picks_are_written_and_what_has_no_answer_is_counted(run, folder, tmp_path):
    path = tmp_path / "picks.jsonl"
    _, err = run(folder, "--model", "ada", "--picks", path, "--as", "messages", "--most", "8")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told = re.search(r"(\d) examples? from 8 prompts that ada fails at, in (.*)\.\n", err)
    assert told is not None
    assert (len(lines), Path(told[2])) == (int(told[1]), path)


def test_what_a_program_reads_is_the_result_alone_where_picks_are_written(run, folder, tmp_path):
    path = tmp_path / "picks.jsonl"
    out, _ = run(folder, "--model", "ada", "--picks", path, "--format", "json")
    assert json.loads(out)["prompts"] == 150
    assert path.exists()


def test_failures_that_lie_alone_are_no_picks_and_this_is_said(run, tmp_path):
    words = [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
    ]
    made = [
        Response(f"ada/{n}/0", "ada", f"{word} {word}ism", "No.", n % 6 == 0, int(n % 6 == 0))
        for n, word in enumerate(words)
    ]
    save(tmp_path, *sessions(made))
    _, err = run(tmp_path, "--picks", tmp_path / "picks.jsonl")
    assert "0 examples from 0 prompts that ada fails at" in err
    assert "not picked: 2 prompts that it fails at, with no other failure near them\n" in err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--model", "eve"), r"from eve; there are those of ada, bob\."),
        (("--rater", "eve"), "no marks by eve"),
        (("--embed", "glove"), "--embed is tfidf, or keras:"),
        (("--label", "R99=x"), "There is no group R99"),
        (("--label", "=x"), "“=x” gives no name"),
        (("--picks", "picks.jsonl"), "Name one with --model: ada, bob"),
        (("--out", "."), "is a folder"),
        (("--out", "x", "--picks", "./x", "--model", "ada"), "--out and --picks are both x"),
        (("--out", "x", "--labels", "x"), "--out and --labels are both x"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run, folder, options, sentence, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArenaError, match=sentence):
        run(folder, *options)


def test_a_session_is_never_written_over(run, folder):
    session = next(folder.glob("*.json"))
    before = session.read_bytes()
    with pytest.raises(ArenaError, match="is one of the sessions"):
        run(folder, "--out", session)
    assert session.read_bytes() == before


def test_the_example_sessions_are_too_few_for_a_test_and_this_is_said(run):
    out, _ = run(*EXAMPLES.glob("2026*.json"), EXAMPLES / "keras-chatbot-arena")
    assert "prove nothing" in " ".join(out.split())
    assert "not tested" in out
    assert re.search(r"G1  garbage: \d+ responses to \d prompts", out)  # as the checker says
    assert "only the marks are known" in out


def test_what_was_planted_in_the_synthetic_sessions_is_found(run):
    out, _ = run(EXAMPLES / "synthetic", "--format", "json")
    found = json.loads(out)
    planted = {
        "sql": r"\bSQL\b",
        "dates": r"[Dd]ays?\b|date\b|When was",
        "geometry": r"\bcm\b|\bm\b|polygon|triangle|angle",
    }
    names = []
    for region in found["regions"]:
        kinds = {
            name
            for name, words in planted.items()
            if all(re.search(words, prompt) for prompt in region["examples"])
        }
        assert kinds, region["label"]
        names.append((kinds, region["only_first"], region["only_second"]))
    assert (found["difference"]["first"], found["difference"]["second"]) == ("heron", "otter")
    for kinds, only_heron, only_otter in names:
        assert kinds != {"sql"} or only_otter > only_heron
        assert kinds != {"dates"} or only_heron > only_otter
    for name in planted:
        assert any(name in kinds for kinds, *_ in names), name


def test_votes_are_pointed_to_what_counts_them(run, folder):
    _, said = run(EXAMPLES / "synthetic")
    assert "votes say which answer is better: `tui-arena questions` counts" in said
    _, said = run(folder)
    assert "questions" not in said
