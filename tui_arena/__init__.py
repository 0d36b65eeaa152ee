"""The arena in the terminal: two conversations at once with two language models."""

__version__ = "0.1.0"
