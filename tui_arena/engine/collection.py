"""Python's collection of garbage, kept out of the moments in which a person types.

JAX, Keras and a model's layers are a million objects that stay. A collection that looks at all of
them holds every thread up for a fifth of a second; what is set aside here none looks at again.
"""

from __future__ import annotations

import gc


def set_aside() -> None:
    """Let no later collection look at what there is now."""
    gc.collect()
    gc.freeze()


def look_at_all() -> None:
    """Let later collections look at everything again."""
    gc.unfreeze()


def collect_all() -> None:
    """Collect garbage of what was set aside as well, such as a model that was let go."""
    gc.unfreeze()
    set_aside()
