"""A session run again, on an engine that plays from a script: what is asked, kept and compared."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Prefill, Text
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.errors import ArenaError
from tui_arena.judgement import toggle_mark
from tui_arena.rerun.findings import Findings, find
from tui_arena.rerun.plan import Order, SidePlan
from tui_arena.rerun.play import new_rerun, plan, play_again
from tui_arena.rerun.report import as_json, as_table
from tui_arena.revision import choose, edit, set_aside
from tui_arena.session import SIDES, Session, Side, new_session
from tui_arena.store import load_session
from tui_arena.transplant import transplant

ONE, TWO, OTHER = (
    Profile(name=name, preset=f"/{name}", template="chatml", system=f"Be {name}.", max_tokens=50)
    for name in ("one", "two", "other")
)
PROFILES = {profile.name: profile for profile in (ONE, TWO, OTHER)}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock is a second later."""
    seconds = itertools.count()

    def tick() -> str:
        moment = datetime(2026, 11, 22, 14, tzinfo=UTC) + timedelta(seconds=next(seconds))
        return moment.isoformat(timespec="milliseconds")

    for module in ("conversation", "revision"):
        monkeypatch.setattr(f"tui_arena.{module}.now", tick)


class Was:
    """A session as it was held, and the words that its models know by number."""

    def __init__(self) -> None:
        self.session = new_session(systems=(ONE.system, TWO.system), scenario="calendar")
        self.vocabulary: dict[str, int] = {}
        self.sides = {
            side: Conversation(
                side=side, record=self.session.panes[side], profile=profile, rater="ada"
            )
            for side, profile in zip(SIDES, (ONE, TWO), strict=True)
        }

    @property
    def left(self) -> Conversation:
        return self.sides["left"]

    def say(self, prompt: str, *answers: str, side: Side = "left", stop="end", **asked) -> None:
        conversation = self.sides[side]
        conversation.ask(prompt, attempts=len(answers), **asked)
        for attempt, answer in zip(conversation.under_way, answers, strict=True):
            self._take(conversation, attempt, answer, stop)

    def go_on(self, answer: str) -> None:
        self.left.go_on()
        self._take(self.left, self.left.under_way[0], answer, "end")

    def _take(self, conversation, attempt, answer: str, stop) -> None:
        words = [f" {word}" for word in answer.split()]
        ids = tuple(self.vocabulary.setdefault(w, len(self.vocabulary)) for w in words)
        conversation.take(Prefill(9, 9, 0), attempt)
        if words:
            conversation.take(Text("".join(words), len(words), 20, 30), attempt)
        error = "Broken." if stop == "error" else None
        last = Finished(
            stop=stop, ids=ids, ms=40, output_tokens=len(ids) + (stop == "end"), error=error
        )
        conversation.take(last, attempt)


class Again:
    """It, run again."""

    def __init__(self, was: Was, folder: Path, *, same_context: bool = False, **orders) -> None:
        self.was = was.session
        self.engine = ScriptedEngine(pace=0)
        self.engine._vocabulary = dict(was.vocabulary)
        self.lines: list[str] = []
        left, right = orders.pop("left", None), orders.pop("right", None)
        self.plans: list[SidePlan] = plan(
            self.was,
            {
                side: Order(find=PROFILES.get, named=named, **orders)
                for side, named in (("left", left), ("right", right))
            },
        )
        self.file = new_rerun(self.was, folder, same_context=same_context)

    def answers(self, *answers: str, side: Side = "left") -> None:
        for answer in answers:
            self.engine.enqueue([f" {word}" for word in answer.split()], side=side)

    async def run(self, *answers: str) -> "Again":
        self.answers(*answers)
        self.status = await play_again(
            self.was,
            self.plans,
            engine=self.engine,
            file=self.file,
            rater="bob",
            tell=self.lines.append,
        )
        return self

    @property
    def saved(self) -> Session:
        return load_session(self.file.path)

    @property
    def found(self) -> Findings:
        return find(self.was, self.saved, self.plans)

    def asked(self, side: Side = "left") -> list[list[str]]:
        return [
            [message.text for message in request.messages]
            for request in self.engine.requests
            if request.conversation == side
        ]

    @property
    def table(self) -> str:
        return as_table(self.found, self.was, self.saved, self.file.path)


