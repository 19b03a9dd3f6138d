"""The exception for everything that people at the terminal can do something about."""


class LocalError(Exception):
    """A start, a stop or the demo failed; the message is for the person at the terminal."""
