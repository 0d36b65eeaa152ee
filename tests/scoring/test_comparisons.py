"""Models beside models, raters beside raters and a checker, on small sessions."""

import copy

import pytest
from rated_sessions import again, answer, both, gathered, session, turn, vote

from tui_arena.judgement import take_back_marks, take_over, toggle_mark
from tui_arena.scoring import raters
from tui_arena.scoring.battles import ladder
from tui_arena.scoring.gather import Suggested, Wanted
from tui_arena.scoring.intervals import wilson
from tui_arena.scoring.paired import paired
from tui_arena.scoring.ratings import ratings
from tui_arena.session import MARKS, Mark


def test_models_are_compared_on_the_prompts_that_both_answered() -> None:
    one = both("a", "b", ("p1", "ok", "mistake"), ("p2", "ok", "garbage"), ("p3", "mistake", "ok"))
    two = both("b", "a", ("p4", "ok", "ok"), ("p5", "ok", ""))  # nobody rated a's answer to p5
    (row,) = paired(gathered([one, two]))
    assert (row.first, row.second, row.again, row.prompts) == ("a", "b", False, 4)
    assert (row.first_right.hits, row.first_right.of) == (3, 4)
    assert row.first_right.interval == wilson(3, 4)
    assert (row.second_right.hits, row.second_right.of) == (2, 4)
    assert (row.first_better, row.second_better, row.p) == (2, 1, 1.0)
    assert [flip.prompt for flip in row.lost] == ["p1", "p2"]
    (won,) = row.won
    assert (won.right[0].model, won.wrong[0].model, won.prompt) == ("b", "a", "p3")
    for behind, expected in (
        (row.behind, "a p1, b p1, a p2, b p2, a p3, b p3, a p4, b p4"),
        (row.behind_first, "a p1, b p1, a p2, b p2"),
        (row.behind_second, "a p3, b p3"),
        (row.second_right.behind, "b p1, b p2, b p3, b p4"),
    ):
        assert ", ".join(f"{reply.model} {reply.prompt}" for reply in behind) == expected
        assert behind[0] is next(iter(behind))
        assert [*behind[1:]] == [*behind][1:]
        assert len(behind) == len([*behind])


def test_six_prompts_all_one_way_are_told_from_chance_and_five_are_not() -> None:
    for prompts, p in ((6, 0.03125), (5, 0.0625)):
        rows = [(f"p{n}", "ok", "mistake") for n in range(prompts)]
        (row,) = paired(gathered([both("a", "b", *rows)]))
        assert row.p == p


def test_several_attempts_at_a_prompt_are_one_comparison() -> None:
    left = turn("p", answer("a", "ok"), answer("a", "ok"), answer("a", "mistake"))
    right = turn("p", answer("b", "ok"), answer("b", "mistake"))
    (row,) = paired(gathered([session([left], [right])]))
    assert (row.prompts, row.first_better, row.second_better) == (1, 1, 0)
    assert (row.first_right.of, row.second_right.of) == (3, 2)
    assert (row.lost, row.won) == ((), ())  # neither is right each time


def test_the_same_words_as_a_correction_are_another_prompt() -> None:
    left, right = turn("p", answer("a", "ok")), turn("p", answer("b", "ok"), kind="correction")
    assert paired(gathered([session([left], [right])])) == ()


def test_what_was_right_and_is_wrong_in_a_later_run_is_found() -> None:
    then = both("a", "b", ("p1", "ok", "ok"), ("p2", "mistake", ""), ("p3", "ok", ""))
    now = again(then, "left", answer("a", "mistake"), answer("a", "ok"), answer("a", "ok"))
    later = again(now, "left", answer("a", "garbage"), answer("a"), answer("a", "ok"))
    rows = paired(gathered([then, now, later]))
    (row,) = (row for row in rows if row.again)
    assert (row.first, row.second, row.prompts) == ("a", "a", 3)
    assert (row.first_right.of, row.second_right.of) == (3, 5)
    assert [flip.prompt for flip in row.lost] == ["p1"]
    assert [reply.session for reply in row.lost[0].right] == [then.id]
    assert [reply.session for reply in row.lost[0].wrong] == [now.id, later.id]
    assert [flip.prompt for flip in row.won] == ["p2"]


