"""A webhook whose receiver is this API itself must not order the next one, without end."""

from collections.abc import Mapping
from http import HTTPStatus

from reelway.errors import RequestRefused


def refuse_webhooks(headers: Mapping[str, str]) -> None:
    """Raises RequestRefused for a request that is a webhook's message, by its headers (in lower case)."""
    if "webhook-id" in headers:
        problem = "A message of a webhook cannot order another one: this API is no receiver."
        raise RequestRefused(HTTPStatus.CONFLICT, "webhook_loop", problem)
