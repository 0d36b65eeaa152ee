"""A session's timeline: what stood where at any moment, whatever its file says."""

from copy import deepcopy

import pytest
from replaying import attempt, clock, copy, mark, session, sitting, turn, vote

from tui_arena.judgement import standing_marks
from tui_arena.replay.playhead import SPEEDS, Playhead, clock_text
from tui_arena.replay.timeline import Timeline
from tui_arena.replay.tracks import milliseconds
from tui_arena.session import (
    SIDES,
    BlindStretch,
    Choice,
    Continuation,
    Edit,
    Move,
    Session,
    SessionError,
    SetAside,
)


def seconds(timeline: Timeline, recorded: float) -> int:
    """The time of the replay at so many seconds of the record."""
    return timeline.pauses.played(milliseconds(clock(recorded)))


def texts(timeline: Timeline, at: float, side="left") -> list[str]:
    return [t.response.text for t in timeline.scene(seconds(timeline, at)).turns(side)]


def prompts(timeline: Timeline, at: float, side="left") -> list[str]:
    return [t.prompt.text for t in timeline.scene(seconds(timeline, at)).turns(side)]


# answers


def test_an_answer_comes_piece_by_piece_when_it_came() -> None:
    it = Timeline(sitting())
    assert texts(it, 0) == [""]
    assert texts(it, 0.499) == [""]
    assert texts(it, 0.5) == ["It "]
    assert texts(it, 0.699) == ["It is "]
    assert texts(it, 0.8) == ["It is a mistake"]
    answer = it.scene(seconds(it, 0.7)).turns("left")[0].response
    assert answer.timing.finished is None
    assert answer.timing.first_token == clock(0.5)
    assert (answer.tokens.output, answer.token_ids) == (3, [])
    assert texts(it, 0.5, "right") == [""]
    assert texts(it, 0.51, "right") == ["a\nb\nc\nd\ne"]


def test_at_its_end_a_session_is_what_was_saved() -> None:
    for made in (sitting(), many_changes(), transplanted()):
        it = Timeline(made)
        end = it.scene(it.length)
        for side in SIDES:
            assert end.turns(side) == made.panes[side].turns
        assert list(end.votes) == made.votes


def test_marks_come_and_go_when_they_did() -> None:
    it = Timeline(sitting())
    seen = [
        set(standing_marks(it.scene(seconds(it, at)).turns("left")[0].response.marks))
        for at in (1.9, 2, 2.5, 3)
    ]
    assert seen == [set(), {"ok"}, set(), {"mistake"}]
    assert len(it.scene(seconds(it, 29.9)).votes) == 0
    assert len(it.scene(seconds(it, 30)).votes) == 1


def many_changes() -> Session:
    """Attempts, choices, edits, turns aside and back, an answer that went on."""
    first = attempt("a1", "one two three four", at=0, pace=1, stop="length")
    first.continued = [Continuation(at=clock(2), tokens=2, stop="length")]
    first.timing.chunks = [(500, 4), (1500, 4), (2500, 6), (3500, 4)]
    second = attempt("a2", "another one", at=10)
    second.edits = [Edit(text="edited", by="ada", at=clock(14))]
    made = turn("t1", "go", first, second, at=0, selected=1)
    made.choices = [
        Choice(attempt=1, by="ada", at=clock(10)),
        Choice(attempt=0, by="ada", at=clock(12)),
        Choice(attempt=1, by="ada", at=clock(13)),
    ]
    made.moves = [
        Move(action="aside", by="ada", at=clock(16)),
        Move(action="back", by="ada", at=clock(18)),
    ]
    return session([made])


