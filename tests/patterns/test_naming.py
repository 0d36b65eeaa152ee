"""Names that are given one after the other are kept at once, and taken back."""

from pathlib import Path

import pytest
from planted import planted, silent

from tui_arena.patterns.analysis import find_patterns
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.found import Patterns
from tui_arena.patterns.names import Named, NamesError, read_names, write_names
from tui_arena.patterns.naming import Naming


@pytest.fixture(scope="module")
def found() -> Patterns:
    return find_patterns(planted(150), embedder=TfIdf(0), tell=silent).patterns


def names(found: Patterns) -> dict[str, str]:
    return {group.id: group.name for group in (*found.regions, *found.groups) if group.name}


def kept(file: Path) -> list[str]:
    return sorted(named.name for named in read_names(file).group)


def test_each_name_is_kept_at_once_and_taken_back_one_after_the_other(found, tmp_path):
    file = tmp_path / "patterns.toml"
    naming = Naming(file)
    assert naming.give_all(found) == []
    naming.give(found, "R1", "Dates")
    naming.give(found, "G1", "Rambling")
    naming.give(found, "R1", "Days")
    assert names(found) == {"R1": "Days", "G1": "Rambling"}
    assert kept(file) == ["Days", "Rambling"]
    naming.undo(found)
    assert names(found) == {"R1": "Dates", "G1": "Rambling"}
    naming.undo(found)
    naming.undo(found)
    assert names(found) == {}
    assert kept(file) == []
    assert not naming.can_undo
    with pytest.raises(NamesError, match="taken back"):
        naming.undo(found)


def test_a_name_is_taken_away_and_comes_back(found, tmp_path):
    naming = Naming(tmp_path / "patterns.toml")
    naming.give_all(found)
    naming.give(found, "R1", "Dates")
    naming.give(found, "R1", "")
    assert names(found) == {}
    naming.undo(found)
    assert names(found) == {"R1": "Dates"}


def test_what_others_wrote_meanwhile_stays(found, tmp_path):
    file = tmp_path / "patterns.toml"
    naming = Naming(file)
    naming.give_all(found)
    naming.give(found, "R1", "Dates")
    theirs = read_names(file)
    theirs.group.append(Named(name="Theirs", of="region", members=["gone"]))
    write_names(file, theirs)
    naming.give(found, "R2", "Shapes")
    naming.undo(found)
    naming.undo(found)
    assert kept(file) == ["Theirs"]
    assert naming.give_all(found) == ["Theirs"]


def test_where_a_name_cannot_be_kept_all_is_as_before(found, tmp_path):
    file = tmp_path / "patterns.toml"
    naming = Naming(file)
    naming.give_all(found)
    naming.give(found, "R1", "Dates")
    with pytest.raises(NamesError, match="longer than"):
        naming.give(found, "R1", "x" * 101)
    assert names(found) == {"R1": "Dates"}
    nowhere = Naming(tmp_path / "nowhere" / "patterns.toml")
    with pytest.raises(NamesError, match="cannot be written"):
        nowhere.give(found, "R1", "Days")
    assert "Days" not in names(found).values()
    assert not nowhere.can_undo
    file.write_text("no toml [")
    with pytest.raises(NamesError):
        naming.undo(found)
    assert naming.can_undo
