"""The locks in requirements/: pinned, hashed, complete, free of what the arena does not need."""

import re
from pathlib import Path

import pytest
import tomli
from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
LOCKS = ("run", "dev", "tpu")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def pins(lock: str) -> list[Requirement]:
    """Read the requirements of a lock, without their hashes."""
    lines = (REQUIREMENTS / f"{lock}.txt").read_text().splitlines()
    return [
        Requirement(line.removesuffix("\\").strip())
        for line in lines
        if line and not line.startswith((" ", "#"))
    ]


def wanted(path: str) -> list[Requirement]:
    """Read what a lock is made from."""
    lines = (REQUIREMENTS / path).read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def on_linux(python: str) -> dict[str, str]:
    environment = {key: str(value) for key, value in default_environment().items()}
    return environment | {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "extra": "",
    }


def versions(lock: str, python: str) -> dict[str, str]:
    """Say which version of each package a lock puts on Linux with that Python."""
    environment = on_linux(python)
    chosen: dict[str, str] = {}
    for pin in pins(lock):
        if pin.marker is None or pin.marker.evaluate(environment):
            assert pin.name not in chosen, f"{lock}: {pin.name} is pinned twice for {python}"
            [only] = pin.specifier
            chosen[pin.name] = only.version
    return chosen


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_to_one_version_with_hashes(lock: str) -> None:
    text = (REQUIREMENTS / f"{lock}.txt").read_text()
    packages = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    assert len(packages) == len(pins(lock)) > 10
    for package in packages:
        assert re.match(r"[a-z0-9.-]+==[0-9]", package), package[:80]
        assert "--hash=sha256:" in package, package[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_but_packages_and_hashes_is_in_a_lock(lock: str) -> None:
    for line in (REQUIREMENTS / f"{lock}.txt").read_text().splitlines():
        bare = line.strip().removesuffix("\\").strip()
        assert bare.startswith("#") or re.match(r"--hash=sha256:[0-9a-f]{64}$|[a-z0-9]", bare), line
        assert "://" not in line


@pytest.mark.parametrize("lock", LOCKS)
def test_what_the_arena_never_loads_is_not_in_the_lock(lock: str) -> None:
    names = {pin.name for pin in pins(lock)}
    assert not [name for name in names if name.startswith("tensorflow")]
    assert not names & {"llama-cpp-python", "llm", "torch"}


@pytest.mark.parametrize("python", PYTHONS)
def test_the_run_lock_holds_what_the_project_depends_on(python: str) -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text())
    chosen = versions("run", python)
    needed = [Requirement(text) for text in project["project"]["dependencies"]]
    needed += [Requirement(text) for text in project["build-system"]["requires"]]
    for requirement in [*needed, *wanted("run.in")]:
        version = chosen.get(requirement.name)
        assert version is not None, f"{requirement.name} is not in the lock; run `make lock`"
        assert requirement.specifier.contains(version), f"{requirement}; the lock has {version}"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", ["dev", "tpu"])
def test_the_other_locks_fit_beside_the_run_lock(lock: str, python: str) -> None:
    run, other = versions("run", python), versions(lock, python)
    for requirement in wanted(f"{lock}.in"):
        marker = requirement.marker
        if marker is None or marker.evaluate(on_linux(python)):
            assert requirement.specifier.contains(other[requirement.name])
    differing = {name for name in run.keys() & other.keys() if run[name] != other[name]}
    assert not differing


def test_jax_is_the_same_on_every_python() -> None:
    assert len({versions("run", python)["jax"] for python in PYTHONS}) == 1
    assert len({versions("run", python)["jaxlib"] for python in PYTHONS}) == 1


def test_the_tpu_lock_brings_libtpu() -> None:
    assert "libtpu" in versions("tpu", "3.12")
