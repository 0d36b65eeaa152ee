"""Every format as a file that was looked at once, and as those who read it expect it.

`GOLDEN=write` writes the files anew; look at the difference before you keep it.
"""

import csv
import io
import json
import os
import re
from pathlib import Path

import msgspec
import pytest
from read_page import Page
from talk import at, attempt, everything, said, session, turn, vote

from tui_arena.commands import exporting, importing
from tui_arena.errors import ArenaError
from tui_arena.exchange import table, words
from tui_arena.exchange.collected import Collected
from tui_arena.exchange.formats import READERS, SAMPLE_READERS, WRITERS
from tui_arena.exchange.left_out import LeftOut
from tui_arena.fork import fork
from tui_arena.keymap.judging import MARK_MEANINGS
from tui_arena.session import MARKS, Session

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {
    "markdown": "md",
    "html": "html",
    "csv": "csv",
    "sharegpt": "json",
    "comparator": "json",
}
HOSTILE = (
    "</code></div></style><script>alert(1)</script><img src=x onerror=alert(1)>"
    "\x1b]0;title\x07\x9b2J\u202egnp.exe\u2066 \x00 &amp; \"'\n```\n````\n"
)


def written(format: str, *sessions: Session) -> tuple[str, list[str]]:
    left_out = LeftOut()
    raw = b"".join(WRITERS[format](Collected(sessions), left_out))
    return raw.decode(), left_out.lines()


def test_the_command_line_names_every_format() -> None:
    assert set(exporting.FORMATS) == set(WRITERS)
    assert set(importing.FORMATS) == {*READERS, *SAMPLE_READERS}


@pytest.mark.parametrize("format", WRITERS)
def test_a_session_with_everything_is_written_as_it_was_looked_at(format: str) -> None:
    text, left_out = written(format, everything())
    text = re.sub(r"<style>.*?</style>|sha256-[^']*|tui-arena [\d.]+\.<", "", text, flags=re.DOTALL)
    text += "".join(f"\n# not in it: {line}" for line in left_out)
    path = GOLDEN / f"{format}.{ENDINGS.get(format, 'jsonl')}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("format", WRITERS)
def test_nothing_that_is_said_can_act_on_a_terminal(format: str) -> None:
    made = session(
        [said("l1", HOSTILE, HOSTILE, when=10, model=HOSTILE)],
        [said("r1", HOSTILE, "other", when=10, model="two")],
        scenario=HOSTILE,
        votes=[vote("left", "l1", "r1", by=HOSTILE)],
        systems=(HOSTILE, HOSTILE),
    )
    text, _ = written(format, made)
    assert len(text) > len(HOSTILE)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


# the fields that the tools read, and no other types


