"""The one kind of error that people are meant to read."""

from __future__ import annotations


class ArenaError(Exception):
    """Something a person can mend; its text is one sentence that says what is wrong and what to do.

    Shown as it is: on the command line with exit status 2, in the arena at the side it concerns.
    """
