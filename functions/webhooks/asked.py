"""What a client asks of a new webhook, and of a page of deliveries; each refusal names the field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reelway.errors import bad_request
from reelway.events import EventType
from reelway.webhooks.webhook import is_id

MAX_DESCRIPTION = 200  # characters
MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    url: str
    events: tuple[str, ...]
    description: str


def wanted(document: Mapping[str, Any], check_url: Callable[[str], None]) -> Wanted:
    """Raises RequestRefused 400. `check_url` raises ValueError for one that webhooks may not have."""
    events, description = _events(document.get("events")), _description(document.get("description"))
    url = document.get("url")
    if not isinstance(url, str):
        raise bad_request("bad_url", "url is the address that events are sent to, as a string.")
    try:
        check_url(url)
    except ValueError as error:
        raise bad_request("bad_url", f"url cannot be a receiver: {error}.") from error
    return Wanted(url, events, description)


def page(query: Mapping[str, str]) -> tuple[int, str | None]:
    """`limit` and `cursor`, which is the id of the last delivery of the page before."""
    limit, cursor = query.get("limit", str(MAX_LIMIT)), query.get("cursor")
    is_number = limit.isascii() and limit.isdigit() and len(limit) <= len(str(MAX_LIMIT))
    if not (is_number and 1 <= int(limit) <= MAX_LIMIT):
        raise bad_request("bad_limit", f"limit is 1 to {MAX_LIMIT}, not {limit!r}.")
    if cursor is not None and not is_id(cursor):
        raise bad_request("bad_cursor", "The cursor is not one of this list's; begin without.")
    return int(limit), cursor


def _events(events: object) -> tuple[str, ...]:
    if events is None:
        return ()
    if not isinstance(events, list) or not all(event in tuple(EventType) for event in events):
        raise bad_request("bad_events", f"events is a list of some of {', '.join(EventType)}.")
    return tuple(dict.fromkeys(events))


def _description(description: object) -> str:
    if description is None:
        return ""
    if (
        not isinstance(description, str)
        or len(description) > MAX_DESCRIPTION
        or not description.isprintable()
    ):
        problem = f"description is a line of text of {MAX_DESCRIPTION} characters at most."
        raise bad_request("bad_description", problem)
    return description