def test_a_run_again_with_another_model_compares_two_models() -> None:
    then = both("a", "b", ("p1", "ok", ""))
    now = again(then, "left", answer("c", "mistake"))
    (row,) = paired(gathered([then, now]))
    assert (row.first, row.second, row.again) == ("a", "c", False)


def test_a_fork_that_was_run_again_is_held_against_what_it_was_made_from() -> None:
    then = both("a", "b", ("p1", "ok", ""))
    fork = copy.deepcopy(then)
    fork.id = "fork"
    now = again(fork, "left", answer("a", "mistake"))
    (row,) = paired(gathered([then, fork, now]))
    assert (row.again, [flip.prompt for flip in row.lost]) == (True, ["p1"])


def test_answers_that_say_they_are_each_others_runs_come_to_an_end() -> None:
    one = both("a", "b", ("p1", "ok", ""))
    two = again(one, "left", answer("a", "mistake"))
    assert two.rerun is not None
    one.rerun = copy.deepcopy(two.rerun)
    one.rerun.id = two.id
    (link,) = one.rerun.answers
    link.turn, link.was_turn = link.was_turn, link.turn
    link.attempt, link.was_attempt = link.was_attempt, link.attempt
    (row,) = paired(gathered([one, two]))
    assert row.prompts == 1


def test_a_blind_vote_counts_before_marks_and_others_do_not() -> None:
    rows = [("p1", "ok", "mistake"), ("p2", "ok", "ok"), ("p3", "garbage", "mistake")]
    of = vote(vote(both("a", "b", *rows), "right", 1), "left", 2, blind=False)
    found = ladder(gathered([of]))
    assert (found.votes, found.marks, found.ties, found.sessions) == (1, 2, 1, 1)
    assert found.strengths == ()
    assert found.refused == "Only a and b met; which of two is better, the sign test says."


def test_raters_who_vote_on_the_same_answers_decide_together() -> None:
    of = both("a", "b", ("p1", "", ""))
    for rater, verdict in (("ada", "left"), ("bob", "left"), ("eve", "right")):
        vote(of, verdict, by=rater)
    found = ladder(gathered([of]))
    assert (found.votes, found.ties) == (1, 0)
    assert ladder(gathered([vote(of, "right", by="kim")])).ties == 1


def test_of_the_votes_of_a_rater_in_copies_of_a_session_the_last_one_holds() -> None:
    then = vote(both("a", "b", ("p1", "", "")), "left")
    fork = copy.deepcopy(then)
    fork.id = "fork"
    vote(fork, "tie")
    for sessions in ([then, fork], [fork, then]):
        found = ladder(gathered(sessions))
        assert (found.votes, found.ties) == (1, 1)


def test_three_models_are_ordered_by_votes_and_marks() -> None:
    sessions = []
    for _ in range(4):
        sessions.append(vote(both("a", "b", ("p1", "", "")), "left"))
        sessions.append(both("c", "b", ("p1", "garbage", "mistake"), ("p2", "ok", "ok")))
        sessions.append(vote(both("c", "a", ("p1", "", "")), "both-bad"))
    found = ladder(gathered(sessions))
    assert found.refused == ""
    assert [(each.model, each.rank) for each in found.strengths] == [("a", 1), ("b", 2), ("c", 3)]
    assert (found.votes, found.marks, found.ties, found.sessions) == (8, 8, 8, 12)
    assert [each.battles for each in found.strengths] == [8, 12, 12]
    for each in found.strengths:  # its own answers, and those that they met
        assert len(each.behind) == 2 * each.battles
        assert sum(reply.model == each.model for reply in each.behind) == each.battles
    assert {reply.rated for reply in found.behind_votes} == {False}
    assert {reply.model for reply in found.behind_marks} == {"b", "c"}
    assert (len(found.behind_votes), len(found.behind_ties)) == (16, 16)
    assert ladder(gathered(sessions)) == found


