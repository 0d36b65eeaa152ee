"""Forking in the arena, by its key."""

from pathlib import Path

from tui_arena.store import load_session


async def test_a_fork_is_saved_beside_the_session_and_its_path_is_said(arena, tmp_path) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(prompt="first")
        await it.answer(prompt="second")
        await it.press("escape", "up", "Y")
        assert "Forked at turn 1" in it.text
        await it.until(lambda: "--resume" in it.text)
        [path] = [p for p in Path(tmp_path).glob("*.json") if p != it.file.path]
        assert path.stem in it.text
        made = load_session(path)
        assert made.parent
        assert (made.parent.id, made.parent.turn) == (it.file.session.id, 1)
        assert [turn.prompt.text for turn in made.panes.right.turns] == ["first"]
        await it.press("escape")
        assert len(it.file.session.panes.left.turns) == 2
    async with arena(session=made) as it:
        assert "› first" in it.text
        assert "› second" not in it.text


async def test_nothing_and_half_an_answer_cannot_be_forked(arena, tmp_path) -> None:
    async with arena() as it:
        await it.press("escape", "Y")
        assert "There is no turn on the left to fork at yet." in it.text
        await it.press("i")
        await it.type("x", "enter")
        await it.press("escape", "Y")
        assert "Left is answering; stop it first (s)." in it.text
        assert len(list(tmp_path.glob("*.json"))) <= 1


async def test_a_folder_that_takes_no_files_is_one_sentence(arena, tmp_path) -> None:
    async with arena(size=(160, 45)) as it:
        await it.answer()
        (tmp_path / "file").write_text("")
        it.file.path = tmp_path / "file" / it.file.path.name
        await it.press("escape", "Y")
        assert "Sessions cannot be saved in" in it.text
