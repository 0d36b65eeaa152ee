"""Sessions become responses, and the weightiest failures examples to train on."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from msgspec.structs import replace
from planted import planted, save, sessions, silent, turn

from tui_arena.exchange.left_out import LeftOut
from tui_arena.patterns.analysis import find_patterns
from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.reading import responses_of
from tui_arena.patterns.training import examples, picks_of
from tui_arena.scoring.gather import Gathered, Wanted, gather
from tui_arena.session import Corrects, Parent, Session, Vote, Voted, new_session
from tui_arena.stamps import now


def said(text: str, wrong: bool | None, severity: int = 1, model: str = "ada") -> Response:
    return Response("", model, "", text, wrong, severity if wrong else 0)


def corrected() -> Session:
    """A mistake, a correction that does not help, one that does; and an answer without a mark."""
    session = new_session(systems=("Be brief.", ""))
    turns = session.panes.left.turns
    turns.append(turn("When is it?", [said("On Monday.", True)]))
    for text, answer in (("No.", said("On Friday.", True)), ("No!", said("On Tuesday.", False))):
        before = turns[-1]
        about = Corrects(turn=before.id, attempt=before.attempts[0].id, mark="mistake")
        turns.append(turn(text, [answer], kind="correction", corrects=about))
    turns[-1].attempts[0].marks[0].mark = "fixed"
    turns.append(turn("Thanks", [said("Bye.", None)]))
    return session


def gathered(folder: Path, *made: Session) -> Gathered:
    save(folder, *made)
    return gather([folder], Wanted())


def test_answers_to_corrections_belong_to_the_prompt_that_was_answered_wrong(tmp_path):
    found = responses_of(gathered(tmp_path, corrected()), silent)
    shown = [(r.prompt, r.text, r.wrong, r.fixed, r.corrects) for r in found]
    assert shown == [
        ("When is it?", "On Monday.", True, True, False),
        ("When is it?", "On Friday.", True, True, True),
        ("When is it?", "", False, False, True),
        ("Thanks", "", None, False, False),
    ]
    assert len({r.key for r in found}) == 4


def test_answers_to_corrections_are_no_attempts_but_errors_of_their_own(tmp_path):
    responses = responses_of(gathered(tmp_path, corrected()), silent)
    patterns = find_patterns(responses, embedder=TfIdf(0), tell=silent).patterns
    assert (patterns.responses, patterns.unjudged, patterns.corrections) == (2, 1, 2)
    assert patterns.prompts == 1
    assert patterns.models[0].responses == 1
    assert [each.text for each in patterns.ungrouped] == ["On Monday.", "On Friday."]


def test_of_a_checkers_kinds_those_that_say_only_wrong_make_no_group(tmp_path):
    found = gathered(tmp_path, corrected())
    found.replies[0].kinds = ("no_match", "chatty")
    assert responses_of(found, silent)[0].kinds == ("chatty",)


def test_kinds_of_mistakes_that_an_import_brought_are_kinds_of_errors(tmp_path):
    session = new_session(systems=("", ""))
    session.panes.left.turns.append(turn("How much?", [said("Five.", True)], "realmistake"))
    marks = session.panes.left.turns[0].attempts[0].marks
    marks.append(replace(marks[0], by="realmistake:Reasoning Correctness"))
    (response,) = responses_of(gathered(tmp_path, session), silent)
    assert response.wrong
    assert response.kinds == ("Reasoning Correctness",)


def test_kinds_of_mistakes_have_no_vote_where_people_differ(tmp_path):
    session = new_session(systems=("", ""))
    session.panes.left.turns.append(turn("How much?", [said("Five.", True)], "realmistake"))
    marks = session.panes.left.turns[0].attempts[0].marks
    kinds = ("realmistake:Instruction-Following", "realmistake:Reasoning Correctness")
    marks += [replace(marks[0], by=kind) for kind in kinds]
    marks += [replace(marks[0], by=person, mark="ok") for person in ("ada", "bob")]
    (response,) = responses_of(gathered(tmp_path, session), silent)
    assert response.wrong is False


def test_saved_responses_are_those_that_were_given(tmp_path):
    responses = planted(60, attempts=2)
    found = responses_of(gathered(tmp_path, *sessions(responses)), silent)
    kept = ("model", "prompt", "wrong", "severity")
    as_sets = [
        sorted(tuple(getattr(each, name) for name in kept) for each in some)
        for some in (responses, found)
    ]
    assert as_sets[0] == as_sets[1]


@pytest.fixture
def course(tmp_path: Path) -> Gathered:
    """Twelve questions: ada is wrong at all; one was put right, one lost a vote, one bob knows."""
    session = new_session(systems=("Be brief.", "Be brief."))
    left, right = session.panes.left.turns, session.panes.right.turns
    for number in range(12):
        prompt = f"Question {number} about dates"
        left.append(turn(prompt, [said(f"Wrong {number}.", True, 2)]))
        text, wrong = (f"Right {number}.", False) if number == 0 else (f"Bad {number}.", True)
        right.append(turn(prompt, [said(text, wrong, model="bob")]))
        if number == 0:
            pair = [
                Voted(turn=side[0].id, attempt=side[0].attempts[0].id) for side in (left, right)
            ]
            session.votes.append(
                Vote(
                    verdict="right",
                    action="add",
                    left=pair[0],
                    right=pair[1],
                    by="mara",
                    at=now(),
                    blind=True,
                )
            )
    wrong_turn = left[-1]
    about = Corrects(turn=wrong_turn.id, attempt=wrong_turn.attempts[0].id, mark="mistake")
    left.append(turn("Look again.", [said("Right 11.", False)], kind="correction", corrects=about))
    left[-1].attempts[0].marks[0].mark = "fixed"
    return gathered(tmp_path, session)


def lines(found: Gathered, form: str, left_out: LeftOut) -> list[dict]:
    responses = responses_of(found, silent)
    analysis = find_patterns(responses, embedder=TfIdf(0), tell=silent)
    picks = picks_of(analysis, "ada", most=20)
    assert len(picks) == 12
    assert analysis.cases.prompts[picks[-1].at] == "Question 11 about dates"  # for it was mended
    made = examples(picks, analysis, "ada", found, form=form, left_out=left_out)
    return [json.loads(line) for line in made]


def test_picked_failures_become_pairs_where_an_answer_is_known_to_be_better(course):
    left_out = LeftOut()
    vote, fix = lines(course, "preference", left_out)
    assert (vote["source"], fix["source"]) == ("vote", "fix")
    assert vote["chosen"][0]["content"] == "Right 0."
    assert vote["rejected"][0]["content"] == "Wrong 0."
    assert fix["chosen"][0]["content"] == "Right 11."
    assert left_out.lines()[0].startswith("10 picked prompts whose wrong answers stand in no pair")


def test_picked_failures_become_dialogs_with_the_right_answer(course):
    left_out = LeftOut()
    known, mended = lines(course, "messages", left_out)
    assert [each["content"] for each in mended["messages"][-2:]] == [
        "Question 11 about dates",
        "Right 11.",
    ]
    assert known["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Question 0 about dates"},
        {"role": "assistant", "content": "Right 0."},
    ]
    assert left_out.lines() == ["10 picked prompts that no model answered right"]


def test_what_only_a_fork_put_right_makes_a_pair(tmp_path):
    session = new_session(systems=("", ""))
    left = session.panes.left.turns
    left += [turn(f"Question {n} about dates", [said(f"Wrong {n}.", True)]) for n in range(12)]
    fork = replace(deepcopy(session), id=f"{session.id[:-6]}ffffff")
    fork.parent = Parent(id=session.id, turn=12)
    about = Corrects(turn=left[11].id, attempt=left[11].response.id)
    fix = turn("Look again.", [said("Right 11.", False)], kind="correction", corrects=about)
    fix.response.marks[0].mark = "fixed"
    fork.panes.left.turns.append(fix)
    (pair,) = lines(gathered(tmp_path, session, fork), "preference", LeftOut())
    assert pair["chosen"][0]["content"] == "Right 11."
