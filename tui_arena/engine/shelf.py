"""What a side can be switched to: where each profile's model lies, how big it is, whether it fits.

Arithmetic and configurations alone; loads neither JAX nor Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tui_arena.engine.events import Resident
from tui_arena.engine.plan import KEPT_FREE, Machine, Need, need_of
from tui_arena.engine.profile import Profile, ProfileError, read_profiles
from tui_arena.engine.shapes import Shape
from tui_arena.engine.sources import SourceError, files_of, shape_of

Place = Literal["on disk", "to be fetched", "its files are missing"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A profile that can be chosen."""

    profile: Profile
    place: Place
    """Where its model's files are."""
    shape: Shape | None = None
    """None where the size is not known before the model is fetched."""
    problem: str = ""
    """What is wrong with its files, one sentence."""

    def need(self, machine: Machine) -> Need | None:
        """Say what the model needs of each device of a machine; None where that is not known."""
        return need_of([self.profile], self.shape, machine) if self.shape is not None else None


class Shelf:
    """The profiles that can be asked for by name, and some that were named by their files.

    May be asked from any one thread at a time.
    """

    def __init__(self, folders: Sequence[Path], named: Sequence[Profile] = ()) -> None:
        self._folders, self._named = folders, named
        self._shapes: dict[tuple[str, int, int], Shape | None] = {}
        """By preset, and time and size of its files: a GGUF file takes seconds to read."""

    def profiles(self) -> tuple[list[Profile], list[ProfileError]]:
        """Read the profiles anew; return them and what is wrong with the others."""
        good, bad = read_profiles(self._folders)
        known = [profile for _, profile in good]
        names = {profile.name for profile in known}
        return known + [one for one in self._named if one.name not in names], bad

    def offer(self, profile: Profile) -> Offer:
        """Look at the files of a profile; can take seconds the first time."""
        path = files_of(profile)
        if path is None:
            local = profile.preset.startswith("package://") or Path(profile.preset).is_absolute()
            place: Place = "its files are missing" if local else "to be fetched"
            return Offer(profile, place, shape_of(profile))
        try:
            stamp = path.stat()
            key = (profile.preset, stamp.st_mtime_ns, stamp.st_size)
            if key not in self._shapes:
                self._shapes[key] = shape_of(profile)
        except SourceError as problem:
            return Offer(profile, "on disk", problem=str(problem))
        except OSError:  # gone since
            return Offer(profile, "its files are missing")
        return Offer(profile, "on disk", self._shapes[key])


def free_on(machine: Machine, residents: Sequence[Resident]) -> int:
    """Return the bytes of each device that a further model could take; below 0 where none are left.

    What is kept free for programs counts as taken, the caches of idle models do not.
    """
    taken = sum(r.weights + (r.cache if r.answering else 0) for r in residents)
    return machine.memory - KEPT_FREE - taken // machine.devices
