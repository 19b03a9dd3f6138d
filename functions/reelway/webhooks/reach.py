"""Whom webhooks may reach."""

from enum import StrEnum


class Reach(StrEnum):
    """`public` is HTTPS to port 443 of public addresses.

    `local` is for a laptop: also HTTP, any port, and the machine itself.
    """

    PUBLIC = "public"
    LOCAL = "local"
