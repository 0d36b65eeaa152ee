"""The screen on which saved responses are rated: no engine, only files."""

from __future__ import annotations
