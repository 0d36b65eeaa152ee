"""What `tui-arena score` prints for people."""
