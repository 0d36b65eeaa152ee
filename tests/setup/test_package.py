"""The package: what ships in the wheel, and what the project's files never say."""

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
OURS = (
    ".ci",
    "benchmarks",
    "docs",
    "profiles",
    "requirements",
    "scenarios",
    "scripts",
    "sessions/examples",
    "tests",
    "tui_arena",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    [path] = WheelBuilder(str(ROOT)).build(
        directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]
    )
    return zipfile.ZipFile(path)


def test_the_wheel_carries_every_profile_and_scenario(wheel: zipfile.ZipFile) -> None:
    for kind in ("profiles", "scenarios"):
        expected = {f"tui_arena/shipped/{kind}/{path.name}" for path in (ROOT / kind).iterdir()}
        assert expected
        assert expected <= set(wheel.namelist())


def test_the_wheel_carries_the_whole_package(wheel: zipfile.ZipFile) -> None:
    expected = {
        str(path.relative_to(ROOT))
        for pattern in ("*.py", "*.tcss", "*.css", "py.typed")
        for path in (ROOT / "tui_arena").rglob(pattern)
    }
    assert "tui_arena/__init__.py" in expected
    assert expected <= set(wheel.namelist())


def test_the_wheel_carries_the_licence_and_nothing_beside_the_package(
    wheel: zipfile.ZipFile,
) -> None:
    outside = [name for name in wheel.namelist() if not name.startswith("tui_arena/")]
    assert [name for name in outside if name.endswith("/LICENSE")]
    assert all(".dist-info/" in name for name in outside)


def test_no_file_of_the_project_names_a_package_registry_host() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org")
    paths = [path for path in ROOT.iterdir() if path.is_file()]
    paths += [path for name in OURS for path in (ROOT / name).rglob("*") if path.is_file()]
    texts = {path: path.read_bytes() for path in paths if "__pycache__" not in path.parts}
    assert ROOT / "README.md" in texts
    assert ROOT / "requirements" / "run.txt" in texts
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path, text in texts.items()
        for host in hosts
        if host.encode() in text
    ]
    assert not named
