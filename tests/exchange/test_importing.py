"""Imports: what becomes of a record, twice is once, and there and back again."""

import io
import json
from pathlib import Path

import pytest
from talk import at, everything, mark, said

from tui_arena.errors import ArenaError
from tui_arena.exchange.collected import Collected
from tui_arena.exchange.formats import WRITERS
from tui_arena.exchange.importing import import_records
from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.samples import Source
from tui_arena.exchange.saving import Outcome
from tui_arena.exchange.words import measured
from tui_arena.session import Move, Session
from tui_arena.store import SessionFile, load_session


def messages(*texts: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[n % 2], "content": text} for n, text in enumerate(texts)]


def battle(**fields: object) -> dict[str, object]:
    return {
        "question_id": "58210e39",
        "model_a": "chatglm-6b",
        "model_b": "koala-13b",
        "winner": "model_b",
        "judge": "arena_user_973",
        "conversation_a": messages("Hi", "A1", "And?", "A2"),
        "conversation_b": messages("Hi", "B1", "And?", "B2"),
        "turn": 2,
        "anony": True,
        "language": "English",
        "tstamp": 1682351591.1322,
        "openai_moderation": {"flagged": False},
        "toxic_chat_tag": {},
    } | fields


def judgment(**fields: object) -> dict[str, object]:
    given = battle(question_id=81, turn=1, judge="expert_0") | fields
    for name in ("anony", "language", "tstamp", "openai_moderation", "toxic_chat_tag"):
        given.pop(name)
    return given


def imported(
    folder: Path, *rows: object, format: str | None = None
) -> tuple[list[Session], Outcome]:
    folder.mkdir(exist_ok=True)
    outcome = Outcome()
    raw = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    paths = import_records(
        io.BytesIO(raw.encode()),
        source=Source(file="them.jsonl"),
        format=format,
        folder=folder,
        outcome=outcome,
    )
    return [load_session(path) for path in paths], outcome


def lines(format: str, *sessions: Session) -> list[dict]:
    raw = b"".join(WRITERS[format](Collected(sessions), LeftOut()))
    return json.loads(raw) if format == "sharegpt" else list(map(json.loads, raw.splitlines()))


def test_a_battle_becomes_both_sides_and_a_vote(tmp_path: Path) -> None:
    [made], outcome = imported(tmp_path, battle())
    assert made.imported is not None
    assert (made.imported.format, made.imported.id) == ("arena", "58210e39")
    assert made.imported.file == "them.jsonl"
    assert made.created == "2023-04-24T15:53:11.132200+00:00"
    panes = made.panes
    assert (panes.left.profile, panes.right.profile) == ("chatglm-6b", "koala-13b")
    assert [turn.response.text for turn in panes.right.turns] == ["B1", "B2"]
    [vote] = made.votes
    assert (vote.verdict, vote.by, vote.blind) == ("right", "arena_user_973", True)
    assert vote.left.turn == panes.left.turns[1].id
    answer = panes.left.turns[0].response
    assert answer.timing.submitted == answer.timing.finished == made.created
    assert (answer.timing.first_token, answer.timing.chunks) == (None, [])
    assert not measured(answer)
    assert outcome.left_out.lines() == [
        "1 field “language”",
        "1 field “openai_moderation”",
        "1 field “toxic_chat_tag”",
    ]


@pytest.mark.parametrize(
    ("winner", "verdict"),
    [
        ("model_a", "left"),
        ("tie", "tie"),
        ("tie (bothbad)", "both-bad"),
        ("both_bad", "both-bad"),
        ("tie (inconsistent)", "tie"),
    ],
)
def test_winners(tmp_path: Path, winner: str, verdict: str) -> None:
    [made], _ = imported(tmp_path, battle(winner=winner))
    assert made.votes[0].verdict == verdict


def test_several_judges_of_the_same_dialogs_vote_in_one_session(tmp_path: Path) -> None:
    rows = [
        judgment(),
        judgment(question_id=82),
        judgment(judge="expert_1", winner="tie"),
        judgment(turn=2, judge=["gpt-4", "pair-v2"]),
        judgment(),
        judgment(winner="model_a"),
    ]
    _, outcome = imported(tmp_path, *rows)
    assert (outcome.sessions, outcome.votes, outcome.known, outcome.skipped) == (2, 2, 1, 1)
    assert "has voted otherwise" in outcome.problems[0]
    made = [load_session(path) for path in tmp_path.iterdir()]
    one = next(it for it in made if it.imported and it.imported.id == "81")
    assert [(vote.by, vote.verdict) for vote in one.votes] == [
        ("expert_0", "right"),
        ("expert_1", "tie"),
        ("gpt-4 pair-v2", "right"),
    ]
    assert one.votes[2].left.turn == one.panes.left.turns[1].id


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    rows = [battle(), judgment(), {"messages": messages("Hi", "Ho")}]
    for row in rows:
        imported(tmp_path, row)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(before) == 3
    for row in rows:
        made, outcome = imported(tmp_path, row)
        assert made == []
        assert outcome.known == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_was_done_with_an_import_stays(tmp_path: Path) -> None:
    [made], _ = imported(tmp_path, judgment())
    left = made.panes.left.turns
    left[0].response.marks.append(mark("mistake"))
    left[1].moves.append(Move(action="aside", by="ada", at=at(0)))
    left.append(said("mine", "And now?", "Now.", when=0))
    SessionFile(made, tmp_path).save()
    [again], outcome = imported(tmp_path, judgment(judge="expert_1"))
    assert (outcome.sessions, outcome.votes) == (0, 1)
    assert again.panes.left.turns == left
    assert [vote.by for vote in again.votes] == ["expert_0", "expert_1"]


