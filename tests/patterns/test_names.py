"""Names of groups are kept in a file, and found again when there are more sessions."""

import pytest
from msgspec.structs import replace
from planted import planted, silent

from tui_arena.patterns.analysis import find_patterns
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.found import Patterns
from tui_arena.patterns.names import (
    Named,
    Names,
    NamesError,
    give_names,
    names_file,
    read_names,
    rename,
    write_names,
)


def look(total: int) -> Patterns:
    return find_patterns(planted(total), embedder=TfIdf(0), tell=silent).patterns


@pytest.fixture(scope="module")
def few() -> Patterns:
    return look(300)


def by_name(patterns: Patterns) -> dict[str, set[str]]:
    groups = [*patterns.regions, *patterns.groups]
    return {group.name: set(group.keys) for group in groups if group.name}


def test_a_group_is_recognised_again_when_sessions_are_added(few, tmp_path):
    names = Names()
    rename(few, names, ["r1=Shapes and\nsizes", "R2 = Databases", 'G1="Odd" \\ 🍄 words'])
    write_names(tmp_path / "patterns.toml", names)
    named = by_name(few)
    assert set(named) == {"Shapes and sizes", "Databases", '"Odd" \\ 🍄 words'}

    more = look(500)
    assert give_names(more, read_names(tmp_path / "patterns.toml")) == []
    again = by_name(more)
    assert set(again) == set(named)
    for name in named:
        assert len(again[name] & named[name]) / len(named[name]) > 0.6
    assert more.regions[0].title in (more.regions[0].name, more.regions[0].label)
    for group in (*few.regions, *few.groups):
        group.name = ""


@pytest.fixture
def made(few):
    """Make a result with these regions and nothing else."""

    def patterns(**keys: list[str]) -> Patterns:
        regions = [replace(few.regions[0], id=id, keys=of) for id, of in keys.items()]
        return replace(few, regions=regions, groups=[])

    return patterns


def test_a_name_goes_to_the_group_with_most_of_its_members_and_to_no_other(made):
    patterns = made(R1=["a", "b", "x"], R2=["c", "y"], R3=["z"])
    names = Names(
        [
            Named(name="mine", of="region", members=["a", "b", "c"]),
            Named(name="other", of="region", members=["b", "y"]),
            Named(name="errors", of="errors", members=["a", "b"]),
            Named(name="gone", of="region", members=["q"]),
            Named(name="faint", of="region", members=["z", "q", "r", "s"]),
        ]
    )
    assert give_names(patterns, names) == ["errors", "gone", "faint"]
    assert [region.name for region in patterns.regions] == ["mine", "other", ""]


def test_a_name_is_replaced_and_taken_away(made):
    patterns = made(R1=["a"], R2=["b"])
    names = Names()
    rename(patterns, names, ["R1=One", "R2=One", "R1=First", "R2="])
    assert [(each.name, each.members) for each in names.group] == [("First", ["a"])]
    assert [region.name for region in patterns.regions] == ["First", ""]


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ("R1", "R1=NAME"),
        ("R9=x", "There is no group R9; there are: R1."),
        ("R1=" + "x" * 101, "100"),
    ],
)
def test_an_order_that_is_none_is_one_sentence(made, order, sentence):
    with pytest.raises(NamesError, match=sentence):
        rename(made(R1=["a"]), Names(), [order])


def test_names_lie_beside_the_sessions(tmp_path):
    file = tmp_path / "one.json"
    file.touch()
    assert names_file([tmp_path]) == names_file([file]) == tmp_path / "patterns.toml"
    assert read_names(tmp_path / "patterns.toml") == Names()


def test_a_broken_file_of_names_is_named(tmp_path):
    path = tmp_path / "patterns.toml"
    path.write_text('[[group]]\nname = "x"\n')
    with pytest.raises(NamesError, match=r"patterns\.toml.*of"):
        read_names(path)


def test_any_name_survives_the_file(tmp_path):
    path = tmp_path / "patterns.toml"
    name = 'tab\tquote" back\\slash \x7f \x1b[2J 🍄 é'
    write_names(path, Names([Named(name=name, of="region", members=["k"])]))
    assert read_names(path).group[0].name == name
    write_names(path, Names([Named(name="lone \ud800", of="region", members=[])]))
    assert read_names(path).group[0].name == "lone ?"
