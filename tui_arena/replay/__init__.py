"""A saved session as something that plays: what stood where at any moment, drawn by nobody here.

Times are whole milliseconds. Those of the record are counted from 1970, as `milliseconds` gives
them; those of the replay from its beginning, with long pauses of the person cut short.
"""