def test_models_that_never_met_and_models_alone_are_said_so() -> None:
    apart = [both("a", "b", ("p", "ok", "ok")), both("c", "d", ("p", "ok", "ok"))]
    found = ladder(gathered(apart))
    assert "never met" in found.refused
    assert "a, b; c, d" in found.refused
    assert (found.strengths, found.marks) == ((), 2)
    for alone in ([], [both("a", "a", ("p", "ok", "mistake"))], [both("a", "b", ("p", "ok", ""))]):
        assert ladder(gathered(alone)).refused.startswith("No two models met")


def test_attempts_that_conversations_went_on_with_meet_first() -> None:
    left = turn("p", answer("a", "mistake"), answer("a", "ok"), selected=1)
    right = turn("p", answer("b", "ok"))
    asked_twice = turn("p", answer("a", "garbage"))
    found = ladder(gathered([session([left, asked_twice], [right])]))
    assert (found.marks, found.ties) == (1, 1)


def test_raters_agree_or_not_on_severity_and_each_mark() -> None:
    said = [("ok", "ok"), ("mistake", "mistake"), ("garbage", "mistake"), ("ok", "ok"), ("ok", "")]
    turns = [turn(f"p{n}", answer("a", ada, bob=bob)) for n, (ada, bob) in enumerate(said * 3)]
    rows = {row.about: row for row in raters.agreement(gathered([session(turns)]))}
    assert list(rows) == ["severity", "ok", "mistake", "garbage"]
    assert rows["ok"].alpha == 1
    assert rows["severity"].alpha is not None
    assert rows["mistake"].alpha is not None
    assert 0 < rows["mistake"].alpha < rows["severity"].alpha < 1
    assert rows["severity"].interval is not None
    for row in rows.values():
        assert (row.replies, row.raters, row.why) == (12, ("ada", "bob"), "")


def test_agreement_that_is_not_defined_says_why() -> None:
    (row,) = raters.agreement(gathered([both("a", "b", ("p", "ok", "mistake"))]))
    assert (row.alpha, row.replies) == (None, 0)
    assert row.why == "No answer was rated by two people."
    same = session([turn("p", answer("a", "ok", bob="ok")), turn("q", answer("a", "ok", bob="ok"))])
    for row in raters.agreement(gathered([same])):
        assert (row.alpha, row.replies) == (None, 2)
        assert "the same of every answer" in row.why


def test_only_raters_who_are_asked_for_are_held_against_each_other() -> None:
    of = session([turn("p", answer("a", "ok", bob="mistake", checker="ok", eve="ok"))])
    (row, *_) = raters.agreement(gathered([of], Wanted(raters=("ada", "bob"))))
    assert row.raters == ("ada", "bob")
    (row, *_) = raters.agreement(gathered([of]))
    assert row.raters == ("ada", "bob", "eve")


def suggesting(*marks: Mark | None):
    """Suggest marks for the turns of the left side; None where nothing can be checked."""

    def suggest(of):
        return {
            ("left", turn.id, turn.response.id): Suggested(
                tuple(int(mark == each) for each in MARKS), ()
            )
            for turn, mark in zip(of.panes.left.turns, marks, strict=True)
            if mark is not None
        }

    return suggest


