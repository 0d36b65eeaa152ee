"""Checks of answers against what a scenario expects, and the marks that they suggest.

Suggestions are proposals: nothing of them is in a session until a person took one over.
`suggestions.suggestions` is the face for others.
"""
