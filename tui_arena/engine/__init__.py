"""The engine: loads models, decodes tokens, reports events. Nothing in here knows of the screen."""
