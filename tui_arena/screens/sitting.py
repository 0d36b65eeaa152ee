"""What the arena is opened with: for its first session, and for each one that is gone on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tui_arena.checking.own import OwnCheck
from tui_arena.command import Command
from tui_arena.engine.events import Engine
from tui_arena.engine.profile import Profile
from tui_arena.keymap import COMMANDS
from tui_arena.keymap.pages import PAGES
from tui_arena.library.deeds import Deed
from tui_arena.scenario import Scenario
from tui_arena.store import SessionFile
from tui_arena.widgets.signs import Signs

if TYPE_CHECKING:
    from tui_arena.scoring.results import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What the arena is opened with."""

    engine: Engine
    profiles: tuple[Profile, Profile]
    """Of the left and the right side."""
    file: SessionFile
    scenario: Scenario | None
    rater: str
    """The name that marks are given under."""
    signs: Signs
    log_path: Path
    profile_folders: Sequence[Path]
    """Where profiles are looked for, the first match wins."""
    commands: Sequence[Command] = COMMANDS
    """Every command of the arena with the keys that are in force."""
    pages: Mapping[str, Sequence[Command]] = field(default_factory=lambda: PAGES)
    """The commands of each page likewise, by the page's name."""
    slow_link: bool = False
    """Whether redraws are to be few."""
    first_run: bool = False
    """Whether no prompt was ever sent on this machine."""
    blind: bool = False
    """Whether to begin without saying which model is which."""
    still: bool = False
    """Whether nothing blinks."""
    says: str = ""
    """One line to begin with."""
    weights: Weights | None = None
    """What each symbol counts in the score; None for what is usual."""
    draft: str = ""
    """What stands on the writing line."""
    seen: tuple[Profile, ...] = ()
    """Profiles of sessions that were open before in this arena, which may lie anywhere."""
    suggests: bool = True
    """Whether the marks that a checker suggests are shown."""
    own_check: OwnCheck | None = None
    """A person's own check of answers."""
    deeds: list[Deed] = field(default_factory=list)
    """What was done to saved sessions, so that it can be undone; the latest last."""
