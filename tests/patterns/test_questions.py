"""Which model wins on which type of question, by votes."""

import json
import re
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tui_arena.cli import cli
from tui_arena.errors import ArenaError
from tui_arena.exchange.importing import import_records
from tui_arena.exchange.samples import Source
from tui_arena.exchange.saving import Outcome
from tui_arena.patterns.contests import Contest, Contests, contests_of
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.questions import OTHER, Questions, questions
from tui_arena.session_json import encode_session
from tui_arena.store import load_session

SYNTHETIC = Path(__file__).parent.parent.parent / "sessions" / "examples" / "synthetic"


def silent(what: str, share: float | None) -> None:
    """Nobody listens."""


def found(contests: Contests, *models: str) -> Questions:
    return questions(contests, embedder=TfIdf(0), tell=silent, models=models)


def contest(number: int, verdict: str, **fields: object) -> Contest:
    known = {
        "question": f"Question {number}",
        "category": "math",
        "item": str(number),
        "left": "a",
        "right": "b",
        "verdict": verdict,
        "by": "ada",
        "blind": True,
    }
    return Contest(**(known | fields))


def series(start: int, category: str, **verdicts: int) -> list[Contest]:
    order = [name.replace("_", "-") for name, count in verdicts.items() for _ in range(count)]
    return [contest(n, verdict, category=category) for n, verdict in enumerate(order, start)]


def test_shares_and_their_corrections_are_those_of_statsmodels() -> None:
    cast = [
        *series(0, "math", left=18, right=3, tie=4, both_bad=5),
        *series(100, "coding", left=4, right=14, tie=2),
        *series(200, "writing", left=9, right=8),
        *series(300, "rare", left=5, right=1),
    ]
    result = found(Contests(found=cast))
    assert (result.first, result.second, result.basis) == ("a", "b", "categories")
    assert [share.type for share in result.types] == ["math", "coding", "writing", OTHER]
    math = result.types[0]
    assert (math.questions, math.won, math.lost, math.ties, math.both_bad) == (30, 18, 3, 4, 5)
    assert (math.low, math.high) == pytest.approx(proportion_confint(18, 21, method="wilson"))
    named = result.types[:3]
    adjusted = multipletests([share.p for share in named], method="fdr_bh")[1]
    assert [share.q for share in named] == pytest.approx(list(adjusted))
    assert result.types[3].q is None
    assert (result.total.won, result.total.lost, result.total.questions) == (36, 26, 73)
    assert result.notes == ["1 type of fewer than 10 questions is counted as “other”."]
    table = np.array([[share.won, share.lost] for share in result.types]).T
    assert result.differs == pytest.approx(chi2_contingency(table).pvalue, abs=0.002)


def test_a_question_counts_once_however_many_vote_on_it() -> None:
    verdicts = ["left", "left", "right", "left", "right", "tie", "both-bad", "both-bad"]
    verdicts += ["left", "tie", "tie", "left", "tie"]  # of 3 most call it a tie, of 4 only half do
    items = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]
    cast = [
        contest(item, verdict, by=f"rater {n}")
        for n, (item, verdict) in enumerate(zip(items, verdicts, strict=True))
    ]
    total = found(Contests(found=cast)).total
    assert (total.questions, total.votes) == (5, 13)
    assert (total.won, total.lost, total.ties, total.both_bad) == (2, 0, 2, 1)


def test_a_question_whose_category_one_source_says_has_it() -> None:
    cast = [contest(n, "left", category=category) for n in range(12) for category in ("math", "")]
    for order in (cast, cast[::-1]):
        result = found(Contests(found=order))
        assert [(each.type, each.questions) for each in result.types] == [("math", 12)]
        assert result.basis == "categories"


def test_where_all_groups_are_small_nothing_is_said_of_groups() -> None:
    words = ("cats purr", "dogs bark", "bees hum", "cows moo")
    cast = [
        contest(n, "left", category="", question=f"Why do {words[n % 4]} {n}?") for n in range(36)
    ]
    result = found(Contests(found=cast))
    assert [each.type for each in result.types] == ["other"]
    assert result.basis == "none"
    assert result.notes[0].startswith("There are too few questions")


def test_sides_do_not_matter_and_one_model_is_held_against_all_others() -> None:
    cast = [
        contest(0, "left"),
        contest(1, "left", left="b", right="a"),
        contest(1, "right", left="c", right="a"),
        contest(2, "left", left="c", right="b"),
    ]
    contests = Contests(found=cast)
    result = found(contests)
    assert (result.first, result.second) == ("a", "b")
    assert (result.total.won, result.total.lost) == (1, 1)
    result = found(contests, "a")
    total = result.total  # of question 1 it lost to b, and won against c
    assert (result.second, total.won, total.lost, total.ties, total.votes) == ("", 1, 0, 1, 3)
    result = found(contests, "c", "b")
    assert (result.total.won, result.total.lost) == (1, 0)
    with pytest.raises(ArenaError, match=r"no vote on d; there are votes on a, b, c\."):
        found(contests, "d")
    with pytest.raises(ArenaError, match=r"no vote to count \(3 not given blind\)"):
        found(Contests(seen=3))


