"""Every figure, measured within one run on the same weights.

What is compared takes turns, and a ratio is the median of the rounds' ratios: machines drift.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from benchmarks.answers import (
    FOLLOWING,
    after_history,
    answer,
    decode_rate,
    first_token_ms,
    ready,
    sampled,
    shared_rate,
    story,
    together,
    told,
    whole_rate,
)
from benchmarks.app import app_rate, bytes_per_token, key_echoes
from benchmarks.compilations import Compilations, settled
from benchmarks.patterns import pattern_figures
from benchmarks.rivals import prepared
from benchmarks.scores import score_growth
from benchmarks.sessions import load_ratios
from benchmarks.starts import bare_seconds, first_token_seconds
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Message
from tui_arena.engine.profile import Profile

MEANING = {
    "engine_tokens_per_s": "tokens a second, one answer, from its first token on",
    "ratio_generate_256": "times KerasHub generate() at max_length 256, whole calls",
    "ratio_generate_2048": "times KerasHub generate() at max_length 2048, whole calls (aim: 5)",
    "ratio_llama_cpp_f32": "times llama.cpp on the same weights at float32 (aim: 1)",
    "ratio_llama_cpp_shipped": "times llama.cpp on the weights as they are shipped",
    "ratio_transformers": "times Hugging Face transformers at float32",
    "ratio_limit": "of what reading the weights once a token would allow (aim: 0.85)",
    "ratio_bare_products": "of a chain of bare matrix-vector products with all weights",
    "ratio_position_4000": "time of a token at position 4000 over one at 64 (aim: at most 2)",
    "ratio_next_turn_ttft": "first token after 2,000 cached tokens over reading all (aim: 0.15)",
    "ratio_two_panes_one_model": "two answers on one model together, over one (aim: 1.3)",
    "ratio_two_models": "two answers on two models together, over one (aim: 0.9)",
    "ratio_five_attempts": "five attempts together, over one (aim: 3)",
    "ratio_second_start": "first token of a second start, over importing and loading (aim: 2)",
    "ratio_app_on_top": "tokens a second with the arena on a terminal over without (aim: 0.9)",
    "ratio_load_session_json": "reading a session of 1,000 turns, over json.loads of it (aim: 1)",
    "ratio_score_10000_sessions": "scoring a session among 10,000, over one among 100 (aim: 1.2)",
    "score_bytes_per_session": "most memory while 10,000 sessions of 14 answers are scored, each",
    "compilations_after_warmup": "programs compiled by all of the answers above (aim: 0)",
    "key_echo_p99_ms": "99 of 100 keys show within, while both sides stream (aim: 50)",
    "key_echo_p99_ms_idle": "99 of 100 keys show within, in the same arena with nothing to do",
    "bytes_per_token": "bytes to a terminal of 160x45, both sides streaming (aim: at most 1536)",
    "bytes_per_token_slow_link": "the same with --slow-link (aim: at most 512)",
    "ratio_patterns_10000": "time of patterns in 10,000 responses, over 1,000 (aim: at most 100)",
    "ratio_patterns_100000": "time of patterns in 100,000 responses over 10,000 (aim: at most 100)",
    "patterns_peak_mb": "memory of patterns in 100,000 responses, MB at most (aim: 1,000)",
}

TOKENS = 128
LONG = 768
"""Tokens of an answer that fills its pane and scrolls."""
ROUNDS = 3
KEYS = 200


def measure(profile: Profile) -> dict[str, float | None]:
    """Return every figure by its name."""
    with tempfile.TemporaryDirectory() as folder:
        rates, shares, compiled = asyncio.run(_with_the_engine(profile, Path(folder)))
    _say("sessions")
    for ratio in load_ratios():
        shares.note("load_session_json", ratio)
    _say("scores")
    growth, kept = score_growth()
    for ratio in growth:
        shares.note("score_10000_sessions", ratio)
    _say("starts")
    for _ in range(ROUNDS):
        shares.note("second_start", first_token_seconds(profile.name) / bare_seconds(profile.name))
    _say("patterns in errors")
    grown = pattern_figures()
    _say("the arena on a terminal")
    for _ in range(ROUNDS):
        alone = asyncio.run(_alone(profile))
        shares.note("app_on_top", app_rate(profile, tokens=TOKENS) / alone)
    idle, streaming = key_echoes(profile, keys=KEYS)
    figures: dict[str, float | None] = {
        "engine_tokens_per_s": statistics.median(rates),
        "compilations_after_warmup": float(compiled),
        "score_bytes_per_session": kept,
        "key_echo_p99_ms": _p99(streaming),
        "key_echo_p99_ms_idle": _p99(idle),
        "bytes_per_token": bytes_per_token(profile, tokens=LONG),
        "bytes_per_token_slow_link": bytes_per_token(profile, "--slow-link", tokens=LONG),
        **shares.figures(),
        **grown,
    }
    return {name: figures.get(name) for name in MEANING}


class _Shares:
    """Ratios, a few of each."""

    def __init__(self) -> None:
        self._noted: dict[str, list[float]] = {}

    def note(self, name: str, share: float) -> None:
        self._noted.setdefault(f"ratio_{name}", []).append(share)

    def figures(self) -> dict[str, float]:
        return {name: statistics.median(values) for name, values in self._noted.items()}


async def _with_the_engine(profile: Profile, folder: Path) -> tuple[list[float], _Shares, int]:
    """Return tokens a second of one answer, ratios to it, and how much was compiled meanwhile."""
    _say("loading the models")
    engine = KerasEngine()
    engine.start()
    twin = msgspec.structs.replace(profile, dtype="float32")  # the same weights once more
    await ready(engine, profile)
    await ready(engine, twin)
    compilations = Compilations()
    left, right = (story(profile, tokens=TOKENS, conversation=side) for side in ("left", "right"))
    other = story(twin, tokens=TOKENS, conversation="right")
    far = after_history(profile, 14, tokens=TOKENS, conversation="far")
    await answer(engine, replace(far, max_tokens=1))
    await settled(engine)

    rates: list[float] = []
    shares = _Shares()
    rivals: dict[str, Callable[[], float | None]] = {}
    for turn in range(ROUNDS):
        _say(f"round {turn + 1} of {ROUNDS}")
        with compilations.counted():
            last = await answer(engine, left)
            one = decode_rate(last)
            rates.append(one)
            both = await together(engine, [left, right])
            shares.note("two_panes_one_model", shared_rate(both) / one)
            both = await together(engine, [left, other])
            shares.note("two_models", shared_rate(both) / one)
            five = await together(engine, [sampled(left, 5)])
            shares.note("five_attempts", shared_rate(five) / one)
            one = decode_rate(await answer(engine, left))
            rates.append(one)
            shares.note("position_4000", one / decode_rate(await answer(engine, far)))
            shares.note("next_turn_ttft", await _next_turn(engine, profile, turn))
        rivals = rivals or prepared(profile, list(last.ids), folder=folder, tokens=TOKENS)
        for name, rival in rivals.items():
            with compilations.counted():
                again = await answer(engine, left)
            mine = whole_rate(again) if name.startswith("generate") else decode_rate(again)
            if theirs := rival():
                shares.note(name, mine / theirs)
    engine.close()
    return rates, shares, compilations.count


async def _next_turn(engine: KerasEngine, profile: Profile, turn: int) -> float:
    """Return first token of a next turn over that of reading the whole conversation."""
    history = after_history(profile, 7, tokens=8, conversation=f"history {turn}")
    # As in a conversation: what was read and what was answered is cached, the question is new.
    given = await told(engine, history)
    following = (*history.messages, given, Message("user", FOLLOWING))
    next_turn = await answer(engine, replace(history, messages=following))
    fresh = replace(history, messages=following, conversation=f"fresh {turn}")
    return first_token_ms(next_turn) / first_token_ms(await answer(engine, fresh))


async def _alone(profile: Profile) -> float:
    """Return tokens a second without the arena."""
    engine = KerasEngine()
    engine.start()
    await ready(engine, profile)
    await answer(engine, story(profile, tokens=16))
    last = await answer(engine, story(profile, tokens=TOKENS))
    engine.close()
    return decode_rate(last)


def _p99(values: list[float]) -> float:
    return sorted(values)[int(0.99 * (len(values) - 1))]


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)
