"""The saved sessions: list them, name them, throw them away, bring them back, repair them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_arena.commands import options
from tui_arena.output import ascii_out, print_path, say, width_of_output
from tui_arena.settings import settings_in_force

if TYPE_CHECKING:
    from tui_arena.session import Session


class _ListsByDefault(click.Group):
    """A group whose first command is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] == ["--repair"]:
            args = ["repair", *args[1:]]
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ListsByDefault, options_metavar="[OPTIONS]", subcommand_metavar="[PATH]...")
def sessions() -> None:
    """List saved sessions; name them, delete and restore them, repair damaged ones.

    Without a command they are listed: `tui-arena sessions --tag good`. What the list can be asked
    for, `tui-arena sessions list --help` says. A session is named by its path, or by its id or the
    end of it, as the list shows.
    """


@sessions.command("list")
@click.argument("paths", nargs=-1, type=options.FOLDER, metavar="[PATH]...")
@click.option("--json", "for_programs", is_flag=True, help="Print JSON.")
@click.option("--model", multiple=True, metavar="NAME", help="Those in which this model answers.")
@click.option("--scenario", default="", metavar="NAME", help="Those that play this scenario.")
@click.option("--tag", multiple=True, metavar="TAG", help="Those with this tag.")
@click.option(
    "--text", default="", metavar="WORDS", help="Those with these words in title or texts."
)
@click.option(
    "-n", "--most", type=click.IntRange(min=1), metavar="N", help="The N newest of them alone."
)
@click.option("--trash", is_flag=True, help="Those that were deleted.")
def list_sessions(
    paths: tuple[Path, ...],
    for_programs: bool,
    model: tuple[str, ...],
    scenario: str,
    tag: tuple[str, ...],
    text: str,
    most: int | None,
    trash: bool,
) -> int:
    """List saved sessions, the newest first.

    PATH is a folder of sessions or a session's file; where it is left out, the folder that sessions
    are saved in. Files that cannot be read are named and left out; the exit status is then 2.
    """
    from tui_arena.library.entry import newest_first
    from tui_arena.library.places import read_places
    from tui_arena.library.search import Wanted
    from tui_arena.sessions_list import as_json, as_table

    wanted = Wanted(models=model, scenario=scenario, tags=tag, words=text)
    found, problems = read_places(paths or (_folder(),), trash=trash)
    if not trash:
        found.sort(key=newest_first)
    meant = [saved for saved in found if wanted.holds(saved)][:most]
    if for_programs:
        click.echo(as_json(meant))
    elif meant:
        click.echo(as_table(meant, width=width_of_output(), ascii_only=ascii_out()))
    else:
        say("There is no such session." if found else "There is no session yet.")
    for problem in problems:
        say(str(problem))
    if problems:
        files = "1 file" if len(problems) == 1 else f"{len(problems)} files"
        say(f"{files} could not be read; `tui-arena sessions repair FILE` saves what can be.")
    return 2 if problems else 0


@sessions.command()
@click.argument("session", metavar="FILE")
@click.argument("title")
def rename(session: str, title: str) -> int:
    """Give a session a title; an empty one takes it away."""
    from tui_arena.library.naming import clean_title, name_session

    path, new = _find(session), clean_title(title)

    def change(record: Session) -> None:
        record.title = new

    before = name_session(path, change).title
    say(f"{path.stem}: its title was “{before}”." if before else f"{path.stem} had no title.")
    return 0


@sessions.command()
@click.argument("session", metavar="FILE")
@click.argument("tags", nargs=-1, required=True, metavar="TAG...")
def tag(session: str, tags: tuple[str, ...]) -> int:
    """Put tags on a session."""
    from tui_arena.library.naming import with_tags

    return _retag(session, lambda old: with_tags(old, tags))


@sessions.command()
@click.argument("session", metavar="FILE")
@click.argument("tags", nargs=-1, required=True, metavar="TAG...")
def untag(session: str, tags: tuple[str, ...]) -> int:
    """Take tags off a session."""
    from tui_arena.library.naming import without_tags

    return _retag(session, lambda old: without_tags(old, tags))


@sessions.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def delete(files: tuple[str, ...]) -> int:
    """Move sessions into the trash beside them; `restore` brings them back."""
    from tui_arena.library.trash import delete as throw_away

    for path in [_find(name) for name in files]:
        throw_away(path)
        say(f"{path.name} is in the trash; `tui-arena sessions restore` brings it back.")
    return 0


@sessions.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def restore(files: tuple[str, ...]) -> int:
    """Bring sessions back from the trash; print their paths.

    Where one was deleted several times, the last one comes back. Nothing is overwritten.
    """
    from tui_arena.library.places import find_deleted
    from tui_arena.library.trash import restore as bring_back

    for name in files:
        print_path(bring_back(find_deleted(name, _folder())))
    return 0


@sessions.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def repair(files: tuple[str, ...]) -> int:
    """Save what can be read of damaged sessions as new ones beside them; print their paths.

    The damaged files stay as they are; what is lost is said. The exit status is 2 where nothing of
    a file can be read.
    """
    from tui_arena.repair import repair_file

    hopeless = False
    for path in [_find(name) for name in files]:
        repaired, lost = repair_file(path)
        for line in lost:
            say(f"{path.name}: {line}")
        if repaired is not None:
            say(f"{path.name} stays as it is; what could be read of it is a new session:")
            print_path(repaired)
        elif lost:
            say(f"{path.name}: nothing of a session can be read in it.")
            hopeless = True
        else:
            say(f"{path.name} is whole; there is nothing to repair.")
    return 2 if hopeless else 0


def _folder() -> Path:
    from tui_arena.folders import sessions_folder

    named = settings_in_force().settings.sessions
    return Path(named) if named else sessions_folder()


def _find(name: str) -> Path:
    from tui_arena.library.places import find_session

    return find_session(name, _folder())


def _retag(name: str, change: Callable[[list[str]], list[str]]) -> int:
    from tui_arena.library.naming import name_session

    path = _find(name)
    tags: list[str] = []

    def retag(record: Session) -> None:
        tags[:] = record.tags = change(record.tags)

    before = name_session(path, retag).tags
    say(f"{path.stem}: {', '.join(tags) or 'no tags'}; before: {', '.join(before) or 'none'}.")
    return 0
