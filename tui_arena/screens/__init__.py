"""The screens of the arena."""
