"""Second chances: an answer asked again, many at once, and one that goes on."""

import msgspec

from tui_arena.engine.events import Message
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.session import Session
from tui_arena.store import load_session


def said(it, number: int = -1) -> list[str]:
    """Every message of a request, as the model saw it."""
    return [message.text for message in it.engine.requests[number].messages]


async def ended(it, *, side="left") -> None:
    it.engine.finish()
    await it.until(lambda: not it.app.arena.sides[side].busy)
    await it.pilot.pause()


async def retry(it, answer: str) -> None:
    """Ask the left side again."""
    it.engine.enqueue(answer, side="left")
    await it.press("r")
    await ended(it)


async def test_a_retry_is_another_attempt_and_the_first_one_stays_with_its_marks(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="a wrong one")
        await it.press("escape", "2")
        it.engine.enqueue("a right one", side="left")
        await it.press("r")
        assert "Sampled at 0.7" in it.text
        assert "a wrong one" not in it.text
        await ended(it)
        assert "a right one" in it.text
        assert "attempt 2 of 2" in it.text
        await it.press("1")
        [turn] = it.file.session.panes.left.turns
        first, second = turn.attempts
        assert (first.text, second.text, turn.selected) == ("a wrong one", "a right one", 1)
        assert [mark.mark for mark in first.marks] == ["mistake"]
        assert [mark.mark for mark in second.marks] == ["ok"]
        assert first.sampler == Sampler()
        assert second.sampler == Sampler(temperature=0.7, seed=1)
        assert said(it) == ["hi"]
        [choice] = turn.choices
        assert (choice.attempt, choice.by) == (1, "ann")


async def test_a_sampled_profile_keeps_its_temperature_and_gets_a_fresh_seed(arena) -> None:
    bold = Profile(
        name="bold", preset="./b", template="chatml",
        sampler=Sampler(temperature=1.2, seed=(1 << 32) - 1),
    )  # fmt: skip
    async with arena(profiles=(bold, bold)) as it:
        await it.answer()
        await it.press("escape")
        await retry(it, "two")
        await retry(it, "three")
        samplers = [a.sampler for a in it.file.session.panes.left.turns[0].attempts]
        assert [sampler.seed for sampler in samplers] == [(1 << 32) - 1, 0, 1]
        assert {sampler.temperature for sampler in samplers} == {1.2}
        assert "Sampled at" not in it.text


async def test_the_shown_attempt_is_the_one_that_the_next_prompt_follows(arena) -> None:
    async with arena() as it:
        await it.answer(left="first")
        await it.press("escape")
        await retry(it, "second")
        await retry(it, "third")
        await it.press("right_square_bracket")
        assert "This is the last of 3 attempts." in it.text
        await it.press("left_square_bracket", "left_square_bracket")
        assert "Attempt 1 of 3 is in the context." in it.text
        assert "attempt 1 of 3" in it.text
        assert "first" in it.text
        assert "third" not in it.text
        await it.press("i")
        await it.answer(prompt="more")
        left = next(r for r in reversed(it.engine.requests) if r.conversation == "left")
        assert [m.text for m in left.messages] == ["hi", "first", "more"]


async def test_another_attempt_of_an_earlier_turn_is_said_at_the_later_ones(arena) -> None:
    async with arena() as it:
        await it.answer(left="first")
        await it.press("escape")
        await retry(it, "second")
        await it.press("i")
        await it.answer(left="later", prompt="more")
        assert "another context" not in it.text
        await it.press("escape", "up", "left_square_bracket")
        assert "later answers saw another" in it.text
        assert it.text.count("came after another context") == 1
        await it.press("right_square_bracket")
        assert "came after another context" not in it.text
        await it.press("left_square_bracket", "r")
        assert "Only the latest turn can be retried: Esc selects it." in it.text
        await it.press("escape")
        await retry(it, "after all")
        assert said(it) == ["hi", "first", "more"]
        assert "came after another context" not in it.text
        await it.press("left_square_bracket")
        assert "came after another context" in it.text


async def test_many_attempts_stream_at_once_and_one_of_them_is_shown(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="one")
        for answer in ("a b c d", "e f", "g h i j"):
            it.engine.enqueue(answer, side="left")
        await it.press("escape", "R")
        assert "Further attempts at once: 2 to 16?" in it.text
        await it.press("3")
        assert it.engine.requests[-1].attempts == 3
        it.engine.release(2)
        await it.until("attempt 2 of 4 (others: 1 ended, 2 streaming)")
        await it.until("a b")
        it.engine.release()
        await it.until("attempt 2 of 4 (others: 2 ended, 1 streaming)")
        await it.press("right_square_bracket", "right_square_bracket")
        assert "g h i" in it.text
        await it.press("p")
        it.engine.finish()
        await it.pilot.pause()
        assert it.state("left") == "paused"
        assert "g h i j" not in it.text
        await it.press("p")
        await ended(it)
        assert "g h i j" in it.text
        assert "attempt 4 of 4" in it.text
        await it.press("left_square_bracket")
        assert "e f" in it.text
        it.file.save()
        [turn] = load_session(it.file.path).panes.left.turns
        assert [attempt.text for attempt in turn.attempts] == ["one", "a b c d", "e f", "g h i j"]
        assert [attempt.sampler.seed for attempt in turn.attempts] == [0, 1, 2, 3]
        assert turn.selected == 2


