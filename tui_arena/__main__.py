"""`python -m tui_arena` is `tui-arena`."""

from tui_arena.cli import main

main()
