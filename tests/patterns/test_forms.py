"""What was found as table, JSON and page; what sessions say can act in none of them."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from planted import planted, silent

from tui_arena.patterns.analysis import find_patterns
from tui_arena.patterns.as_json import as_json
from tui_arena.patterns.as_table import as_table
from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.found import Patterns
from tui_arena.patterns.page import page

HOSTILE = "<script>alert(1)</script> \x1b[2J \u202e &amp; \"'> \x7f"


def look(responses: list[Response]) -> Patterns:
    return find_patterns(responses, embedder=TfIdf(0), tell=silent).patterns


@pytest.fixture(scope="module")
def found() -> Patterns:
    return look(planted(300))


@pytest.fixture(scope="module")
def hostile() -> Patterns:
    made = [
        replace(
            each,
            model=f"{each.model} {HOSTILE}",
            prompt=f"{each.prompt} {HOSTILE}",
            text=f"{each.text} {HOSTILE}",
            kinds=(HOSTILE,) if number % 2 and each.wrong else (),
        )
        for number, each in enumerate(planted(120))
    ]
    patterns = look(made)
    patterns.groups[0].name = HOSTILE
    return patterns


def html(patterns: Patterns) -> str:
    return b"".join(page(patterns)).decode()


class Tags(HTMLParser):
    """Which elements there are, and whether each is closed where it should be."""

    VOID = ("meta",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.met: list[tuple[str, dict]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.met.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.met.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_table_says_who_fails_where(found):
    table = as_table(found, width=None)
    assert "600 judged responses to 300 distinct prompts" in table
    assert re.search(r"^ada +\d+ of 300 \(\d+ %\) +300 +\d+ +\d+ +\d+", table, re.MULTILINE)
    assert "Do failures lie together?" in table
    assert re.search(r"^R1 +\w+, \w+, \w+ +\d+/\d+ +\d+/\d+ +\d+ +\d+ +\S+", table, re.MULTILINE)
    assert "1st is ada, 2nd is bob." in table
    assert "Groups of errors\nG1  " in table


@pytest.mark.parametrize("width", [40, 80])
def test_the_table_keeps_to_the_width(found, width):
    lines = as_table(found, width=width).split("\n")
    assert max(map(len, lines)) <= width


def test_names_stand_in_place_of_labels(found):
    region, group = found.regions[0], found.groups[0]
    region.name, group.name = "Shapes", "Wrong shapes"
    try:
        for shown in (as_table(found, width=None), html(found)):
            assert "Shapes" in shown
            assert "Wrong shapes" in shown
        assert json.loads(as_json(found))["regions"][0]["name"] == "Shapes"
    finally:
        region.name = group.name = ""


def test_models_are_told_apart_by_the_ends_of_their_names_and_lines_stay_lines():
    names = {"ada": "some-maker/A-Long-Name-8B\nInstruct", "bob": "some-maker/A-Long-Name-70B\nIt"}
    table = as_table(
        look([replace(each, model=names[each.model]) for each in planted(120)]), width=None
    )
    lines = table.split("\n")
    assert any(line.startswith("…ng-Name-8B Instruct  ") for line in lines)
    assert any(line.startswith("…/A-Long-Name-70B It  ") for line in lines)
    assert "some-maker/A-Long-Name-70B It and some-maker/A-Long-Name-8B Instruct" in lines


def test_of_very_many_models_the_table_shows_some_and_counts_the_others():
    responses = [
        replace(each, model=f"m{number % 400}") for number, each in enumerate(planted(400))
    ]
    table = as_table(look(responses), width=None)
    assert len(re.findall("^m\\d+  ", table, re.MULTILINE)) == 30
    assert "and 370 more models with fewer prompts" in table
    assert re.search(r"m\d+ 1 and \d+ more models\)", table)


def test_what_no_word_tells_apart_is_not_called_by_its_number(found):
    group = found.groups[0]
    label, group.label = group.label, ""
    try:
        assert "\nG1  no words of its own: " in as_table(found, width=None)
    finally:
        group.label = label


def test_where_little_is_known_the_forms_say_so():
    few = look(planted(12))
    assert "prove nothing" in " ".join(as_table(few, width=None).split())
    assert "prove nothing" in html(few)
    assert "too few failed prompts to group" in html(few)
    assert json.loads(as_json(few))["descriptive"] is True


def test_groups_that_only_describe_have_no_p(found):
    few = look(planted(99, rate=0.9))
    assert few.descriptive
    assert few.regions
    for told, p in ((as_table(few, width=None), "ONLY 2ND  P"), (html(few), '"col">P<')):
        assert p not in told
    assert "ONLY 2ND  P" in as_table(found, width=None)
    assert '"col">P<' in html(found)
    assert [html(each).count('"col">Hot spots<') for each in (few, found)] == [1, 2]


def test_json_holds_all_that_was_found(found):
    read = json.loads(as_json(found))
    assert read["models"][0]["model"] == "ada"
    assert len(read["points"]) == 300
    assert read["regions"][0]["keys"]


def test_nothing_of_a_session_acts_in_a_terminal(hostile):
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", as_table(hostile, width=80))
    assert re.fullmatch(r"[\n\x20-\x7e]*", as_json(hostile))
    assert as_table(hostile, width=80, ascii_only=True).isascii()


def test_nothing_of_a_session_acts_in_a_page(hostile):
    text = html(hostile)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    tags = Tags(text)
    assert tags.open == []
    assert not {"script", "img", "a", "iframe", "link"} & {tag for tag, _ in tags.met}
    for _, attributes in tags.met:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    (policy,) = [each["content"] for _, each in tags.met if "http-equiv" in each]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_the_map_tells_by_shapes_who_fails(found):
    text = html(found)
    for kind in ("none", "first", "second", "both"):
        shapes = re.findall(rf'<g class="{kind}">.*?<path d="([^"]+)"/></g>', text)
        assert len(shapes) > 5, kind
    drawn = {
        kind: re.sub(r"^M\S+ \S+?(?=m)", "", path)
        for kind, path in re.findall(r'<g class="(\w+)"><path d="([^"]+)"/></g></svg>', text)
    }
    assert len(set(drawn.values())) == len(drawn) == 5  # four kinds and the ring, all in the legend
    assert "only ada fails" in text
    assert html(found) == text
