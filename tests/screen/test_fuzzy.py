"""A few letters find what was meant, quickly whatever the text."""

import time

from tui_arena.screens.fuzzy import distance


def test_every_word_must_be_there_in_its_order() -> None:
    assert distance("", "anything") == 0
    assert distance("qwen", "Qwen 2.5") == 0
    assert distance("gm2", "gemma-2b") == 4
    assert distance("2b gem", "gemma-2b") == 0
    assert distance("2mg", "gemma-2b") is None
    assert distance("x gem", "gemma") is None


def test_letters_that_stand_together_are_nearer() -> None:
    assert distance("llama", "llama3.2-1b") < distance("llama", "large-lambda-and-a")  # type: ignore[operator]


def test_a_made_up_text_takes_no_longer() -> None:
    began = time.monotonic()
    assert distance("ab" * 30 + "c", "ab" * 100_000) is None
    assert time.monotonic() - began < 20
