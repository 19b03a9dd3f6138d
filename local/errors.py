"""The error of starting, stopping and trying Reelway on this machine."""


class LocalError(Exception):
    """A start, a stop or the demo failed; the message is for the person at the terminal."""
