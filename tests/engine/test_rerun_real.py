"""Run again on a real engine: same model, seed and device give the same tokens."""

import tiny

from tui_arena.checking.checker import Checker
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.profile import Sampler
from tui_arena.headless import play
from tui_arena.player import Order
from tui_arena.rerun import plan as planned
from tui_arena.rerun.findings import find
from tui_arena.rerun.play import new_rerun, plan, play_again
from tui_arena.scenario import Scenario, Step
from tui_arena.session import SIDES, new_session
from tui_arena.software import software_versions
from tui_arena.store import SessionFile, load_session


async def test_two_turns_run_again_match_token_by_token(preset, tmp_path) -> None:
    scenario = Scenario(steps=(Step(prompt="hello world"), Step(prompt="again", kind="correction")))
    greedy = tiny.profile(preset, max_tokens=12)
    sampled = tiny.profile(preset, max_tokens=12, sampler=Sampler(temperature=0.9, seed=5))
    file = SessionFile(new_session(systems=("", "")), tmp_path)
    file.session.software.update(software_versions())

    def tell(line: str) -> None:
        pass

    status = await play(
        engine=KerasEngine(),
        checker=Checker(scenario),
        profiles=(greedy, sampled),
        file=file,
        rater="ada",
        order=Order(attempts=2),
        tell=tell,
    )
    assert status == 0
    was = load_session(file.path)
    order = planned.Order(find=lambda name: greedy, all_attempts=True)
    plans = plan(was, dict.fromkeys(SIDES, order))
    again = new_rerun(was, tmp_path, same_context=True)
    status = await play_again(was, plans, engine=KerasEngine(), file=again, rater="ada", tell=tell)
    assert status == 0
    found = find(was, load_session(again.path), plans)
    assert len(found.answers) == 8
    assert {each.match.unit for each in found.answers} == {"tokens"}
    assert found.rate == 1.0
    assert found.software == {}
