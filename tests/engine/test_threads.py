import gc
import os
import sys
import threading
import weakref

import pytest
import tiny

from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Ready, Unloaded
from tui_arena.engine.model import Model


async def _last(stream):
    async for _ in stream:
        pass
    return stream.events[-1]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
@pytest.mark.parametrize(("gives_way", "behind"), [(True, 10), (False, 0)])
async def test_computing_gives_way_to_who_draws_where_it_is_told_to(
    preset, gives_way, behind
) -> None:
    here = os.getpriority(os.PRIO_PROCESS, 0)
    engine = KerasEngine(gives_way=gives_way)
    engine.start()
    try:
        assert isinstance(await _last(engine.load(tiny.profile(preset))), Ready)
        (working,) = (thread for thread in threading.enumerate() if thread.name == "engine")
        assert os.getpriority(os.PRIO_PROCESS, working.native_id) == here + behind
        assert os.getpriority(os.PRIO_PROCESS, 0) == here
    finally:
        engine.close()


async def test_no_collection_looks_at_a_loaded_model_and_an_unloaded_one_is_collected(
    preset, engine, monkeypatch
) -> None:
    profile = tiny.profile(preset)
    # What compiles beside the work would hold the model until it is done.
    monkeypatch.setattr(Model, "widen", lambda model: None)
    assert isinstance(await _last(engine.load(profile)), Ready)
    (model,) = engine._models.values()
    backbone = weakref.ref(model.backbone)
    del model
    assert not any(thing is backbone() for thing in gc.get_objects())
    assert isinstance(await _last(engine.unload(profile)), Unloaded)
    assert backbone() is None