def test_planted_weaknesses_are_types_in_which_votes_differ() -> None:
    contests = contests_of(map(load_session, sorted(SYNTHETIC.glob("*.json"))))
    result = found(contests)
    assert (result.first, result.second, result.basis) == ("heron", "otter", "groups")
    assert (result.votes, result.blind, result.raters) == (240, 240, 1)
    sure = sorted((share.type, share.share) for share in result.types if (share.q or 1) < 0.05)
    [(dates, lost), (sql, won)] = sure
    assert "days" in dates
    assert "sql" in sql
    assert lost < 0.2 < 0.8 < won
    assert result.differs is not None
    assert result.differs < 0.01
    assert found(contests) == result


def test_mt_bench_has_categories_and_people_s_votes_count_where_they_are_blind(
    tmp_path: Path,
) -> None:
    rows = [
        {
            "question_id": number,
            "model_a": "a",
            "model_b": "b",
            "winner": "model_a",
            "judge": "expert_0",
            "conversation_a": [
                {"role": role, "content": f"{role} {number} {turn}"}
                for turn in (1, 2)
                for role in ("user", "assistant")
            ],
            "conversation_b": [
                {"role": role, "content": f"{role} {number} {turn}"}
                for turn in (1, 2)
                for role in ("user", "assistant")
            ],
            "turn": turn,
        }
        for number in (81, 111, 160, 161)
        for turn in (1, 2)
    ]
    file = BytesIO("\n".join(map(json.dumps, rows)).encode())
    made = list(
        import_records(
            file, source=Source(file="x"), format=None, folder=tmp_path, outcome=Outcome()
        )
    )
    sessions = [load_session(path) for path in dict.fromkeys(made)]
    contests = contests_of(sessions)
    assert sorted((each.category, each.question) for each in contests.found) == [
        *[("", "user 161 1")] * 2,
        *[("humanities", "user 160 1")] * 2,
        *[("math", "user 111 1")] * 2,
        *[("writing", "user 81 1")] * 2,
    ]
    assert len({each.item for each in contests.found}) == 4  # both turns are about one question
    sessions[0].imported = None
    again = contests_of([*sessions, sessions[1]])
    assert (len(again.found), again.seen) == (6, 2)


def test_of_the_votes_of_a_rater_in_copies_of_a_session_the_last_one_holds() -> None:
    session = load_session(SYNTHETIC / "synthetic-01.json")
    fork = deepcopy(session)
    fork.id = f"{session.id}-fork"
    before = session.votes[0].verdict
    after = "right" if before != "right" else "left"
    fork.votes[0].verdict, fork.votes[0].at = after, "2030-01-01T00:00:00+00:00"
    for order in ((session, fork), (fork, session)):
        contests = contests_of(order)
        assert len(contests.found) == len(session.votes)
        changed = [
            one
            for one, other in zip(
                sorted(contests.found, key=lambda each: each.answers),
                sorted(contests_of([session]).found, key=lambda each: each.answers),
                strict=True,
            )
            if one != other
        ]
        assert [each.verdict for each in changed] == [after]
    fork.votes[0].blind = False
    contests = contests_of([session, fork])
    assert (len(contests.found), contests.seen) == (len(session.votes) - 1, 1)


# the command


@pytest.fixture
def run(capfdbinary):
    """Run the command in this process; return what it prints."""

    def by_type(*arguments: object) -> tuple[str, str]:
        cli.main(["questions", *map(str, arguments)], standalone_mode=False)
        out, err = capfdbinary.readouterr()
        return out.decode(), err.decode()

    return by_type


def test_the_command_draws_a_table_for_80_columns(run, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out, _ = run(SYNTHETIC)
    assert max(map(len, out.splitlines())) <= 80
    assert out.startswith("heron against otter: 240 questions, 240 votes of 1 rater, all blind.\n")
    assert "\nheron won on: write, sql, query (q at most 0.05).\n" in out


def test_json_and_page_hold_the_same_and_nothing_in_them_acts(run, tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    session = load_session(SYNTHETIC / "synthetic-01.json")
    for side in ("left", "right"):
        for turn in session.panes[side].turns:
            turn.response.profile = "\x1b[2J<script>" if side == "left" else "\u202egnp"
    (folder / "synthetic-01.json").write_bytes(encode_session(session))
    (folder / "broken.json").write_text("{")
    out, err = run(folder, "--format", "json")
    assert json.loads(out)["second"] == "\u202egnp"
    assert out.isascii()
    assert "1 file was left out." in err
    page = tmp_path / "page.html"
    run(folder, "--format", "html", "--out", page)
    text = page.read_text(encoding="utf-8")
    assert "<td>20</td>" in text
    assert not {"\x1b", "\u202e", "<script"} & {*text, *re.findall("<script", text)}
    out, _ = run(folder)
    assert not {"\x1b", "\u202e"} & set(out)
