"""The keys that judge answers: one for each mark on each side, one for each verdict."""

from __future__ import annotations

from collections.abc import Iterator

from tui_arena.command import Command
from tui_arena.key_names import written_key
from tui_arena.session import MARKS, Mark, Verdict

MARK_WORDS: dict[Mark, str] = {
    "ok": "ok",
    "mistake": "mistake",
    "fixed": "fixed",
    "garbage": "garbage",
    "many": "many",
    "recurring": "again",
}
"""What each mark is called on the screen; short, so that six fit under a pane."""

MARK_MEANINGS: dict[Mark, str] = {
    "ok": "right",
    "mistake": "a mistake",
    "fixed": "a mistake put right",
    "garbage": "garbage, nothing in it can be used",
    "many": "three mistakes or more",
    "recurring": "the same mistake again",
}
"""What each mark means, for the help."""

VERDICT_WORDS: dict[Verdict, str] = {
    "left": "left is better",
    "right": "right is better",
    "tie": "a tie",
    "both-bad": "both are bad",
}
"""What each verdict is called on the screen."""


def marks() -> Iterator[Command]:
    """The number row for both sides, and function keys for the chosen one at any time."""
    rows = (("left", "123456"), ("right", "7890-="))
    for side, digits in rows:
        for mark, digit in zip(MARKS, digits, strict=True):
            key = {"-": "minus", "=": "equals_sign"}.get(digit, digit)
            yield Command(
                id=f"mark-{side}-{mark}",
                keys=(key,),
                shown=digit,
                words=MARK_WORDS[mark],
                help=f"Marks the {side} response: {MARK_MEANINGS[mark]}. Again takes it back.",
                when="commanding",
                action=f"marking.mark('{side}', '{mark}')",
                group="Rate",
            )
    for number, mark in enumerate(MARKS, start=5):
        yield Command(
            id=f"mark-{mark}",
            keys=(f"f{number}",),
            shown=f"F{number}",
            words=MARK_WORDS[mark],
            help=f"Marks the response of the chosen side: {MARK_MEANINGS[mark]}.",
            when="always",
            action=f"marking.mark_here('{mark}')",
            group="Rate while you write",
        )


SUGGESTED: tuple[Command, ...] = (
    Command(
        id="take-over", keys=("y",), shown="y", words="as suggested", when="commanding",
        footer=(0, 4),
        help="Gives both responses the marks that a checker suggests for them.",
        action="marking.take_over_both", group="Rate",
    ),
    Command(
        id="take-over-left", keys=("semicolon",), shown=";", words="left", when="commanding",
        footer=(0, 19),
        help="Gives the left response the marks that are suggested for it.",
        action="marking.take_over('left')", group="Rate",
    ),
    Command(
        id="take-over-right", keys=("apostrophe",), shown="'", words="right", when="commanding",
        footer=(0, 19),
        help="Gives the right response the marks that are suggested for it.",
        action="marking.take_over('right')", group="Rate",
    ),
)  # fmt: skip


def votes() -> Iterator[Command]:
    """A verdict on the two responses that marks would go to."""
    says: tuple[tuple[Verdict, str, str, str], ...] = (
        ("left", "left_parenthesis", "left better", "Votes: the left response is better."),
        ("right", "right_parenthesis", "right better", "Votes: the right response is better."),
        ("tie", "ampersand", "tie", "Votes: a tie, both are equally good."),
        ("both-bad", "exclamation_mark", "both bad", "Votes: both responses are bad."),
    )
    for verdict, key, words, said in says:
        yield Command(
            id=f"vote-{verdict}",
            keys=(key,),
            shown=written_key(key),
            words=words,
            help=f"{said} Again takes it back; blind, a vote reveals.",
            when="commanding",
            action=f"judging.vote('{verdict}')",
            group="Vote",
        )


BLIND = Command(
    id="blind", keys=("b",), shown="b", words="blind", when="commanding",
    footer=(0, 15),
    help="Hides which model is which and shuffles the sides; again reveals them.",
    action="judging.toggle", group="Vote",
)  # fmt: skip
