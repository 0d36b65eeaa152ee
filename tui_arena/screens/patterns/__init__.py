"""The screen of error patterns: where models fail, page by page, down to the responses."""