def test_an_answer_that_went_on_had_ended_before() -> None:
    it = Timeline(many_changes())

    def answer(at: float):
        return it.scene(seconds(it, at)).turns("left")[0].attempts[0]

    assert answer(1.4).text == "one "
    assert answer(1.4).timing.finished is None
    ended = answer(1.6)
    assert (ended.text, ended.stop, ended.tokens.output) == ("one two ", "length", 2)
    assert ended.timing.finished is not None
    assert not ended.continued
    on = answer(2.1)
    assert (on.text, on.timing.finished, len(on.continued)) == ("one two ", None, 1)
    assert answer(2.5).text == "one two three "
    assert answer(5).text == "one two three four"


def test_attempts_choices_edits_and_moves_hold_from_their_time_on() -> None:
    it = Timeline(many_changes())

    def stood(at: float):
        made = it.scene(seconds(it, at)).turns("left")[0]
        return len(made.attempts), made.selected, made.response.said, made.stands

    assert stood(9) == (1, 0, "one two three four", True)
    assert stood(10) == (2, 1, "", True)
    assert stood(12.5) == (2, 0, "one two three four", True)
    assert stood(13.5) == (2, 1, "another one", True)
    assert stood(14) == (2, 1, "edited", True)
    assert stood(17) == (2, 1, "edited", False)
    assert stood(18) == (2, 1, "edited", True)


def test_attempts_in_parallel_come_side_by_side() -> None:
    made = turn(
        "t1", "go", *(attempt(f"a{n}", "a b c d", at=0, pace=1 + n) for n in range(3)), at=0
    )
    it = Timeline(session([made]))
    first = it.scene(seconds(it, 2.5)).turns("left")[0]
    assert [each.text for each in first.attempts] == ["a b c ", "a b ", "a "]
    assert "again" not in {moment.kind for moment in it.moments}
    assert [m.kind for m in Timeline(many_changes()).moments].count("again") == 1


def test_an_unfinished_answer_stays_unfinished() -> None:
    it = Timeline(session([turn("t1", "go", attempt("a", "a b", at=0, finished=False), at=0)]))
    last = it.scene(it.length).turns("left")[0].response
    assert (last.text, last.timing.finished) == ("a b", None)
    assert it.length == 600
    assert it.under_way("left", it.length) is None
    assert it.under_way("left", 550) is not None


# turns that gave way to others


def other_side():
    return turn("u1", "there", attempt("b1", "over there", at=1), at=1)


def transplanted() -> Session:
    """An own turn is asked, gives way to one of the right side, and another is asked there."""
    right = other_side()
    own = turn("t1", "first", attempt("a1", "one", at=0), at=0)
    later = turn("t2", "second", attempt("a2", "two", at=20), at=20)
    gone = SetAside(at=clock(10), reason="transplant", after=0, turns=[own])
    return session([copy("c1", right), later], [right], set_aside=[gone])


def test_a_transplant_takes_place_when_it_did() -> None:
    it = Timeline(transplanted())
    assert prompts(it, 9.9) == ["first"]
    assert prompts(it, 10) == ["there"]
    assert texts(it, 10) == ["over there"]
    assert prompts(it, 20) == ["there", "second"]


def test_a_transplant_that_was_taken_back_is_there_in_between() -> None:
    right = other_side()
    own = turn("t1", "first", attempt("a1", "one", at=0), at=0)
    asked_there = turn("t2", "second", attempt("a2", "two", at=20), at=20)
    gone = SetAside(at=clock(30), reason="restore", after=0, turns=[copy("c1", right), asked_there])
    it = Timeline(session([own], [right], set_aside=[gone]))
    assert prompts(it, 0.1) == ["first"]
    assert prompts(it, 20) == ["there", "second"]
    assert prompts(it, 29.9) == ["there", "second"]
    assert prompts(it, 30) == ["first"]


def test_the_copies_of_a_fork_are_there_although_nothing_tells_when_they_came() -> None:
    right = other_side()
    later = turn("t2", "second", attempt("a2", "two", at=20), at=20)
    it = Timeline(session([copy("c1", right), later], [right]))
    assert prompts(it, 19) == ["there"]
    assert prompts(it, 20) == ["there", "second"]


# time


