"""How long a start takes when everything is cached: to the first token, and to import and load."""

from __future__ import annotations

import subprocess
import sys

_BARE = """
import sys, time
started = time.perf_counter()
from tui_arena.engine import runtime
runtime.prepare()
import keras_hub
from tui_arena.engine.conversion import converted
from tui_arena.engine.profile import find_profile, profile_folders
from tui_arena.engine.sources import files_of
path = files_of(find_profile(sys.argv[1], profile_folders()))
if path.suffix == ".gguf":
    path = converted(path, lambda done: None)
keras_hub.models.Backbone.from_preset(str(path), dtype="float32")
print(time.perf_counter() - started)
"""

_FIRST_TOKEN = """
import asyncio, sys, time
started = time.perf_counter()
from benchmarks.answers import story
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Text
from tui_arena.engine.profile import find_profile, profile_folders

async def first_token():
    engine = KerasEngine()
    engine.start()
    profile = find_profile(sys.argv[1], profile_folders())
    async for event in engine.submit(story(profile, tokens=8)):
        if isinstance(event, Text):
            return

asyncio.run(first_token())
print(time.perf_counter() - started, flush=True)
import os
os._exit(0)
"""


def bare_seconds(profile: str) -> float:
    """Seconds to import JAX, Keras and KerasHub and to load the weights, in a fresh process."""
    return _seconds(_BARE, profile)


def first_token_seconds(profile: str) -> float:
    """Seconds from nothing to the first token, in a fresh process."""
    return _seconds(_FIRST_TOKEN, profile)


def _seconds(code: str, profile: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", code, profile], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return float(done.stdout.split()[-1])
