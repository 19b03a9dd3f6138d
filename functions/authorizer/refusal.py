"""Why a token is refused. The client is not told; the log is."""


class TokenRefused(Exception):
    """The token is not valid here; the text says why, and has nothing of the token in it."""
