"""What can go wrong while Reelway is started or stopped on this machine."""


class LocalError(Exception):
    """A start, a stop or the demo cannot go on; the message is written for the person at the terminal."""
