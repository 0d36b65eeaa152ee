"""Running a model by hand, step by step, to hold its tokens against generate()'s."""

from __future__ import annotations

import contextlib

import numpy as np
import tiny

from tui_arena.engine.byte_pair import BytePairCodec
from tui_arena.engine.model import Model, Row
from tui_arena.engine.profile import Sampler

GREEDY = Sampler()


def make_model(backbone, **settings) -> Model:
    names, merges = tiny.vocabulary()
    codec = BytePairCodec(names, merges, pre_tokenizer="smollm", control=tiny.CONTROL)
    model = Model(backbone, codec, context=1024, **settings)
    model.reset_cache()
    return model


@contextlib.contextmanager
def conversations(model: Model, *prompts: list[int]):
    """Open one conversation a prompt, and say when they are no longer under way."""
    opened = [model.book.open(f"conversation {n}", prompt) for n, prompt in enumerate(prompts)]
    yield opened
    for cached in opened:
        model.book.close(cached)


def decode(model: Model, cached, first: int, count: int) -> list[int]:
    out = [first]
    while len(out) < count:
        row = Row(cached, len(cached.ids), GREEDY)
        token = model.step(np.array([out[-1]], np.int32), [row])
        cached.ids.append(out[-1])
        out.append(int(np.asarray(token)[0]))
    return out


def read_all(model: Model, cached, ids: list[int], chunk: int) -> int:
    while len(cached.ids) < len(ids):
        token = model.read(cached, ids, GREEDY, chunk=chunk)
    return int(np.asarray(token)[0])


def decode_together(model: Model, rows, firsts: list[int], count: int) -> list[list[int]]:
    """Decode the rows in shared steps; returns the tokens of each."""
    outs = [[token] for token in firsts]
    for _ in range(count - 1):
        step = [Row(cached, len(cached.ids), GREEDY) for cached in rows]
        tokens = np.array([out[-1] for out in outs], np.int32)
        following = np.asarray(model.step(tokens, step))
        for cached, out, token in zip(rows, outs, following, strict=True):
            cached.ids.append(out[-1])
            out.append(int(token))
    return outs