def test_long_pauses_of_the_person_are_short_and_those_of_models_are_not() -> None:
    made = session(
        [
            turn("t1", "go", attempt("a1", "a b", at=0, first=20), at=0),
            turn("t2", "on", attempt("a2", "a b", at=86400), at=86400),
        ]
    )
    it = Timeline(made)
    assert seconds(it, 20) == 20_000
    assert seconds(it, 86400) == 20_200 + 3000
    assert it.length == 23_900
    assert texts(it, 86400.5) == ["a b", "a "]
    real = Timeline(made, real_time=True)
    assert seconds(real, 86400) == 86_400_000


def test_a_side_that_was_paused_for_an_hour_is_cut_short_too() -> None:
    slow = attempt("a", "a b", at=0, pace=3600)
    it = Timeline(session([turn("t", "go", slow, at=0)]))
    assert seconds(it, 3600.5) == 30_500
    steady = attempt("a", " ".join("a" * 400), at=0, pace=1)
    assert Timeline(session([turn("t", "go", steady, at=0)])).length == 399_600


def test_both_clocks_lead_back_to_each_other() -> None:
    it = Timeline(transplanted())
    for moment in it.moments:
        assert it.pauses.recorded(it.pauses.played(moment.at)) == moment.at
    times = [it.pauses.recorded(at) for at in range(0, it.length + 1, 7)]
    assert times == sorted(times)


def test_a_clock_that_went_back_does_not_mix_turns_up() -> None:
    it = Timeline(
        session(
            [
                turn(
                    "t1", "first", attempt("a1", "one", at=1000, marks=[mark("ok", 990)]), at=1000
                ),
                turn("t2", "second", attempt("a2", "two", at=10), at=10),
                turn("t3", "third", attempt("a3", "three", at=20), at=20),
            ]
        )
    )
    seen = [len(it.scene(at).turns("left")) for at in range(0, it.length + 1, 50)]
    assert seen == sorted(seen)
    assert set(seen) == {1, 2, 3}
    assert it.scene(0).turns("left")[0].response.text == ""
    assert [m.kind for m in it.moments if m.kind == "asked"] == ["asked"] * 3


def test_times_of_another_age_play() -> None:
    far = turn("t1", "go", attempt("a", "a b", at=0), at=0)
    far.prompt.at = far.attempts[0].timing.submitted = "9999-12-31T23:59:59.999-23:59"
    far.attempts[0].timing.first_token = "0001-01-01T00:00:00+23:59"
    far.attempts[0].timing.chunks = [(2**53 - 1, 2), (0, 2**53 - 1)]
    it = Timeline(session([far], sitting().panes.right.turns))
    assert it.scene(it.length).turns("left") == [far]
    assert it.length < 120_000
    assert Timeline(session([far]), real_time=True).length == 2**53 - 1


@pytest.mark.parametrize(
    "chunks", [[], [(100, 1)], [(100, 99), (50, 3)], [(0, 0)] * 3, [(5, 0), (5, 1), (2, 1)]]
)
def test_chunks_that_do_not_fit_the_text_play(chunks: list) -> None:
    odd = attempt("a", "words here", at=0)
    odd.timing.chunks = chunks
    it = Timeline(session([turn("t", "go", odd, at=0)]))
    shown = [it.scene(at).turns("left")[0].response.text for at in range(0, it.length + 1, 10)]
    assert all("words here".startswith(text) for text in shown)
    assert shown == sorted(shown, key=len)
    assert shown[-1] == "words here"


def test_a_session_without_turns_is_refused() -> None:
    with pytest.raises(SessionError, match="no turns, so there is nothing to replay"):
        Timeline(session())


def test_one_side_alone_plays() -> None:
    it = Timeline(session([], [other_side()]))
    assert it.scene(it.length).turns("left") == []
    assert texts(it, 2, "right") == ["over there"]


