"""The score screen: tables drawn for a terminal, and the responses behind each figure."""
