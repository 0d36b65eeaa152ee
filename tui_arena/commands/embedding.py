"""What tells commands which texts are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_arena.errors import ArenaError

if TYPE_CHECKING:
    from tui_arena.patterns.embed import Embedder

embed_option = click.option(
    "--embed",
    default="tfidf",
    metavar="HOW",
    help="What tells which prompts are alike: tfidf, or keras:PRESET.  [default: tfidf]",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of what is drawn.",
)


def embedder_of(name: str, seed: int) -> Embedder:
    """Return what --embed names; raises ArenaError where it is none."""
    kind, _, preset = name.partition(":")
    if name == "tfidf":
        from tui_arena.patterns.embed import TfIdf

        return TfIdf(seed)
    if kind == "keras" and preset:
        from tui_arena.folders import log_file
        from tui_arena.logs import log_into

        log_into(log_file())
        from tui_arena.engine.embedding import KerasEmbedder

        return KerasEmbedder(preset)
    raise ArenaError(f"--embed is tfidf, or keras: with a preset's name or path; not {name}.")
