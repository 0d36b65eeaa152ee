"""The set-up script on a machine made up for the test: a bare PATH with a stand-in for Python."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

STAND_IN = """\
#!/bin/sh
# Answers what the set-up asks of a Python: its version, has it venv, make a venv, run pip.
case "$*" in
*version_info*) echo VERSION ;;
*ensurepip*) exit NO_VENV ;;
*"-m venv "*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*"import pip"*) exit 0 ;;
*"-m pip install"*)
    echo "$*" >> pip-calls
    echo "user=${PIP_USER:-} path=${PYTHONPATH:-} target=${PIP_TARGET:-}" >> pip-environment
    if [ -f pip-is-killed ]; then rm pip-is-killed; kill -9 "$PPID"; exit; fi
    if [ -f pip-fails ]; then cat pip-fails; exit 1; fi ;;
esac
"""


class Machine:
    """A checkout with the real set-up script, and a PATH that holds only what is put there."""

    def __init__(self, root: Path) -> None:
        self.checkout = root / "checkout with a space"
        self.path = root / "bin"
        self.path.mkdir()
        for tool in ("cat", "cmp", "cp", "dirname", "grep", "mkdir", "rm", "sh", "sleep", "tail"):
            found = shutil.which(tool)
            assert found, tool
            (self.path / tool).symlink_to(found)
        (self.checkout / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "scripts" / "setup.sh", self.checkout / "scripts")
        (self.checkout / "pyproject.toml").write_text("[project]\n")
        (self.checkout / "requirements").mkdir()
        for lock in ("run", "dev", "tpu"):
            self.lock(lock).write_text(f"{lock}==1\n")

    def lock(self, name: str) -> Path:
        return self.checkout / "requirements" / f"{name}.txt"

    def python(self, name: str, version: str, *, venv: bool = True) -> Path:
        stand_in = self.path / name
        text = STAND_IN.replace("VERSION", version).replace("NO_VENV", "0" if venv else "1")
        stand_in.write_text(text)
        stand_in.chmod(0o755)
        return stand_in

    def set_up(self, *parts: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "scripts/setup.sh", *(parts or ("run",))],
            cwd=self.checkout,
            env={"PATH": str(self.path), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def pip_calls(self) -> list[str]:
        """Return what pip was asked since the last time, shortened to what matters."""
        calls = self.checkout / "pip-calls"
        if not calls.exists():
            return []
        lines = calls.read_text().splitlines()
        calls.unlink()
        return [line.split()[-1] for line in lines]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_first_set_up_installs_lock_and_project(machine: Machine) -> None:
    machine.python("python3", "3.12")
    result = machine.set_up()
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == "Making .venv with Python 3.12."
    assert "--no-deps" in (machine.checkout / "pip-calls").read_text()
    assert "--require-hashes" in (machine.checkout / "pip-calls").read_text()
    assert machine.pip_calls() == ["requirements/run.txt", "."]


def test_the_second_set_up_does_nothing(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.set_up()
    machine.pip_calls()
    (machine.path / "python3").unlink()
    result = machine.set_up()
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert machine.pip_calls() == []


def test_only_what_changed_is_done_again(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.set_up("run", "dev")
    assert machine.pip_calls() == ["requirements/run.txt", "requirements/dev.txt", "."]
    machine.lock("dev").write_text("dev==2\n")
    machine.set_up("run", "dev")
    assert machine.pip_calls() == ["requirements/dev.txt"]
    (machine.checkout / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    machine.set_up("run", "dev")
    assert machine.pip_calls() == ["."]


def test_a_step_that_failed_is_done_again(machine: Machine) -> None:
    machine.python("python3", "3.12")
    trouble = machine.checkout / "pip-fails"
    trouble.write_text("WARNING: NewConnectionError: Temporary failure in name resolution\n")
    result = machine.set_up()
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == (
        "Set-up: The packages could not be downloaded; check the network connection and try again."
    )
    machine.pip_calls()
    trouble.unlink()
    assert machine.set_up().returncode == 0
    assert machine.pip_calls() == ["requirements/run.txt", "."]


def test_a_set_up_that_was_killed_trusts_nothing_it_left(machine: Machine) -> None:
    machine.python("python3", "3.12")
    (machine.checkout / "pip-is-killed").touch()
    assert machine.set_up().returncode == -signal.SIGKILL
    assert machine.set_up().returncode == 0
    killed, lock, project = (machine.checkout / "pip-calls").read_text().splitlines()
    assert "--ignore-installed" in lock
    assert "--ignore-installed" not in killed + project


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ProxyError('Cannot connect to proxy.')", "could not be downloaded"),
        ("ERROR: No matching distribution found for jaxlib", "pip could not install the packages"),
    ],
)
def test_what_pip_failed_at_is_said_in_a_sentence(machine: Machine, said: str, meant: str) -> None:
    machine.python("python3", "3.12")
    (machine.checkout / "pip-fails").write_text(said + "\n")
    result = machine.set_up()
    assert result.returncode == 2
    assert meant in result.stderr.splitlines()[-1]


def test_tpu_stays_chosen_and_follows_its_lock(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.set_up("run")
    machine.pip_calls()
    machine.set_up("run", "tpu")
    assert machine.pip_calls() == ["requirements/tpu.txt"]
    machine.lock("tpu").write_text("tpu==2\n")
    machine.set_up("run")
    assert machine.pip_calls() == ["requirements/tpu.txt"]


def test_settings_of_the_person_do_not_lead_packages_elsewhere(machine: Machine) -> None:
    machine.python("python3", "3.12")
    result = machine.set_up(PIP_USER="1", PYTHONPATH="/elsewhere", PIP_TARGET="/elsewhere")
    assert result.returncode == 0, result.stderr
    seen = set((machine.checkout / "pip-environment").read_text().splitlines())
    assert seen == {"user=0 path= target="}


def test_a_checkout_that_was_moved_is_set_up_again(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.set_up()
    machine.pip_calls()
    machine.checkout = machine.checkout.rename(machine.checkout.parent / "moved")
    assert machine.set_up().returncode == 0
    assert machine.pip_calls() == ["requirements/run.txt", "."]


def test_a_venv_whose_python_is_gone_is_made_again(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.set_up()
    machine.pip_calls()
    python = machine.checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.12")
    assert machine.set_up().returncode == 0
    assert machine.pip_calls() == ["requirements/run.txt", "."]


def test_a_venv_of_another_python_than_the_one_asked_for_is_made_again(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.set_up()
    machine.python("mine", "3.13")
    result = machine.set_up(PYTHON="mine")
    assert result.stderr.splitlines()[0] == "Making .venv with Python 3.13."


def test_a_venv_that_somebody_else_made_is_used_and_never_removed(machine: Machine) -> None:
    stand_in = machine.python("python3", "3.13")
    theirs = machine.checkout / ".venv" / "bin"
    theirs.mkdir(parents=True)
    shutil.copy(stand_in, theirs / "python")
    (theirs / "precious").touch()
    assert machine.set_up().returncode == 0
    assert (theirs / "precious").exists()


def test_a_venv_of_somebody_else_that_does_not_fit_is_not_removed(machine: Machine) -> None:
    machine.python("python3", "3.13")
    theirs = machine.checkout / ".venv"
    theirs.mkdir()
    (theirs / "precious").touch()
    result = machine.set_up()
    assert result.returncode == 2
    assert "move it away and try again" in result.stderr
    assert (theirs / "precious").exists()


@pytest.mark.parametrize("version", ["3.10", "2.7", "3.15"])
def test_a_python_that_does_not_fit_is_named(machine: Machine, version: str) -> None:
    machine.python("python3", version)
    result = machine.set_up()
    assert result.returncode == 2
    [line] = result.stderr.splitlines()
    assert line.startswith("Set-up: Python 3.11, 3.12, 3.13 or 3.14 is needed")
    assert f"(python3 is Python {version})" in line


def test_no_python_at_all_is_said(machine: Machine) -> None:
    result = machine.set_up()
    assert result.returncode == 2
    [line] = result.stderr.splitlines()
    assert line.startswith("Set-up: Python 3.11, 3.12, 3.13 or 3.14 is needed; install one")
    assert not (machine.checkout / ".venv").exists()


def test_a_python_without_venv_is_said_with_its_cure(machine: Machine) -> None:
    machine.python("python3", "3.12", venv=False)
    result = machine.set_up()
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "Set-up: python3 is here, but without its venv module; install it "
        "(on Debian and Ubuntu: sudo apt install python3-venv) and try again."
    ]


def test_the_first_python_that_fits_is_taken(machine: Machine) -> None:
    machine.python("python3", "3.10")
    machine.python("python3.13", "3.13", venv=False)
    machine.python("python3.12", "3.12")
    assert machine.set_up().stderr.splitlines()[0] == "Making .venv with Python 3.12."


def test_uv_brings_a_python_where_none_fits(machine: Machine) -> None:
    machine.python("python3", "3.10")
    brought = machine.python("elsewhere", "3.12")
    uv = machine.path / "uv"
    uv.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        "*install*) : > installed ;;\n"
        f'*find*) [ -f installed ] && echo "{brought}" ;;\n'
        "esac\n"
    )
    uv.chmod(0o755)
    result = machine.set_up()
    assert result.returncode == 0, result.stderr
    assert result.stderr.splitlines()[:2] == [
        "Getting Python 3.12 with uv.",
        "Making .venv with Python 3.12.",
    ]


@pytest.mark.parametrize(
    ("python", "said"),
    [("nowhere/python", "does not run"), ("python3", "is version 3.10")],
)
def test_a_python_asked_for_that_does_not_fit_is_said(
    machine: Machine, python: str, said: str
) -> None:
    machine.python("python3", "3.10")
    machine.python("python3.12", "3.12")
    result = machine.set_up(PYTHON=python)
    assert result.returncode == 2
    assert f"PYTHON={python} {said}" in result.stderr


def test_make_run_sets_up_and_then_starts_the_arena(machine: Machine) -> None:
    make = shutil.which("make")
    assert make, "these tests are run by make"
    shutil.copy(ROOT / "Makefile", machine.checkout)
    machine.python("python3", "3.12")
    machine.set_up()
    arena = machine.checkout / ".venv" / "bin" / "tui-arena"
    arena.write_text('#!/bin/sh\necho "arena: $* path=${PYTHONPATH:-}"\n')
    arena.chmod(0o755)
    environment = os.environ | {"PATH": str(machine.path), "PYTHONPATH": "/elsewhere"}
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON", "ARGS", "TPU"):
        environment.pop(name, None)
    result = subprocess.run(
        [make, "run", "ARGS=--left x"],
        cwd=machine.checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "arena: --left x path=\n"
