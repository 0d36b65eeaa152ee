"""Print the JSON Schema of sessions."""

from __future__ import annotations

import click


@click.command()
def schema() -> int:
    """Print the JSON Schema of the session file, for programs that read or write it."""
    import json

    from tui_arena.session_schema import session_schema

    click.echo(json.dumps(session_schema(), indent=2))
    return 0