async def test_stop_ends_all_attempts_and_sixteen_can_be_asked_for(arena) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("escape", "R", "1", "6")
        assert it.engine.requests[-1].attempts == 16
        it.engine.release()
        await it.press("s")
        await it.until(lambda: it.state("left") == "stopped")
        turn = it.file.session.panes.left.turns[0]
        assert [attempt.stop for attempt in turn.attempts] == ["end"] + ["stopped"] * 16


async def test_no_number_no_attempts(arena) -> None:
    async with arena() as it:
        await it.press("escape", "R")
        assert "There is no answer yet on the left." in it.text
        await it.press("i")
        await it.answer()
        await it.press("escape", "R", "1", "7")
        assert "17 is out of range." in it.text
        await it.press("0", "escape", "r")
        await ended(it)
        assert it.engine.requests[-1].attempts == 1
        await it.press("tab", "left_square_bracket")
        assert "This turn has one attempt; r makes another." in it.text


async def test_an_answer_under_way_or_a_pause_is_in_the_way_of_a_retry(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two", side="left")
        await it.type("hi", "enter")
        await it.press("escape", "r")
        assert "Left is answering; stop it first (s)." in it.text
        await ended(it)
        await it.press("p", "plus")
        assert "Left is paused; resume it first (p)." in it.text


async def test_a_cut_answer_goes_on_as_the_same_attempt(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one **two**", side="left", stop="length")
        await it.answer()
        await it.press("escape", "1")
        before = it.attempt("left").token_ids
        it.engine.enqueue([" three", " four"], side="left")
        await it.press("plus")
        assert it.engine.requests[-1].messages[-1] == Message(
            "assistant", "one **two**", tuple(before)
        )
        assert it.attempt("left").timing.finished is None
        it.engine.release()
        await it.until("one **two** three")
        await ended(it)
        assert "one two three four" in it.text
        assert "continued" in it.text
        [attempt] = it.file.session.panes.left.turns[0].attempts
        assert (attempt.text, attempt.stop) == ("one **two** three four", "end")
        assert (attempt.tokens.output, len(attempt.token_ids)) == (5, 4)
        assert attempt.token_ids[:2] == before
        assert attempt.timing.chunks == sorted(attempt.timing.chunks)
        assert sum(characters for _, characters in attempt.timing.chunks) == len(attempt.text)
        [went_on] = attempt.continued
        assert (went_on.stop, went_on.tokens) == ("length", 2)
        assert it.marks("left") == {"ok"}
        await it.press("plus")
        assert "The model itself ended this answer" in it.text


async def test_a_failed_answer_goes_on_and_is_in_the_context_then(arena) -> None:
    async with arena(size=(160, 45)) as it:
        it.engine.enqueue("one", side="left", stop="error", error="The device is gone.")
        await it.answer()
        assert "The device is gone." in it.text
        it.engine.enqueue([" two"], side="left", stop="length")
        await it.press("escape", "plus")
        await ended(it)
        assert "The device is gone." not in it.text
        assert it.attempt("left").continued[0].error == "The device is gone."
        it.engine.enqueue([" three"], side="left")
        await it.press("plus")
        await ended(it)
        assert "continued 2 times" in it.text
        await it.press("i")
        await it.answer(prompt="more")
        left = next(r for r in reversed(it.engine.requests) if r.conversation == "left")
        assert [m.text for m in left.messages] == ["hi", "one two three", "more"]


async def test_an_answer_that_the_end_of_the_program_cut_goes_on(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two three", side="left")
        it.engine.enqueue("uno due tre", side="left")
        await it.answer(left="", prompt="a")
        await it.press("escape")
        it.engine.enqueue("one two three", side="left")
        await it.press("R", "2")
        it.engine.release(2)
        await it.until("streaming)")
        session = msgspec.convert(msgspec.to_builtins(it.file.session), Session)
    async with arena(session=session) as it:
        await it.press("escape")
        assert "attempt 2 of 3" in it.text
        assert "streaming" not in it.text
        text = it.attempt("left").text
        it.engine.enqueue([" and on"], side="left")
        await it.press("plus")
        assert it.engine.requests[-1].messages[-1] == Message("assistant", text, None)
        await ended(it)
        assert it.attempt("left").text == f"{text} and on"
        assert it.attempt("left").token_ids == []


async def test_ascii_and_a_narrow_terminal_say_the_same(arena) -> None:
    async with arena(size=(40, 24), ascii_only=True) as it:
        await it.answer(left="one")
        await it.press("escape")
        await retry(it, "two")
        await it.press("U")
        assert "set aside, no model sees this" in it.text
        assert "attempt 2 of 2" in " ".join(it.text.split())
        await it.press("left_square_bracket")
        assert "attempt 1 of 2" in " ".join(it.text.split())
        assert it.text.isascii()
