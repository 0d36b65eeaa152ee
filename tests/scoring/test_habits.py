"""How models take corrections and how long they last: each figure from a few turns."""

from marked import asked, copied, scored, talk, told
from talk import at

from tui_arena.scoring.results import Cost, Habits, Median, Share
from tui_arena.session import Session, SetAside, Timing, Tokens

FRED = "Add a meeting with Fred"


def habits(*sessions: Session) -> Habits:
    return scored(*sessions).habits[0]


def behind(figure: Share | Median | Cost) -> list[str]:
    """The turns of the answers behind a figure."""
    return [reply.turn.partition("-")[2] for reply in figure.behind]


def of(*shares: Share) -> list[tuple[int, int]]:
    return [(share.hits, share.of) for share in shares]


def test_corrections_mend_and_break() -> None:
    found = habits(
        talk(
            "a",
            [
                asked("1", FRED, "🍄"),
                told("2", "No.", "🥦", about="1"),
                told("3", "No.", "🥦🍄", about="2"),
                told("4", "No.", "🥦(🍄)", about="3"),
                told("5", "No.", "(🍄)", about="4"),
                told("6", "No.", "", about="5"),
                asked("7", "And?", "✔"),
            ],
        )
    )
    assert of(found.fixed, found.side_effects, found.recurring) == [(3, 4), (1, 3), (2, 6)]
    assert behind(found.fixed) == ["2", "3", "4", "5"]
    assert behind(found.side_effects) == ["2", "3", "4"]
    assert behind(found.recurring) == ["1", "2", "3", "4", "5", "7"]


def test_a_model_learns_from_corrections_and_holds_against_doubt() -> None:
    doubted = [
        asked("1", FRED, "✔"),
        told("2", "Are you sure?", "✔", about="1"),
        told("3", "Are you sure?", "🍄", about="2"),
        told("4", "It is wrong.", "🥦", about="3"),
        told("5", "Unrated, and so", "", about="4"),
        told("6", "this tells nothing.", "✔", about="5"),
    ]
    borrowed = [copied("8", "1"), told("9", "No.", "🔥", about="8", model="two")]
    scores = scored(talk("a", doubted, borrowed))
    one, two = scores.habits
    assert of(one.confidence, one.critique) == [(1, 2), (1, 1)]
    assert (behind(one.confidence), behind(one.critique)) == (["2", "3"], ["4"])
    assert of(two.confidence, two.critique) == [(0, 0), (0, 0)]


def test_corrections_of_what_was_taken_over_belong_to_no_prompt_of_ones_own() -> None:
    left = [
        asked("1", FRED, "🔥"),
        told("2", "Wrong time.", "🍄", about="1"),
        copied("3", "8"),
        told("4", "Wrong time.", "🥦", about="3"),
        told("5", "API only.", "🥦", about="4"),
        asked("6", "And?", "✔"),
    ]
    left[2].origin.side = "right"
    found = habits(talk("a", left, [asked("8", "Concert", "", model="two")]))
    assert of(*found.solved) == [(1, 2), (1, 2)]
    assert found.nudges.value == 1
    assert of(found.fixed) == [(2, 3)]


def test_a_prompt_is_solved_within_so_many_corrections() -> None:
    at_once = [asked("1", FRED, "✔")]
    after_two = [
        asked("2", "Concert", "🍄"),
        told("3", "No.", "🥦🍄", about="2"),
        told("4", "No.", "🥦", about="3"),
    ]
    never = [asked("5", "Paul", "🍄"), told("6", "No.", "🍄", about="5")]
    unrated = [asked("7", "Who?", "")]
    found = habits(talk("a", [*at_once, *after_two, *never, *unrated]))
    assert of(*found.solved) == [(1, 3), (1, 3), (2, 3)]
    assert (found.nudges.value, found.nudges.of) == (3 / 2, 2)
    assert found.nudges.interval is not None
    low, high = found.nudges.interval
    assert 0 < low < 3 / 2 < high
    for figure in (*found.solved, found.nudges):
        assert behind(figure) == ["1", "2", "3", "4", "5", "6"]


def test_of_several_attempts_the_one_counts_that_the_conversation_went_on_with() -> None:
    first = asked("1", FRED, "🍄", "✔")
    assert of(*habits(talk("a", [first])).solved) == [(0, 1)]
    first.selected = 1
    assert of(*habits(talk("b", [first])).solved) == [(1, 1)]


def test_what_another_model_mends_is_not_the_first_ones_success() -> None:
    turns = [asked("1", FRED, "🍄"), told("2", "No.", "🥦", about="1", model="two")]
    assert of(*habits(talk("a", turns)).solved) == [(0, 1)]


def test_so_many_of_so_many_attempts_are_right() -> None:
    turns = [
        asked("1", FRED, "✔", "✔", "🍄"),
        asked("2", "Concert", "✔", "🍄", "🔥"),
        asked("3", "Paul", "✔", "✔"),
        asked("4", "Cancel", "✔", ""),
    ]
    found = habits(talk("a", turns))
    assert found.attempts == 3
    assert of(*found.reliable) == [(2, 2), (1, 2), (0, 2)]
    assert behind(found.reliable[0]) == ["1", "1", "1", "2", "2", "2"]


def test_conversations_last_until_the_first_garbage() -> None:
    good = talk("a", [asked("1", FRED, "✔"), asked("2", "And?", "🍄"), asked("3", "So?", "")])
    bad = talk("b", [asked("1", FRED, "✔"), asked("2", "And?", "🔥🔥"), asked("3", "So?", "✔")])
    single = talk("c", [asked("1", FRED, "🔥")])
    found = habits(good, bad, single)
    assert (found.survived.value, found.survived.quarters, found.survived.of) == (2, (1, 3), 2)
    assert of(found.unscathed) == [(1, 2)]
    assert behind(found.unscathed) == behind(found.survived) == ["1", "2", "3"] * 2


def test_a_conversation_that_gave_way_to_another_one_is_one_by_itself() -> None:
    session = talk("a", [asked("1", FRED, "✔"), asked("2", "And?", "✔")])
    gone = [asked("8", "Before", "✔"), asked("9", "So?", "🔥")]
    session.panes.left.set_aside = [SetAside(at=at(5), reason="transplant", after=0, turns=gone)]
    found = habits(session)
    assert (found.survived.value, found.survived.of) == (1.5, 2)
    assert of(*found.solved) == [(3, 4)]


def test_what_it_costs_is_told_where_it_was_measured() -> None:
    session = talk("a", [asked("1", FRED, "🍄"), told("2", "No.", "🥦", about="1")])
    for number, turn in enumerate(session.panes.left.turns, 1):
        turn.response.tokens = Tokens(output=100 * number + 1)
        turn.response.timing = Timing(
            submitted=at(0), first_token=at(number), finished=at(3 * number)
        )
    found = habits(session)
    assert found.tokens.value == 101 + 201
    assert (found.first_token.value, found.first_token.of) == (1500, 2)
    assert found.speed.value == 50
    assert behind(found.speed) == behind(found.first_token) == behind(found.tokens) == ["1", "2"]
    for turn in session.panes.left.turns:  # as in an imported session
        turn.response.preset = ""
    found = habits(session)
    assert (found.tokens.value, found.first_token.value, found.speed.of) == (None, None, 0)
