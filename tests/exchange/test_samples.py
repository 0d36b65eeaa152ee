"""Samples of benchmarks: which answer it was, how it was judged, and the sessions they go into."""

import io
import json
from pathlib import Path

import pytest
from command_line import Command

from tui_arena.errors import ArenaError
from tui_arena.exchange.importing import import_records
from tui_arena.exchange.question import question_in
from tui_arena.exchange.samples import Source
from tui_arena.exchange.saving import Outcome
from tui_arena.judgement import standing_marks
from tui_arena.responses import pairs
from tui_arena.revision import seen_by
from tui_arena.session import Session
from tui_arena.store import load_session

FILE = "samples_leaderboard_bbh_navigate_2024-06-16T14-37-22.123456.jsonl"
FOLDER = "someone__Model-7B-it"


def sample(doc_id: int = 0, **fields: object) -> dict[str, object]:
    """Return a free answer, as the harness writes it."""
    question = f"How many legs have {doc_id + 2} cats?"
    return {
        "doc_id": doc_id,
        "doc": {"question": question, "answer": "8"},
        "target": "8",
        "arguments": {"gen_args_0": {"arg_0": f"Q: 1+1?\nA: 2\n\nQ: {question}\nA:", "arg_1": {}}},
        "resps": [[" They have 8 legs."]],
        "filtered_resps": ["8"],
        "doc_hash": "d",
        "prompt_hash": "p",
        "target_hash": "t",
        "exact_match": 1.0,
    } | fields


def chosen(*choices: tuple[str, float], texts: bool = True, **fields: object) -> dict[str, object]:
    """Return an answer that was chosen by likelihood, as the leaderboard has it, all in texts."""
    measured = [[str(ll), "False"] if texts else [ll, False] for _, ll in choices]
    return {
        "doc_id": 0,
        "doc": {"question": "Which is red?", "choices": [text for text, _ in choices]},
        "target": "0",
        "arguments": {
            f"gen_args_{n}": {"arg_0": "Question: Which is red?\nAnswer:", "arg_1": f" {text}"}
            for n, (text, _) in enumerate(choices)
        },
        "resps": [[each] for each in measured],
        "filtered_resps": measured,
    } | fields


def imported(into: Path, /, *rows: object, **source: object) -> tuple[list[Session], Outcome]:
    into.mkdir(exist_ok=True)
    outcome = Outcome()
    raw = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    known = Source(**({"file": FILE, "folder": FOLDER} | source))
    paths = import_records(
        io.BytesIO(raw.encode()), source=known, format=None, folder=into, outcome=outcome
    )
    return [load_session(path) for path in paths], outcome


def judged(session: Session) -> list[tuple[str, dict[str, int], set[str]]]:
    """Return each answer with its marks and who gave them."""
    answers = [turn.response for turn in session.panes.left.turns]
    return [(a.text, standing_marks(a.marks), {mark.by for mark in a.marks}) for a in answers]


def test_samples_become_turns_of_a_session_that_stand_and_saw_nothing_of_each_other(
    tmp_path: Path,
) -> None:
    [made], outcome = imported(tmp_path, *[sample(n, exact_match=n % 2) for n in range(3)])
    assert made.title == "leaderboard_bbh_navigate, 1 to 3"
    assert (made.imported.format, made.imported.id) == ("lm-eval", "leaderboard_bbh_navigate")
    assert [mark for _, mark, _ in judged(made)] == [{"mistake": 1}, {"ok": 1}, {"mistake": 1}]
    assert {by for _, _, raters in judged(made) for by in raters} == {"lm-eval:exact_match"}
    turns = made.panes.left.turns
    assert [turn.prompt.text for turn in turns] == [
        f"How many legs have {n} cats?" for n in (2, 3, 4)
    ]
    assert {turn.response.text for turn in turns} == {" They have 8 legs."}
    assert {turn.response.profile for turn in turns} == {"someone/Model-7B-it"}
    assert all(turn.stands for turn in turns)
    assert len(list(pairs(made.panes))) == 3
    assert seen_by(turns[2].response, turns[:2]) == []
    assert outcome.left_out.lines() == [
        "3 texts around questions: examples and a template",
        "3 fields “doc_id”",
        "3 fields “target”",
    ]


