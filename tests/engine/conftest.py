import asyncio
from collections.abc import Callable

import pytest
import tiny

from tui_arena.engine import runtime
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Finished, Stream, Text


@pytest.fixture(scope="session", autouse=True)
def _jax(_cache_folder):
    runtime.prepare()


@pytest.fixture(scope="session")
def preset(tmp_path_factory, _jax):
    """A tiny Llama with tied embeddings, on disk."""
    return tiny.save(tiny.backbone(), tmp_path_factory.mktemp("presets") / "tiny")


@pytest.fixture
async def engine():
    made = KerasEngine()
    made.start()
    yield made
    made.close()


async def collect(stream: Stream) -> tuple[str, Finished]:
    """Wait for an answer: its whole text and how it ended."""
    async for _ in stream:
        pass
    last = stream.events[-1]
    assert isinstance(last, Finished)
    return "".join(e.text for e in stream.events if isinstance(e, Text)), last


@pytest.fixture(name="collect")
def _collect():
    return collect


@pytest.fixture
def until():
    """Wait until a condition holds, for at most half a minute."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(300):
            while not condition():
                await asyncio.sleep(0.005)

    return wait