@pytest.fixture
def was() -> Was:
    made = Was()
    made.say("Add it.", "add 2023", kind="script", step=1)
    made.say("It is 2024.", "add 2024", kind="correction", step=2, corrects=made.left.turns[0])
    made.say("Remove it.", "remove it now", kind="script", step=3)
    return made


async def test_the_same_answers_match_whole_and_the_record_is_linked(was, tmp_path) -> None:
    was.say("Add it.", "sure", side="right", step=1)
    again = Again(was, tmp_path)
    again.answers("sure", side="right")
    await again.run("add 2023", "add 2024", "remove it now")
    assert again.status == 0
    found, saved = again.found, again.saved
    assert [each.match.equal for each in found.answers] == [True] * 4
    assert (found.rate, found.shared, found.length, found.missing) == (1.0, 8, 8, 0)
    assert saved.id != again.was.id
    assert (saved.rerun.id, saved.rerun.same_context) == (again.was.id, False)
    first, second, third = saved.panes.left.turns
    assert {t.id for t in saved.panes.left.turns}.isdisjoint(t.id for t in was.left.turns)
    assert [(t.prompt.text, t.prompt.kind, t.prompt.step) for t in (first, second, third)] == [
        ("Add it.", "script", 1), ("It is 2024.", "correction", 2), ("Remove it.", "script", 3),
    ]  # fmt: skip
    assert second.prompt.corrects.turn == first.id
    assert second.prompt.corrects.attempt == first.response.id
    assert saved.scenario == "calendar"
    assert "4 of 4 answers are equal; 100 % match (8 of 8 tokens)." in again.table


async def test_a_difference_goes_on_through_the_context(was, tmp_path) -> None:
    again = await Again(was, tmp_path).run("add 2025", "add 2024", "remove that now")
    assert again.asked()[1] == [ONE.system, "Add it.", " add 2025", "It is 2024."]
    first, second, third = again.found.answers
    assert (first.match.shared, first.match.length, first.after) == (1, 2, None)
    assert second.match.equal
    assert (third.match.rate, third.after) == (1 / 3, 1)
    assert "differs, as does what it saw since turn 1" in again.table
    assert "left 1 then:   add 2023\n  left 1 now:    add 2025" in again.table


async def test_with_the_same_context_each_turn_is_compared_by_itself(was, tmp_path) -> None:
    again = Again(was, tmp_path, same_context=True)
    await again.run("add 2025", "add 2024", "remove that now")
    assert again.asked()[2] == [
        ONE.system, "Add it.", " add 2023", "It is 2024.", " add 2024", "Remove it.",
    ]  # fmt: skip
    answers = [message for message in again.engine.requests[2].messages if message.ids]
    assert [list(m.ids) for m in answers] == [t.response.token_ids for t in was.left.turns[:2]]
    assert [each.after for each in again.found.answers] == [None] * 3
    assert again.saved.rerun.same_context
    assert "each prompt after the answers of then" in again.table


async def test_settings_of_each_answer_are_used_again(tmp_path) -> None:
    was = Was()
    was.left.profile = structs.replace(ONE, sampler=Sampler(temperature=0.5, seed=9))
    was.say("hi", "a b", max_tokens=7)
    was.left.record.system = "Be another."
    was.say("ho", "c")
    again = await Again(was, tmp_path).run("a b", "c")
    first, second = again.engine.requests
    assert (first.sampler, first.max_tokens) == (Sampler(temperature=0.5, seed=9), 7)
    assert (second.messages[0].text, second.max_tokens) == ("Be another.", 50)


async def test_another_profile_brings_its_own_sampler_and_system_text(was, tmp_path) -> None:
    was.left.record.system = "Only calls."
    was.say("And now?", "x")
    other = structs.replace(OTHER, sampler=Sampler(temperature=0.9, seed=4), max_tokens=9)
    again = await Again(was, tmp_path, left=other).run("add 2023")
    asked = again.engine.requests
    assert {request.profile.name for request in asked} == {"other"}
    assert asked[0].sampler == Sampler(temperature=0.9, seed=4)
    assert {request.max_tokens for request in asked} == {50}
    assert [request.messages[0].text for request in asked] == [OTHER.system] * 3 + ["Only calls."]
    first = again.found.answers[0].match
    assert (first.unit, first.equal) == ("words", True)  # its tokens may mean other words


