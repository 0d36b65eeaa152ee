"""The gate for untrusted text: nothing dangerous comes out, ever; what is harmless stays."""

import random
import re
import time

import pytest

from tui_arena.text import display_text

DANGEROUS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff"
    "\U000e0000-\U000e0fff]"
)


def dangerous(text: str) -> list[str]:
    return DANGEROUS.findall(text)


def random_text(chance: random.Random) -> str:
    """Random code points, with the risky ranges far more often than they would come by chance."""
    pools = [(0, 0xA0), (0x2000, 0x2070), (0xFE00, 0xFFFF), (0x1F000, 0x1FAFF), (0xD800, 0xDFFF)]
    pools += [(0, 0x10FFFF), (0xE0000, 0xE0FFF), (0x20, 0x7F), (0x300, 0x370)]
    return "".join(chr(chance.randint(*chance.choice(pools))) for _ in range(chance.randrange(60)))


@pytest.mark.parametrize("ascii_only", [False, True])
def test_nothing_dangerous_comes_out_of_any_code_point(ascii_only: bool) -> None:
    for code in range(0x110000):
        shown = display_text(chr(code), ascii_only=ascii_only)
        assert not dangerous(shown), hex(code)
        if ascii_only:
            assert shown.isascii(), hex(code)
        shown.encode("utf-8")


@pytest.mark.parametrize("ascii_only", [False, True])
def test_nothing_dangerous_comes_out_of_random_text_and_a_second_pass_changes_nothing(
    ascii_only: bool,
) -> None:
    chance = random.Random(7)
    for _ in range(3000):
        text = random_text(chance)
        shown = display_text(text, ascii_only=ascii_only)
        assert not dangerous(shown), ascii(text)
        assert display_text(shown, ascii_only=ascii_only) == shown, ascii(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain text\n\twith a tab\n",
        "Zoë, naïve, 日本語, عربى, हिन्दी, e\u0301 and ½",
        "🥦 🍄 🔥 ✔ are one code point each",
        "[bold]markup[/bold] and `code` stay for others to take as text",
    ],
)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert display_text(text) == text


def test_escape_sequences_become_visible() -> None:
    assert display_text("\x1b]52;c;ZXZpbA==\x07") == "␛]52;c;ZXZpbA==␇"
    assert display_text("\x1b[2J\x7f\x00") == "␛[2J␡␀"
    assert display_text("\x9b31m") == "<U+009B>31m"
    assert display_text("\x1b[2J", ascii_only=True) == "^[[2J"


def test_bidi_controls_and_line_separators_become_visible() -> None:
    assert display_text("a\u202ecba") == "a<U+202E>cba"
    assert display_text("a\u2028b\u0085c") == "a<U+2028>b<U+0085>c"


def test_windows_line_ends_are_line_ends_and_lone_returns_are_not() -> None:
    assert display_text("a\r\nb\rc") == "a\nb␍c"
    assert display_text("a\r\nb\rc", ascii_only=True) == "a\nb^Mc"


def test_emoji_are_reduced_to_what_every_terminal_measures_alike() -> None:
    assert display_text("✔\ufe0f 👍🏽 👨\u200d👩\u200d👧 1\ufe0f\u20e3") == "✔ 👍 👨👩👧 1"
    assert display_text("\U0001f1eb\U0001f1f7") == "FR"


def test_half_a_surrogate_pair_is_shown_as_broken() -> None:
    assert display_text("a\ud83db") == "a\ufffdb"


def test_piled_up_marks_are_cut_and_ordinary_ones_kept() -> None:
    assert display_text("e" + "\u0301" * 5000) == "e" + "\u0301" * 8
    assert display_text("e\u0301\u0323") == "e\u0301\u0323"


def test_ascii_only_stays_readable() -> None:
    text = "“Zoë” — it’s ½ done… → 🔥 ✔ 日本 │─┼ 5 €"
    assert display_text(text, ascii_only=True) == (
        '"Zoe" - it\'s 1/2 done... -> :fire: v ?? |-+ 5 EUR'
    )


def test_a_long_answer_is_quick_whatever_it_holds() -> None:
    texts = ["word " * 20_000, "日本語" * 33_000, "\x1b[31m" * 20_000, "e\u0301\u0301" * 33_000]
    texts += ["\u0301" * 100_000, "🔥\ufe0f" * 50_000]
    started = time.perf_counter()
    for text in texts:
        display_text(text)
        display_text(text, ascii_only=True)
    assert time.perf_counter() - started < 20