@pytest.mark.parametrize("texts", [True, False], ids=["texts", "numbers"])
def test_a_choice_is_the_likeliest_one_or_for_its_length(tmp_path: Path, texts: bool) -> None:
    row = chosen(("Sky", -4.0), ("A ripe tomato", -6.0), texts=texts, acc=0.0, acc_norm=1.0)
    [made], _ = imported(tmp_path / "a", row)
    assert judged(made) == [("Sky", {"mistake": 1}, {"lm-eval:acc"})]
    [made], _ = imported(tmp_path / "a", row, metric="acc_norm")
    assert judged(made) == [("A ripe tomato", {"ok": 1}, {"lm-eval:acc_norm"})]


def test_a_choice_whose_likelihood_is_no_number_is_not_taken(tmp_path: Path) -> None:
    row = chosen(("a", float("nan")), ("b", -50.0), ("c", float("-inf")), texts=False, acc=1)
    [made], _ = imported(tmp_path, row)
    assert judged(made)[0][0] == "b"


def test_choices_that_stand_in_the_prompts_are_answers_too(tmp_path: Path) -> None:
    asked = [
        [f"The cup fell on the plate as {it} was", " broken."] for it in ("the cup", "the plate")
    ]
    row = sample(arguments=asked, filtered_resps=[[-9.0, False], [-7.0, False]], acc=True)
    [made], _ = imported(tmp_path, row, metric="acc")
    turn = made.panes.left.turns[0]
    assert (turn.prompt.text, turn.response.text) == (
        "The cup fell on the plate as the ",
        "plate was broken.",
    )


def test_choices_that_were_measured_after_no_prompt_as_well_are_choices_once(
    tmp_path: Path,
) -> None:
    asked = [["Q: Which is red?\nA:", " Sky"], ["Q: Which is red?\nA:", " Tomato"]]
    row = sample(
        doc={"question": "Which is red?"},
        arguments=[*asked, ["", "Sky"], ["", "Tomato"]],
        filtered_resps=[[-6.0, False], [-4.0, False], [-1.0, False], [-2.0, False]],
        acc=1,
        acc_mutual_info=1,
    )
    [made], _ = imported(tmp_path, row, metric="acc")
    turn = made.panes.left.turns[0]
    assert (turn.prompt.text, turn.response.text) == ("Which is red?", "Tomato")


def test_a_task_without_a_time_in_its_name_keeps_all_of_it(tmp_path: Path) -> None:
    [made], _ = imported(tmp_path, sample(), file="pythia-1.4b_gsm8k.jsonl", model="pythia")
    assert made.imported.id == "pythia-1.4b_gsm8k"


def test_metrics_of_each_thing_asked_for_are_right_where_all_are(tmp_path: Path) -> None:
    strict = {"prompt_level_strict_acc": False, "inst_level_strict_acc": [True, False]}
    loose = {"inst_level_loose_acc": [True, True]}
    row = {k: v for k, v in sample().items() if k != "exact_match"} | strict | loose
    for metric, mark in [("", "mistake"), ("inst_level_loose_acc", "ok")]:
        [made], _ = imported(tmp_path, row, metric=metric)
        [(_, marks, [by])] = judged(made)
        assert marks == {mark: 1}
        assert by == f"lm-eval:{metric or 'prompt_level_strict_acc'}"


def test_of_several_filters_one_is_taken(tmp_path: Path) -> None:
    rows = [
        sample(n, filter=filter, exact_match=filter == "flexible-extract")
        for filter in ("strict-match", "flexible-extract")
        for n in range(2)
    ]
    [made], outcome = imported(tmp_path, *rows)
    assert [marks for _, marks, _ in judged(made)] == [{"mistake": 1}] * 2
    assert judged(made)[0][2] == {"lm-eval:exact_match,strict-match"}
    assert "2 samples of another filter of the same answers" in outcome.left_out.lines()
    [made], _ = imported(tmp_path, *rows, metric="exact_match,flexible-extract")
    assert [marks for _, marks, _ in judged(made)] == [{"ok": 1}] * 2
    with pytest.raises(ArenaError, match="judged by the filter “lenient”; name one that is there"):
        imported(tmp_path, *rows, metric="exact_match,lenient")