class Message(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    content: str


class OpenAI(msgspec.Struct, forbid_unknown_fields=True):
    messages: list[Message]


class Judgment(msgspec.Struct, forbid_unknown_fields=True):
    question_id: int
    model_a: str
    model_b: str
    winner: str
    judge: str
    conversation_a: list[Message]
    conversation_b: list[Message]
    turn: int


class Battle(msgspec.Struct, forbid_unknown_fields=True):
    question_id: str
    model_a: str
    model_b: str
    winner: str
    judge: str
    conversation_a: list[Message]
    conversation_b: list[Message]
    turn: int
    anony: bool
    language: str
    tstamp: float
    openai_moderation: None
    toxic_chat_tag: None


class Preference(msgspec.Struct, forbid_unknown_fields=True):
    prompt: list[Message]
    chosen: list[Message]
    rejected: list[Message]
    source: str
    blind: bool | None
    raters: list[str]
    chosen_model: str
    rejected_model: str
    session: str


@pytest.mark.parametrize(
    ("format", "kind"),
    [
        ("openai-jsonl", OpenAI),
        ("mt-bench", Judgment),
        ("arena", Battle),
        ("preference", Preference),
    ],
)
def test_lines_hold_the_fields_of_their_readers(format: str, kind: type[msgspec.Struct]) -> None:
    lines = written(format, everything())[0].splitlines()
    assert len(lines) >= 2
    for line in lines:
        row = msgspec.json.decode(line, type=kind)
        for name in ("messages", "conversation_a", "conversation_b", "prompt"):
            roles = [m.role for m in getattr(row, name, []) if m.role != "system"]
            assert all(role == ("user", "assistant")[n % 2] for n, role in enumerate(roles))


class Said(msgspec.Struct, forbid_unknown_fields=True):
    value: str
    by: str = msgspec.field(name="from")


class ShareGPT(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    conversations: list[Said]


def test_sharegpt_is_one_array() -> None:
    found = msgspec.json.decode(written("sharegpt", everything())[0], type=list[ShareGPT])
    assert [dialog.id.rpartition("-")[2] for dialog in found] == ["left", "right"]
    assert [it.by for it in found[0].conversations][:3] == ["system", "human", "gpt"]
    assert written("sharegpt", session([]))[0] == "[]\n"


class Field(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    type: str


class Metadata(msgspec.Struct, forbid_unknown_fields=True):
    source_path: str
    custom_fields_schema: list[Field]


class Model(msgspec.Struct, forbid_unknown_fields=True):
    name: str


class Score(msgspec.Struct, forbid_unknown_fields=True):
    score: float
    rating_label: str
    is_flipped: bool
    rationale: str


class Example(msgspec.Struct, forbid_unknown_fields=True):
    input_text: str
    tags: list[str]
    output_text_a: str
    output_text_b: str
    score: float | None
    individual_rater_scores: list[Score]
    custom_fields: dict


class Comparison(msgspec.Struct, forbid_unknown_fields=True):
    metadata: Metadata
    models: list[Model]
    examples: list[Example]


def test_llm_comparator_gets_both_sides_turned_the_same_way() -> None:
    asked = {"when": 10}
    one = session(
        [said("l1", "Hi", "A says", **asked)],
        [said("r1", "Hi", "B says", model="two", **asked)],
        votes=[vote("left", "l1", "r1")],
    )
    other = session(
        [said("l2", "Ho", "B again", model="two", **asked)],
        [said("r2", "Ho", "A again", **asked)],
        votes=[vote("left", "l2", "r2", blind=False)],
        id="other",
        created=at(1),
    )
    found = msgspec.json.decode(written("comparator", one, other)[0], type=Comparison)
    assert [model.name for model in found.models] == ["one", "two"]
    first, second = found.examples
    assert (first.output_text_a, first.output_text_b, first.score) == ("A says", "B says", 1.0)
    assert (second.output_text_a, second.output_text_b, second.score) == (
        "A again",
        "B again",
        -1.0,
    )
    assert [s.is_flipped for e in found.examples for s in e.individual_rater_scores] == [
        False,
        True,
    ]
    named = {field.name for field in found.metadata.custom_fields_schema}
    assert all(set(example.custom_fields) == named for example in found.examples)


def test_llm_comparator_takes_no_third_model() -> None:
    one = session([said("l1", "Hi", "A", when=1)], [said("r1", "Hi", "B", when=1, model="two")])
    other = session(
        [said("l2", "Hi", "A", when=1)], [said("r2", "Hi", "C", when=1, model="three")], id="other"
    )
    with pytest.raises(ArenaError, match=r"2 pairs of them .*one and three; one and two"):
        written("comparator", one, other)


# forks


def test_a_dialog_that_goes_on_in_a_fork_is_written_once() -> None:
    parent = session([said("l1", "one", "1", when=10), said("l2", "two", "2", when=20)])
    child = fork(parent, 1)
    child.panes.left.turns.append(said("l3", "other", "3", when=30))
    same = fork(parent, 2)
    begun = fork(parent, 1)
    text, left_out = written("openai-jsonl", parent, child, same, begun)
    last = [json.loads(line)["messages"][-1]["content"] for line in text.splitlines()]
    assert last == ["2", "3"]
    assert "2 dialogs that other sessions have as well, or go on with" in left_out


# csv


def as_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_for_each_attempt_with_its_marks() -> None:
    found = {
        (row["side"], row["attempt_id"]): row for row in as_rows(written("csv", everything())[0])
    }
    assert set(next(iter(found.values()))) == set(table.COLUMNS)
    first = found["left", "l1a"]
    assert [first[name] for name in MARKS] == ["0", "2", "0", "1", "0", "0"]
    assert (first["votes_worse"], first["votes_tie"], first["votes_blind"]) == ("1", "1", "1")
    assert found["left", "l1b"]["state"] == "another attempt is selected"
    assert found["left", "l3a"]["state"] == "turn set aside"
    assert found["left", "l4a"]["edited_answer"] == "Two, and a fence."
    assert found["left", "l5a"]["error"] == "The device is gone."
    assert found["right", "r5a"]["stop"] == "unfinished"
    assert found["right", "r0a"]["state"].startswith("replaced")
    assert ("right", "r2a") not in found  # a copy of l1a


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1", "'=1"])
def test_no_cell_is_a_formula_and_each_can_be_had_back(text: str) -> None:
    made = session([said("l1", text, text, when=1, model=text)])
    [row] = as_rows(written("csv", made)[0])
    for name in ("prompt", "answer", "model"):
        assert row[name] == f"'{text}"
        assert row[name].removeprefix("'") == text


def test_a_fork_adds_only_its_own_rows() -> None:
    parent = session([said("l1", "one", "1", when=10)])
    child = fork(parent, 1)
    child.panes.left.turns.append(said("l2", "two", "2", when=20))
    text, left_out = written("csv", parent, child)
    assert [row["answer"] for row in as_rows(text)] == ["1", "2"]
    assert any("a fork has once more" in line for line in left_out)


# for people


def test_the_page_is_whole_and_reaches_for_nothing() -> None:
    text, _ = written("html", everything())
    page = Page(text)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not re.search(r"https?:|url\(|@import|src=", text)
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert all(link.removeprefix("#") in page.ids for link in page.links)
    assert page.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    for said_there in (
        "a mistake put right",
        "a mistake (bob)",
        "the right answer is better, voted blind",
        "Cut at the limit of tokens.",
        "Failed: The device is gone.",
        "as a person edited it",
        "temperature 0.7, top-k 40, top-p 0.9, seed 7",
        "Copied from the left side",
        "device 1 x cpu",
        "Which day is it?",
    ):
        assert said_there in page.words


def test_nothing_that_is_said_is_read_as_html() -> None:
    made = session(
        [said(HOSTILE, HOSTILE, HOSTILE, when=10, model=HOSTILE)],
        scenario=HOSTILE,
        software={HOSTILE: HOSTILE},
        systems=(HOSTILE, HOSTILE),
    )
    page, clean = Page(written("html", made)[0]), Page(written("html", everything())[0])
    assert page.tags <= clean.tags
    assert page.attributes <= clean.attributes
    assert page.words.count("<script>alert(1)</script>") >= 5


def test_several_sessions_are_one_page() -> None:
    other = everything()
    other.id = "other"
    page = Page(written("html", everything(), other)[0])
    assert page.headings.count(1) == 1
    assert len(page.ids) == len(set(page.ids))


def test_no_text_ends_its_fence() -> None:
    text = "a\n```\n# not a heading\n``````\n~~~"
    made = session([turn("l1", text, attempt("a", text, when=1), when=1)])
    shown = written("markdown", made)[0]
    fences = re.findall(r"^(`{7,})text\n(.*?)\n\1$", shown, flags=re.DOTALL | re.MULTILINE)
    assert [inner for _, inner in fences] == [text, text]


def test_meanings_are_those_of_the_arena() -> None:
    for mark in MARKS:
        assert MARK_MEANINGS[mark].startswith(words.MEANINGS[mark])
