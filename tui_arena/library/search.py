"""Which sessions are meant by a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_arena.library.entry import Saved, folded, texts
from tui_arena.session import SessionError
from tui_arena.store import load_session


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a session must be to be listed; what is left out leaves all."""

    models: Sequence[str] = ()
    """Parts of names of profiles, each of which has answered or is to answer."""
    scenario: str = ""
    """A part of its name."""
    tags: Sequence[str] = ()
    """Each is there."""
    words: str = ""
    """Each word is on its card or in a prompt or answer."""

    def holds(self, saved: Saved) -> bool:
        """Whether a session is wanted."""
        entry = saved.entry
        profiles = [folded(name) for name in entry.profiles]
        tags = {folded(tag) for tag in entry.tags}
        return (
            all(any(folded(part) in name for name in profiles) for part in self.models)
            and folded(self.scenario) in folded(entry.scenario)
            and all(folded(tag) in tags for tag in self.tags)
            and has_words(saved, words(self.words))
        )


def words(query: str) -> list[str]:
    """Return the words of a query, in small letters."""
    return folded(query).split()


def on_card(saved: Saved, wanted: Sequence[str]) -> bool:
    """Whether every word stands in title, tags, models, scenario, id or first prompt."""
    return all(word in saved.entry.card for word in wanted)


def has_words(saved: Saved, wanted: Sequence[str]) -> bool:
    """Whether every word stands on the card, or in a prompt or an answer.

    Where the index does not hold all texts of a session, its file is read.
    """
    entry = saved.entry
    missing = [word for word in wanted if word not in entry.card and word not in entry.text]
    if not missing or entry.whole:
        return not missing
    try:
        whole = folded("\n".join(texts(load_session(saved.path))))
    except SessionError:
        return False
    return all(word in whole for word in missing)