def test_of_several_filters_that_have_no_name_the_first_is_taken(tmp_path: Path) -> None:
    rows = [sample(n, exact_match=passed) for passed in (0, 1) for n in range(2)]
    [made], outcome = imported(tmp_path, *rows)
    assert [marks for _, marks, _ in judged(made)] == [{"mistake": 1}] * 2
    assert "2 samples of another filter of the same answers" in outcome.left_out.lines()
    named = [row | {"filter": "none"} for row in rows[:1] * 2]
    [made], _ = imported(tmp_path / "named", *named)
    assert len(made.panes.left.turns) == 2  # asked twice, for all that is known


def test_of_answers_that_were_given_several_times_the_judged_one_counts(tmp_path: Path) -> None:
    row = sample(resps=[["8", "6", "8"]], filtered_resps=["8 (by majority)"])
    [made], outcome = imported(tmp_path, row)
    assert judged(made)[0][0] == "8 (by majority)"
    assert "2 answers that no metric judged" in outcome.left_out.lines()


@pytest.mark.parametrize(
    ("sent", "doc", "question"),
    [
        ("Q: a b?\n\nQ: a b?<|end|>", {"question": " a b? "}, "a b?"),
        (
            "P: Once.\nQ: When?\nA. 1\nB. 12\nAnswer:",
            {"question": "When?", "passage": "Once.", "choices": ["1", "12"]},
            "Once.\nQ: When?\nA. 1\nB. 12",
        ),
        (
            "Q: x?\n0) u 1) v\nA:",
            {"question": "x?", "choices": {"text": ["u", "v"]}},
            "x?\n0) u 1) v",
        ),
        ("Q: x?\nA:", {"question": "x?", "choices": ["u", "v"]}, "x?"),
        ("The answer is", {"question": "x?", "passage": "answer"}, None),
        ("It fell because", {"premise": "It fell.", "question": "cause"}, None),
        ("Is it a cause? It fell because", {"question": "cause"}, "cause"),
        ("题目天空为什么是蓝色答案", {"question": "天空为什么是蓝色"}, "天空为什么是蓝色"),
        ("Q: x?", {"question": "", "label": 3}, None),
    ],
)
def test_a_question_is_found_in_what_was_sent(
    sent: str, doc: dict[str, object], question: str | None
) -> None:
    assert question_in(sent, doc) == question


def test_prompts_can_be_kept_whole_and_messages_are_read_as_text(tmp_path: Path) -> None:
    talk = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Q: 1+1?"}]
    row = sample(arguments=[[json.dumps(talk), {"until": []}]])
    [made], _ = imported(tmp_path, row)
    assert made.panes.left.turns[0].prompt.text == "Be brief.\n\nQ: 1+1?"
    [made], _ = imported(tmp_path, sample(), whole=True)
    assert made.panes.left.turns[0].prompt.text.startswith("Q: 1+1?\nA: 2\n\nQ: How many legs")


