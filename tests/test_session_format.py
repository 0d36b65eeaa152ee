"""The description of the session file is true: its example loads, and no field is left out."""

import re
from pathlib import Path

import msgspec
import pytest

from tui_arena.engine.profile import Sampler
from tui_arena.session import (
    Attempt,
    BlindStretch,
    Choice,
    Continuation,
    Corrects,
    Edit,
    Imported,
    MarkEntry,
    Move,
    Origin,
    PaneRecord,
    Panes,
    Parent,
    Prompt,
    Repeat,
    Rerun,
    Session,
    SetAside,
    Timing,
    Tokens,
    Turn,
    Vote,
    Voted,
)
from tui_arena.session_json import decode_session

TEXT = (Path(__file__).parent.parent / "docs" / "session-format.md").read_text()


def test_the_example_is_a_session() -> None:
    example = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert example
    session = decode_session(example[1].encode())
    assert session.panes.left.turns[0].response.text == "Sure!"


@pytest.mark.parametrize(
    "kind",
    [
        Session,
        Parent,
        Imported,
        Rerun,
        Repeat,
        Panes,
        PaneRecord,
        SetAside,
        Turn,
        Choice,
        Move,
        Origin,
        Prompt,
        Corrects,
        Attempt,
        Continuation,
        Edit,
        Sampler,
        Tokens,
        Timing,
        MarkEntry,
        Vote,
        Voted,
        BlindStretch,
    ],
)
def test_every_field_is_described(kind: type[msgspec.Struct]) -> None:
    described = TEXT.partition("## The fields")[2]
    for field in msgspec.structs.fields(kind):
        assert f"`{field.encode_name}`" in described, field.encode_name