def test_another_dialog_of_the_same_name_replaces_nothing(tmp_path: Path) -> None:
    imported(tmp_path, battle())
    made, outcome = imported(tmp_path, battle(conversation_a=messages("Hi", "Another")))
    assert made == []
    assert "another dialog of the same name" in outcome.problems[0]


def test_dialogs_of_openai_and_sharegpt(tmp_path: Path) -> None:
    system = {"role": "developer", "content": "Be brief."}
    parts = [{"type": "text", "text": "H"}, {"type": "text", "text": "i"}]
    asked = {"role": "user", "content": parts}
    row = {"messages": [system, asked, *messages("", "Ho", "Unanswered")[1:]], "model": "gpt-x"}
    [made], outcome = imported(tmp_path, row)
    assert made.panes.left.system == "Be brief."
    assert made.panes.left.turns[0].prompt.text == "Hi"
    assert made.panes.left.turns[0].response.profile == "gpt-x"
    assert made.panes.right.turns == []
    assert outcome.left_out.lines() == ["1 last prompt without an answer"]
    shared = {
        "id": "QWJhYvA_0",
        "conversations": [{"from": "human", "value": "Hi"}, {"from": "bing", "value": "Ho"}],
    }
    [made], _ = imported(tmp_path, shared)
    assert made.imported
    assert (made.imported.format, made.imported.id) == ("sharegpt", "QWJhYvA_0")
    assert made.panes.left.turns[0].response.profile == "unknown"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (battle(winner="nobody"), "`winner` is “nobody”"),
        (battle(conversation_a=[]), "no prompt in it has an answer"),
        (battle(conversation_a=messages("a", "b")[::-1]), "answer to no prompt"),
        (battle(model_a=3), "Expected `str`, got `int`"),
        ({**battle(), "tstamp": "yesterday"}, "Expected `float"),
        ('{"question_id": ', "not JSON"),
        ("[" * 3000, "nested too deeply"),
    ],
)
def test_one_bad_record_among_good_ones_is_named_and_skipped(
    tmp_path: Path, row: object, reason: str
) -> None:
    made, outcome = imported(tmp_path, battle(), row, battle(question_id="other"), format="arena")
    assert len(made) == 2
    [problem] = outcome.problems
    assert problem.startswith("them.jsonl, line 2: ")
    assert reason in problem


def test_a_file_broken_in_every_line_is_not_told_line_by_line(tmp_path: Path) -> None:
    _, outcome = imported(tmp_path, *["broken"] * 100, format="arena")
    assert (outcome.skipped, len(outcome.problems)) == (100, 20)


def test_what_is_in_no_known_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArenaError, match=r"in none of the formats .*--from"):
        imported(tmp_path, {"prompt": "Hi", "chosen": "Ho"})
    _, outcome = imported(tmp_path, "")
    assert outcome.problems == ["them.jsonl: there is no record in it."]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a" * 500, "\x1b[2J", "名前", ""],
    ids=["path", "long", "esc", "cjk", "none"],
)
def test_no_id_or_name_of_a_source_becomes_a_path(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    [made], _ = imported(folder, battle(question_id=name, model_a=name))
    assert [path.name for path in folder.iterdir()] == [f"{made.id}.json"]
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("at", [None, 1e300, -1e300, 0])
def test_a_time_that_is_none_is_that_of_the_import(tmp_path: Path, at: float | None) -> None:
    [made], _ = imported(tmp_path, battle(tstamp=at))
    assert made.imported
    expected = "1970-01-01T00:00:00.000000+00:00" if at == 0 else made.imported.at
    assert made.created == expected


# there and back


def test_battles_come_back_as_they_went(tmp_path: Path) -> None:
    rows = [battle(), battle(question_id="b", winner="tie (bothbad)", anony=False, turn=2)]
    made, _ = imported(tmp_path, *rows)
    gone = {"language": "unknown", "openai_moderation": None, "toxic_chat_tag": None}
    assert lines("arena", *made) == [row | gone for row in rows]


def test_judgments_come_back_as_they_went(tmp_path: Path) -> None:
    rows = [judgment(), judgment(turn=2, judge="author_1"), judgment(question_id=90, winner="tie")]
    imported(tmp_path, *rows)
    made = [load_session(path) for path in sorted(tmp_path.iterdir())]
    assert lines("mt-bench", *made) == rows


@pytest.mark.parametrize("format", ["openai-jsonl", "sharegpt"])
def test_dialogs_go_there_and_back(tmp_path: Path, format: str) -> None:
    rows = lines(format, everything())
    made, outcome = imported(tmp_path, *rows)
    assert outcome.skipped == 0
    back = lines(format, *made)
    for row in [*rows, *back]:
        row.pop("id", None)
    assert sorted(map(json.dumps, back)) == sorted(map(json.dumps, rows))


def test_votes_of_a_session_go_there_and_back(tmp_path: Path) -> None:
    rows = lines("arena", everything())
    imported(tmp_path, *rows)
    made = [load_session(path) for path in tmp_path.iterdir()]
    assert len(made) == 1
    back = lines("arena", *made)
    assert [(r["judge"], r["winner"]) for r in back] == [(r["judge"], r["winner"]) for r in rows]
    assert [r["conversation_a"] for r in back] == [r["conversation_a"] for r in rows]
