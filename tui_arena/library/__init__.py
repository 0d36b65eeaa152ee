"""The saved sessions as a library: listed, found, named, thrown away and brought back."""
