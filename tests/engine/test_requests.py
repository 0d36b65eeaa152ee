"""What a request may ask, and how it falls apart into attempts."""

from dataclasses import replace
from pathlib import Path

import pytest
import tiny

from tui_arena.engine.profile import Sampler

PROFILE = tiny.profile(Path("tiny"))


@pytest.mark.parametrize("attempts", [0, 17, -1])
def test_attempts_out_of_range_are_refused(attempts):
    with pytest.raises(ValueError, match="1 to 16"):
        tiny.request(PROFILE, "hello", attempts=attempts)


def test_each_attempt_has_a_seed_of_its_own():
    sampler = Sampler(temperature=1.0, seed=(1 << 32) - 2)
    request = tiny.request(PROFILE, "hello", sampler=sampler, attempts=4)
    assert [one.sampler.seed for one in request.single()] == [(1 << 32) - 2, (1 << 32) - 1, 0, 1]
    assert {replace(one, sampler=sampler, attempts=4) for one in request.single()} == {request}
