"""`tui-arena doctor` and `tui-arena shardings`, as a person meets them."""

from pathlib import Path

import pytest
from test_cli import Command

from tui_arena.errors import ArenaError
from tui_arena.sizes import read_size

ARTICLE = (
    "gemma2_instruct_9b_en",
    "llama3.1_instruct_8b",
    "llama3.2_instruct_3b",
    "llama3.2_instruct_1b",
    "gemma_instruct_2b_en",
    "code_gemma_instruct_7b_en",
    "vicuna_1.5_7b_en",
    "mistral_instruct_7b_en",
)
PLAN = ("--devices", "8", "--memory", "16GB")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    for preset in (*ARTICLE, "nobody_knows"):
        text = f'preset = "{preset}"\ntemplate = "chatml"\n'
        (tmp_path / "mine" / f"{preset}.toml").write_text(text)
    return tmp_path / "mine"


def test_a_machine_is_planned_for_without_jax(command: Command, folder: Path) -> None:
    program = (
        "import sys, tui_arena.cli\n"
        "try: tui_arena.cli.main()\n"
        "finally: print([m for m in ('jax', 'keras', 'keras_hub', 'textual') if m in sys.modules],"
        " file=sys.stderr)"
    )
    done = command("doctor", *PLAN, *ARTICLE, "--profiles", str(folder), program=program)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert done.stdout.startswith("Devices  8 (planned, not looked at), 16.00 GB of memory each\n")
    [line] = [line for line in done.stdout.splitlines() if line.startswith("gemma2")]
    assert " ".join(line.split()).endswith(
        "bfloat16 9.24 B 2.31 GB 336 KiB 0.72 GB 3.03 GB 99.993% to be fetched"
    )
    assert "All fit together: 15.24 GB of 16.00 GB on each device" in done.stdout
    assert "Budget   15.50 GB of each device for weights and KV" in done.stdout
    assert "all weights take 11.85 GB, which leaves 3.65 GB for caches." in done.stdout


def test_what_does_not_fit_and_what_is_not_known_is_named(command: Command, folder: Path) -> None:
    wanted = (*ARTICLE, "nobody_knows")
    done = command(
        *("doctor", "--devices", "8", "--memory", "8GiB", *wanted, "--profiles", str(folder))
    )
    assert done.returncode == 0
    assert "No room beside them for: gemma2_instruct_9b_en" in done.stdout
    assert "Sizes not known before they are fetched: nobody_knows." in done.stdout
    assert "all weights take" not in done.stdout


def test_this_machine_is_looked_at(command: Command) -> None:
    done = command("doctor")
    assert done.returncode == 0, done.stderr
    assert "Devices  1 (cpu)" in done.stdout
    assert "smollm2-135m, smollm2-sampled float32" in " ".join(done.stdout.split())
    assert "on disk" in done.stdout


def test_shardings_are_planned(command: Command, folder: Path) -> None:
    done = command(
        *("shardings", "gemma2_instruct_9b_en", "--devices", "8", "--profiles", str(folder))
    )
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line}
    assert rows["decoder_block_*/attention/query/kernel"] == (
        ["42", "16x3584x256", "bfloat16", "(model,", "-,", "-)", "154.1", "MB"]
    )
    assert rows["decoder_block_*/pre_ffw_norm/scale"][-1] == "copied"
    assert "99.993% of 18.48 GB of weights is cut over 8 devices, 2.31 GB on each." in done.stdout


def test_a_model_that_will_not_be_cut_is_said_with_status_2(command: Command) -> None:
    done = command("shardings", "smollm2-135m", "--devices", "5")
    assert done.returncode == 2
    assert done.stderr.startswith("Only 0.0% of smollm2-135m can be cut over 5 devices")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["doctor", "--memory", "16XB"], "“16XB” is no size of memory; write it as 16GB"),
        (["run", "calendar", "--memory", "16XB"], "“16XB” is no size of memory; write it as 16GB"),
        (["--memory", "1GB", "doctor"], "--memory belongs to the arena"),
        (["doctor", "--devices", "0"], "0 is not in the range"),
        (["doctor", "nope", *PLAN], "no profile “nope”"),
        (["shardings", "nope", "--devices", "8"], "no profile “nope”"),
        (["shardings"], "Missing argument 'PROFILE'"),
    ],
)
def test_wrong_use_is_one_sentence(command: Command, arguments: list[str], said: str) -> None:
    assert said in command.refused(*arguments)


def test_unknown_sizes_cannot_be_planned(command: Command, folder: Path) -> None:
    said = command.refused(
        *("shardings", "nobody_knows", "--devices", "8", "--profiles", str(folder))
    )
    assert "not known before it is fetched" in said


@pytest.mark.parametrize(
    ("text", "size"),
    [("16GB", 16 * 10**9), ("15.75 GiB", 16911433728), ("512MiB", 512 << 20), ("7", 7)],
)
def test_sizes(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "0GB", "1e9", "16 gigs", "nan", "9" * 40])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ArenaError, match="is no size of memory"):
        read_size(text)
