"""Records out of files: whatever their layout, whatever is broken in them, a piece at a time."""

import gzip
import io
import json
import tracemalloc

import pytest

from tui_arena.exchange import records
from tui_arena.exchange.records import read_records


def read(raw: bytes) -> list[tuple[str, object]]:
    return [(r.where, r.value or r.problem) for r in read_records(io.BytesIO(raw))]


TRICKY = {"a": 'brace } quote " and \\ {', "b": {"c": [{}, "]"]}}


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_in_any_layout(indent: int | None) -> None:
    raw = json.dumps([TRICKY, {"n": 2}, TRICKY], indent=indent).encode()
    assert read(b"\xef\xbb\xbf \n" + raw) == [
        ("record 1", TRICKY),
        ("record 2", {"n": 2}),
        ("record 3", TRICKY),
    ]


def test_lines_and_one_object_over_several_lines() -> None:
    line = json.dumps(TRICKY).encode()
    assert read(b"\n" + line + b"\r\n\n" + line) == [("line 2", TRICKY), ("line 4", TRICKY)]
    assert read(json.dumps(TRICKY, indent=2).encode()) == [("record 1", TRICKY)]
    assert read(b"") == []
    assert read(b"[]") == []


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (gzip.compress(b'{"a": 1}\n' * 99), "packed by gzip"),
        (b"PK\x03\x04\n\n\n", "a zip"),
        (b"PAR1\x15\x04\n\x15", "Parquet"),
    ],
    ids=["gzip", "zip", "parquet"],
)
def test_what_is_packed_is_named_once(raw: bytes, what: str) -> None:
    [(where, problem)] = read(raw)
    assert where == "line 1"
    assert what in str(problem)


def test_what_python_writes_where_there_is_no_number_is_read() -> None:
    [(_, value)] = read(b'{"a": -Infinity, "b": [NaN], "c": ": NaN,"}')
    assert str(value) == "{'a': -inf, 'b': [nan], 'c': ': NaN,'}"


def test_a_record_across_pieces_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_CHUNK", 3)
    raw = json.dumps([TRICKY] * 3).encode()
    assert [value for _, value in read(raw)] == [TRICKY] * 3


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (b'{"a": ', "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'{"a": "\xff"}', "not JSON"),
        (b'{"a": "\\ud800"}', "not JSON"),
        (b'{"a": "\\ud800", "b": NaN}', "not JSON"),
        (b'{"a": NaN, "b": }', "not JSON"),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", "nested too deeply"),
        (b"\x1f\x8b\x08", "not JSON"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_read(broken: bytes, problem: str) -> None:
    found = read(b'{"n": 1}\n' + broken + b'\n{"n": 3}\n')
    assert [where for where, _ in found] == ["line 1", "line 2", "line 3"]
    assert (found[0][1], found[2][1]) == ({"n": 1}, {"n": 3})
    assert problem in str(found[1][1])


def test_a_broken_record_of_an_array() -> None:
    found = read(b'[{"n": 1}, {"n" 2}, {"n": 3}]')
    assert [where for where, _ in found] == ["record 1", "record 2", "record 3"]
    assert "not JSON" in str(found[1][1])
    cut = read(b'[{"n": 1}, {"n": "2')
    assert cut[1] == ("record 2", "it has no end; nothing after it can be read.")


def test_a_record_without_end_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MOST_BYTES", 1 << 10)
    long = b'{"a": "' + b"x" * 5000 + b'"}'
    found = read(b'{"n": 1}\n' + long + b'\n{"n": 3}\n')
    assert [where for where, _ in found] == ["line 1", "line 2", "line 3"]
    assert "longer than" in str(found[1][1])
    monkeypatch.setattr(records, "_CHUNK", 100)
    assert "longer than" in str(read(b'[{"n": 1}, ' + long + b"]")[1][1])


@pytest.mark.parametrize("array", [False, True])
def test_a_big_file_takes_little_memory(tmp_path, array: bool) -> None:
    path = tmp_path / "big"
    row = json.dumps({"text": "word " * 2000}).encode()
    with path.open("wb") as file:
        file.write(b"[" if array else b"")
        for number in range(3000):  # 30 MB
            file.write((b"," if array and number else b"") + row + (b"" if array else b"\n"))
        file.write(b"]" if array else b"")
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            assert sum(record.value is not None for record in read_records(file)) == 3000
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 << 20
