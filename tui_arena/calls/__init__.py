"""Function calls as text: found in an answer, read and compared, and never run.

Nothing here evaluates anything. Text is parsed into a syntax tree, and of that tree only literals
and plain arithmetic are understood.
"""