def test_suggestions_are_held_against_what_people_gave() -> None:
    given = ["ok", "ok", "mistake", "garbage", "mistake", "", "ok"]
    of = session([turn(f"p{n}", answer("a", mark)) for n, mark in enumerate(given)])
    suggest = suggesting("ok", "mistake", "mistake", "garbage", "mistake", "ok", None)
    found = raters.checked(gathered([of], suggest=suggest))
    assert found is not None
    assert (found.replies, found.taken_over, found.with_taken_over) == (5, 0, None)
    assert found.confusion == ((1, 0, 0), (1, 2, 0), (0, 0, 1))
    assert [reply.prompt for reply in found.apart] == ["p1"]
    kappa = dict(found.kappa)
    assert list(kappa) == ["severity", "ok", "mistake", "garbage"]
    assert kappa["garbage"] == 1
    assert kappa["severity"] == pytest.approx((4 / 5 - 9 / 25) / (1 - 9 / 25))
    assert len(found.kappa_intervals) == len(found.kappa)
    assert found.kappa_intervals[0] is not None


def test_marks_that_took_over_a_suggestion_are_no_second_view() -> None:
    of = session([turn(f"p{n}", answer("a", "ok", bob="ok")) for n in range(3)])
    found = gathered([of], suggest=suggesting("ok", "mistake", "ok"))
    first, second, third = found.replies
    for reply, who in ((first, {"ada", "bob"}), (second, {"ada"}), (third, set())):
        reply.ratings = tuple(_accepted(each, each.by in who) for each in reply.ratings)
    result = raters.checked(found)
    assert result is not None
    assert (result.replies, result.taken_over) == (3, 1)
    assert result.confusion == ((1, 0, 0), (1, 0, 0), (0, 0, 0))
    upper = result.with_taken_over
    assert upper is not None
    assert upper.confusion == ((2, 0, 0), (1, 0, 0), (0, 0, 0))
    assert [about for about, _ in upper.kappa] == ["severity", "ok", "mistake"]
    assert len(upper.kappa_intervals) == 3


def test_kappa_with_what_was_taken_over_is_that_of_all_answers() -> None:
    """On what people marked by themselves they differ; they took the rest over."""
    given = ["ok"] * 4 + ["mistake"] * 3 + ["ok", "mistake"]
    of = session([turn(f"p{n}", answer("a", mark)) for n, mark in enumerate(given)])
    found = gathered([of], suggest=suggesting(*given[:7], "mistake", "ok"))
    for reply in found.replies[:7]:
        reply.ratings = tuple(_accepted(each, True) for each in reply.ratings)
    result = raters.checked(found)
    assert result is not None
    assert (result.replies, result.taken_over, dict(result.kappa)["severity"]) == (9, 7, -1)
    upper = result.with_taken_over
    assert upper is not None
    assert upper.confusion == ((4, 1, 0), (1, 3, 0), (0, 0, 0))
    by_chance = (5 * 5 + 4 * 4) / 81
    assert dict(upper.kappa)["severity"] == pytest.approx((7 / 9 - by_chance) / (1 - by_chance))


def test_a_suggestion_that_was_taken_back_or_changed_is_a_view_of_ones_own() -> None:
    one, other = answer("a", ""), answer("a", "")
    entries = take_over(one, ["garbage"], by="ada")
    take_over(other, ["mistake"], by="ada")
    take_back_marks(one, entries)
    toggle_mark(one, "ok", by="ada")
    of = session([turn("p", one), turn("q", other)])
    found = raters.checked(gathered([of], suggest=suggesting("garbage", "mistake")))
    assert found is not None
    assert (found.replies, found.taken_over) == (2, 1)
    assert found.confusion == ((0, 0, 0), (0, 0, 0), (1, 0, 0))


def _accepted(rating, taken_over):
    return type(rating)(rating.by, rating.at, rating.last, rating.marks, taken_over)


def test_nothing_is_checked_where_nothing_was_suggested() -> None:
    of = both("a", "b", ("p", "ok", "ok"))
    assert raters.checked(gathered([of])) is None
    saved = session([turn("p", answer("a", "ok", checker="ok"))])
    found = raters.checked(gathered([saved]))
    assert found is not None
    assert (found.replies, dict(found.kappa)["severity"]) == (1, None)
    assert ratings(saved.panes.left.turns[0].response.marks)[1].by == "checker"