def test_what_the_rater_did_not_know_is_hidden_for_as_long() -> None:
    made = sitting()
    made.blind = [
        BlindStretch(began=clock(1), ended=clock(25), left="one", right="two", swapped=False)
    ]
    it = Timeline(made)
    assert [it.scene(seconds(it, at)).blind for at in (0.5, 1, 24, 25)] == [
        False, True, True, False,
    ]  # fmt: skip


# going along


def test_steps_go_to_prompts_marks_and_pieces_of_text() -> None:
    it = Timeline(sitting())
    assert it.turn(0, 1) == 10  # both sides were asked at once
    assert it.turn(10, 1) == seconds(it, 20)
    assert it.turn(it.length, 1) == it.length
    assert it.turn(seconds(it, 20), -1) == 10
    found, at = [], 0
    while (at := it.mark(at, 1)) is not None:
        found.append(at)
    assert found == [seconds(it, at) for at in (2, 2.5, 3, 30)]
    assert it.mark(found[2], -1) == found[1]
    assert it.mark(found[0], -1) is None
    assert [it.token(at, 1) for at in (10, 500, 510, 610)] == [500, 510, 600, 700]
    assert [it.token(at, -1) for at in (700, 610, 600, 500)] == [610, 600, 510, 10]


def test_every_step_by_token_shows_something_new_and_ends() -> None:
    it = Timeline(many_changes())
    at, steps = 0, 0
    while at < it.length:
        after = it.token(at, 1)
        assert after > at
        at, steps = after, steps + 1
    assert steps >= 6
    while at > 0:
        before = it.token(at, -1)
        assert before < at
        at = before


def test_stamps_tell_when_a_turn_is_another() -> None:
    for made in (sitting(), many_changes(), transplanted()):
        it = Timeline(made)
        before: dict = {}
        for at in range(0, it.length + 1, 25):
            scene = it.scene(at)
            for side in SIDES:
                for track in scene.tracks(side):
                    now = track.stamp(scene.at), track.at(scene.at)
                    if track in before:
                        assert (before[track][0] == now[0]) == (before[track][1] == now[1])
                    before[track] = now


def test_reading_changes_nothing_in_the_session() -> None:
    made = many_changes()
    kept = deepcopy(made)
    it = Timeline(made)
    for at in range(0, it.length, 100):
        it.scene(at).turns("left")
    assert made == kept


def test_a_vote_counts_from_when_both_were_asked() -> None:
    made = sitting()
    made.votes = [vote("tie", made.panes.left.turns[1], made.panes.right.turns[0], -100)]
    it = Timeline(made)
    assert [m.at - it.pauses.begin for m in it.moments if m.kind == "vote"] == [20_000]


# the playhead


def test_the_playhead_follows_its_clock_at_its_speed() -> None:
    now = [100.0]
    it = Playhead(10_000, lambda: now[0])
    assert (it.at, it.playing) == (0, False)
    it.play()
    now[0] += 2
    assert it.at == 2000
    it.change_speed(1)
    now[0] += 1
    assert (it.at, it.speed) == (4000, 2.0)
    it.pause()
    now[0] += 9
    assert it.at == 4000
    it.toggle()
    it.go(9000)
    now[0] += 5
    assert (it.at, it.playing, it.ended) == (10_000, False, True)
    it.toggle()
    assert (it.at, it.playing) == (0, True)
    it.go(-5)
    assert it.at == 0


def test_speeds_go_from_a_quarter_to_64() -> None:
    it = Playhead(1, lambda: 0.0, speed=3)
    it.change_speed(1)
    assert it.speed == 4
    for _ in SPEEDS:
        it.change_speed(-1)
    assert it.speed == 0.25
    for _ in SPEEDS:
        it.change_speed(1)
    assert it.speed == 64


def test_times_are_written_as_people_do() -> None:
    assert [clock_text(at) for at in (0, 65_999, 3_600_000, 90_061_000)] == [
        "0:00", "1:05", "1:00:00", "25:01:01",
    ]  # fmt: skip