def test_a_big_file_makes_several_sessions_and_twice_is_once(tmp_path: Path) -> None:
    rows = [sample(n) for n in range(450)]
    made, outcome = imported(tmp_path, *rows)
    assert [session.title.partition(", ")[2] for session in made] == [
        *("1 to 200", "201 to 400", "401 to 450"),
    ]
    assert (outcome.sessions, outcome.known) == (3, 0)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    made, outcome = imported(tmp_path, json.dumps(rows))
    assert (made, outcome.sessions, outcome.known) == ([], 0, 450)
    assert outcome.left_out.lines() == []
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('{"doc_id": 1,', "it is not JSON"),
        (sample(exact_match=0.4), "`exact_match` is 0.4, which is neither right nor wrong"),
        (sample(arguments={}), "there is no prompt"),
        (sample(arguments=[[3, {}]]), "a prompt in its `arguments` is no text"),
        (sample(resps=[], filtered_resps=[]), "there is no answer"),
        (sample(resps="8"), "Expected `array`"),
        (chosen(("a", -1.0), exact_match=1), "how likely one text is"),
        (
            chosen(("a", -1), ("b", -2), filtered_resps=[["-1", "False"]], exact_match=1),
            "not one likelihood for each",
        ),
    ],
)
def test_one_broken_sample_among_many_is_named_and_nothing_is_imported(
    tmp_path: Path, row: object, problem: str
) -> None:
    rows = [sample(n) for n in range(250)]
    with pytest.raises(ArenaError, match=r"samples_\S+, line 252: .*Nothing .* imported") as raised:
        imported(tmp_path, *rows, "", row, *rows)
    assert problem in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_known_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ArenaError, match=r"name the model with --model"):
        imported(tmp_path, sample(), folder="downloads")
    with pytest.raises(ArenaError, match=r"no metric `bleu` in it; there is exact_match"):
        imported(tmp_path, sample(), metric="bleu")
    with pytest.raises(ArenaError, match=r"no metric in it says"):
        imported(tmp_path, sample(exact_match=0.3))
    with pytest.raises(ArenaError, match=r"--model, --metric and --whole-prompts are for samples"):
        imported(tmp_path, {"messages": []}, model="mine")
    [made], _ = imported(tmp_path, sample(), folder="gpt2", evaluated=True)
    assert made.panes.left.profile == "gpt2"
    [made], _ = imported(tmp_path, sample(), file="old.jsonl", folder="x", model="mine")
    assert (made.panes.left.profile, made.imported.id) == ("mine", "old")


def mistake(**fields: object) -> dict[str, object]:
    """Return a record in the form of ReaLMistake; its words are our own."""
    return {
        "input": "Write a sum that needs the number 7.",
        "llm_response": "Ann has 3 pears and buys 2.",
        "label": "error",
        "human_explanation": "There is no 7.",
        "error_categories": ["Instruction-Following", "Reasoning Correctness"],
        "metadata": {"llm_response_model": "gpt-4-0613"},
    } | fields


def test_mistakes_that_people_described_keep_their_kinds(tmp_path: Path) -> None:
    right = mistake(error_label="no_error", error_categories=[])
    del right["label"]
    [made], outcome = imported(tmp_path, mistake(), right, file="gpt-4.jsonl", folder="sums")
    assert (made.imported.format, made.imported.id) == ("realmistake", "sums")
    assert made.panes.left.profile == "gpt-4-0613"
    assert [by for _, _, by in judged(made)] == [
        {
            "realmistake",
            "realmistake:Instruction-Following",
            "realmistake:Reasoning Correctness",
        },
        {"realmistake"},
    ]
    assert [set(marks) for _, marks, _ in judged(made)] == [{"mistake"}, {"ok"}]
    assert outcome.left_out.lines() == ["2 fields “human_explanation”", "2 fields “metadata”"]
    with pytest.raises(ArenaError, match=r"its label is “perhaps”"):
        imported(tmp_path, mistake(label="perhaps"))


def test_the_command_reads_samples_from_a_folder_of_the_harness_and_from_stdin(
    tmp_path: Path,
) -> None:
    command = Command(tmp_path)
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / FILE).write_text(json.dumps(sample()) + "\n")
    done = command("import", str(folder / FILE), "--out", str(tmp_path / "in"))
    assert (done.returncode, done.stderr.splitlines()[0]) == (0, "1 session made.")
    made = load_session(Path(done.stdout.strip()))
    assert made.panes.left.profile == "someone/Model-7B-it"
    (folder / FILE).write_text(json.dumps(sample()) + "\nbroken\n")
    problem = command.refused("import", str(folder / FILE), "--out", str(tmp_path / "other"))
    assert f"{FILE}, line 2: it is not JSON" in problem
    assert not list((tmp_path / "other").glob("*.json"))