async def test_a_model_that_changed_in_between_changes_there_again(was, tmp_path) -> None:
    was.left.switch(OTHER)
    was.say("Who are you?", "other")
    again = await Again(was, tmp_path).run("add 2023", "add 2024", "remove it now", "other")
    assert [request.profile.name for request in again.engine.requests] == ["one"] * 3 + ["other"]
    assert again.engine.loads == ["one", "other"]
    assert again.saved.panes.left.profile == "other"
    assert again.found.rate == 1.0


async def test_what_does_not_stand_in_the_context_is_left_out_and_said(was, tmp_path) -> None:
    was.say("Fail.", "half", stop="error")
    was.say("Never mind.", "gone")
    set_aside(was.left.turns[-1], by="ada")
    was.say("Nothing?", "")
    again = await Again(was, tmp_path).run("add 2023", "add 2024", "remove it now")
    assert [messages[-1] for messages in again.asked()] == [
        "Add it.", "It is 2024.", "Remove it.", "Nothing?",
    ]  # fmt: skip
    assert again.found.left_out == ["left 4: its answer had failed", "left 5: set aside"]
    assert "left 5: set aside" in again.table


async def test_turns_taken_over_stand_as_they_were(was, tmp_path) -> None:
    right = was.sides["right"]
    toggle_mark(was.left.turns[0].response, "mistake", by="ada")
    transplant(right.record, was.left.turns[:1], of="left", keep=0)
    was.say("Mend it.", "done", side="right")
    toggle_mark(right.turns[0].response, "ok", by="ada")
    again = Again(was, tmp_path)
    again.answers("done", side="right")
    await again.run("add 2025")
    assert again.asked("right") == [[TWO.system, "Add it.", " add 2023", "Mend it."]]
    taken, mended = again.saved.panes.right.turns
    assert (taken.origin, taken.id) == (right.turns[0].origin, right.turns[0].id)
    assert taken.response.marks == []
    assert mended.origin is None
    assert [each.side for each in again.found.answers].count("right") == 1


async def test_an_answer_that_was_stopped_ends_there_again(tmp_path) -> None:
    was = Was()
    was.say("count", "1 2 3", stop="stopped")
    was.say("and", "4")
    again = await Again(was, tmp_path).run("1 2 3 4 5", "4")
    assert [request.max_tokens for request in again.engine.requests] == [3, 50]
    assert again.found.rate == 1.0
    assert again.asked()[1][2] == " 1 2 3"


async def test_a_continued_answer_is_asked_in_one_go(tmp_path) -> None:
    was = Was()
    was.say("count", "1 2", stop="length", max_tokens=2)
    was.go_on("3 4")
    again = await Again(was, tmp_path).run("1 2 3 4")
    assert len(again.engine.requests) == 1
    assert again.engine.requests[0].max_tokens == 52
    assert again.found.rate == 1.0


async def test_an_edited_answer_stands_as_edited_and_is_compared_as_it_was_said(
    was, tmp_path
) -> None:
    edit(was.left.turns[0].response, "add 2024", by="ada")
    again = await Again(was, tmp_path).run("add 2025", "add 2024")
    assert again.asked()[1][2] == "add 2024"
    first, second, _ = again.found.answers
    assert not first.match.equal
    assert second.after is None  # the edit stands in both
    assert second.saw_another  # but the answer of then came before the edit
    edited = again.saved.panes.left.turns[0].response
    assert (edited.text, edited.said, edited.edits[0].by) == (" add 2025", "add 2024", "ada")


async def test_the_same_context_is_what_an_answer_saw_then(was, tmp_path) -> None:
    edit(was.left.turns[0].response, "add 2024", by="ada")
    set_aside(was.left.turns[1], by="ada")
    again = await Again(was, tmp_path, same_context=True).run("add 2023", "remove it now")
    assert again.asked()[1] == [
        ONE.system, "Add it.", " add 2023", "It is 2024.", " add 2024", "Remove it.",
    ]  # fmt: skip
    assert not any(each.saw_another for each in again.found.answers)
    assert again.found.rate == 1.0


async def test_a_lower_limit_compares_as_far_as_it_goes(was, tmp_path) -> None:
    again = await Again(was, tmp_path, max_tokens=2).run("add 2023", "add 2024", "remove it now")
    assert {request.max_tokens for request in again.engine.requests} == {2}
    assert [each.match.equal for each in again.found.answers] == [True] * 3


