"""Copying answers, code blocks and sides: into the clipboard and a file, and one line says so."""

from pathlib import Path

import pytest

from tui_arena.screens.code_blocks import CodeBlock, code_blocks

CODE = "Here:\n```python\nprint(1)\nprint(2)\n```\nand\n~~~\nplain\n~~~\nDone."


def kept(tmp_path: Path) -> str:
    return (tmp_path / "state" / "tui_arena" / "copy.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (CODE, [CodeBlock("python", "print(1)\nprint(2)"), CodeBlock("", "plain")]),
        ("none `at` all ```x```", []),
        ("````\n```\ninner\n```\n````", [CodeBlock("", "```\ninner\n```")]),
        ("```sh\nnever closed\n\n", [CodeBlock("sh", "never closed\n\n")]),
        ("```\n\n```", []),
        ("```a\r\nx\r\n```\r\n", [CodeBlock("a", "x\r")]),
        ("    ```\nnot one", []),
    ],
)
def test_code_blocks_are_found_as_in_commonmark(text: str, blocks: list[CodeBlock]) -> None:
    assert code_blocks(text) == blocks


async def test_c_copies_the_selected_answer_and_names_the_file(arena, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    async with arena(size=(80, 24)) as it:
        await it.answer(left="first ✔", right="r")
        await it.answer(left="second", right="r")
        await it.press("escape", "c")
        assert it.app.clipboard == kept(tmp_path) == "second"
        assert "Copied; also ~/state/tui_arena/copy.txt" in it.text
        await it.press("up", "c")
        assert it.app.clipboard == kept(tmp_path) == "first ✔"


async def test_an_answer_with_code_asks_which_part(arena, tmp_path) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left=CODE, right="r")
        await it.press("escape", "c")
        assert "0  the whole answer" in it.text
        assert "1  code, python, 2 lines: print(1)" in it.text
        assert "2  code, 1 line: plain" in it.text
        await it.press("1")
        assert it.app.clipboard == kept(tmp_path) == "print(1)\nprint(2)"
        await it.press("c", "down", "down", "down", "up", "down", "enter")
        assert it.app.clipboard == "plain"
        await it.press("c", "enter")
        assert it.app.clipboard == CODE
        await it.press("c", "9", "1", "c", "escape")
        assert it.app.clipboard == "print(1)\nprint(2)"
        assert "Copy what?" not in it.text


async def test_a_whole_side_is_copied_as_it_was_said(arena) -> None:
    async with arena() as it:
        await it.answer(left="one", right="eins", prompt="say 1")
        await it.answer(left="two", right="zwei", prompt="say 2")
        await it.press("escape", "tab", "C")
        assert it.app.clipboard == (
            "## Prompt 1\n\nsay 1\n\n## Answer 1\n\neins\n\n"
            "## Prompt 2\n\nsay 2\n\n## Answer 2\n\nzwei\n"
        )


async def test_blind_a_copy_names_no_model_and_says_what_is_set_aside(arena) -> None:
    async with arena(blind=True) as it:
        it.engine.enqueue("", stop="error", error="model-one is broken", side="left")
        await it.answer(prompt="say 1")
        await it.press("escape", "U", "C")
        assert it.app.clipboard == (
            "## Prompt 1 (set aside)\n\nsay 1\n\n## Answer 1\n\n(the answer failed)\n"
        )
        await it.press("b", "C")
        assert "(model-one is broken)" in it.app.clipboard


async def test_what_is_pasted_into_a_shell_cannot_act_on_it(arena, tmp_path) -> None:
    async with arena() as it:
        await it.answer(left="a\x1b[201~\rrm -rf x\n", right="r")
        await it.press("escape", "c")
        assert it.app.clipboard == kept(tmp_path) == "a␛[201~\nrm -rf x\n"


async def test_what_is_too_long_for_terminals_is_only_in_the_file(
    arena, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with arena(size=(100, 24)) as it:
        await it.answer(left="w" * 80_000, right="r")
        await it.press("escape", "c")
        assert "Only ~/state/tui_arena/copy.txt: too long for terminals" in it.text
        assert len(kept(tmp_path)) == 80_000


async def test_where_there_is_nothing_one_line_says_so(arena) -> None:
    async with arena() as it:
        await it.press("escape", "c")
        assert "There is no answer to copy on the left." in it.text
        await it.press("C")
        assert "There is nothing to copy on the left yet." in it.text


async def test_a_file_that_cannot_be_written_is_said(arena, tmp_path) -> None:
    (tmp_path / "state").write_text("in the way")
    async with arena() as it:
        await it.answer(left="one", right="r")
        await it.press("escape", "c")
        assert it.app.clipboard == "one"
        assert "Copied, but not into a file: " in it.text
