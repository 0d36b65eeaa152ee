"""The commands of the command line, each importing only what it needs once it runs."""
