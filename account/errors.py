"""The exception for everything that the person who deploys can do something about."""


class AccountError(Exception):
    """Deploying or restoring cannot go on; the message says why, and what mends it."""