async def test_attempts_beside_the_selected_one_are_asked_where_that_is_wanted(tmp_path) -> None:
    was = Was()
    was.say("roll", "1", "2", "3")
    choose(was.left.turns[0], 1, by="ada")
    was.say("next", "4")
    again = await Again(was, tmp_path).run("2", "4")
    assert again.engine.requests[0].sampler == Sampler(temperature=0.7, seed=1)
    assert again.found.left_out == [
        "left: 2 more attempts were not in the context; --all-attempts asks them too"
    ]
    again = await Again(was, tmp_path, all_attempts=True).run("1", "2", "9", "4")
    first, second = again.engine.requests
    assert (first.attempts, first.sampler.seed) == (3, 0)
    assert second.messages[2].text == " 2"
    turn = again.saved.panes.left.turns[0]
    assert ([a.text for a in turn.attempts], turn.selected) == ([" 1", " 2", " 9"], 1)
    assert [each.match.equal for each in again.found.answers] == [True, True, False, True]
    assert again.found.answers[3].after is None
    assert "1.3" in again.table


async def test_answers_that_were_right_and_are_others_now_are_named(was, tmp_path) -> None:
    for turn, mark, by in ((1, "ok", "ada"), (1, "mistake", "eve"), (2, "mistake", "ada")):
        toggle_mark(was.left.turns[turn].response, mark, by=by)
    again = await Again(was, tmp_path).run("add 2023", "add 2025", "no")
    assert [(each.number, each.marks) for each in again.found.flips] == [
        (2, {"ada": ["ok"], "eve": ["mistake"]})
    ]
    assert "left 2: ok by ada; mistake by eve" in again.table
    assert f"Rate them with: tui-arena rate {again.file.path}" in again.table


async def test_other_versions_and_devices_are_named(was, tmp_path) -> None:
    again = Again(was, tmp_path)
    again.was.software = again.file.session.software | {"jax": "0.0.1", "device": "8 x tpu"}
    await again.run()
    assert again.found.software["device"] == ("8 x tpu", "cpu")
    assert "  jax: 0.0.1 then, " in again.table
    assert "  device: 8 x tpu then, cpu now" in again.table


async def test_a_preset_that_is_another_one_now_is_named(was, tmp_path) -> None:
    for turn in was.left.turns:
        turn.response.preset = "/older"
    again = await Again(was, tmp_path).run()
    assert again.found.changed == ["one gets its model from /one now; on the left it was /older."]


def test_a_profile_that_is_gone_is_refused_with_the_option_that_helps(was, tmp_path) -> None:
    was.left.turns[1].response.profile = "lost"
    said = r"left side was answered by the profile “lost”, .* name one with --left, or"
    with pytest.raises(ArenaError, match=said):
        Again(was, tmp_path)
    assert Again(was, tmp_path, left=OTHER).plans


def test_a_session_without_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArenaError, match="There is nothing to run again"):
        Again(Was(), tmp_path)


async def test_what_failed_is_counted_and_the_rest_is_compared(was, tmp_path) -> None:
    again = Again(was, tmp_path)
    again.answers("add 2023")
    again.engine.enqueue("so far", side="left", stop="error", error="Out of memory.")
    await again.run()
    assert again.status == 1
    assert (len(again.found.answers), again.found.missing) == (1, 2)
    assert "left   turn 2 of 3: Out of memory." in again.lines
    assert "2 answers did not come to an end." in again.table


async def test_what_models_say_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    was = Was()
    was.say("hi \x1b[2J", "\x1b]0;x\x07 a")
    toggle_mark(was.left.turns[0].response, "ok", by="\x9b31m\nada")
    again = await Again(was, tmp_path).run("b")
    assert "\x1b" not in again.table
    assert "\x9b" not in again.table
    assert "hi ␛[2J" in again.table
    told = as_json(again.found, again.was, again.saved, again.file.path)
    assert told.isascii()
    turn = json.loads(told)["turns"][0]
    assert turn["first_difference"]["was"] == "\x1b]0;x\x07 a"
    assert turn["possible_negative_flip"] is True
    assert json.loads(told)["rate"] == 0.0
