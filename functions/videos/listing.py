"""`GET /videos`: videos of any state, newest first, in pages."""

from collections.abc import Mapping
from typing import Any

from reelway import naming, pages
from reelway.browsing import Browser, Page, cursor_of, place_of
from reelway.caller import Caller
from reelway.errors import bad_request
from reelway.shelves import Shelf
from reelway.video import State
from videos.description import describe

_MAX_OWNER = 255  # characters of an OIDC subject


def page(query: Mapping[str, str], caller: Caller, browser: Browser) -> tuple[dict[str, Any], str | None]:
    """The answer's document, and the `Link` to the next page.

    A caller sees its own videos, and who sees all may name an `owner`. Raises RequestRefused 400
    `bad_state`, `bad_owner`, `bad_external_id`, `bad_limit` or `bad_cursor`.
    """
    limit, state, owner = pages.limit(query), _state(query), _owner(query)
    external_id = naming.external_id(query["externalId"]) if "externalId" in query else None
    after = place_of(query["cursor"]) if "cursor" in query else None
    if caller.sees_all or owner in (None, caller.owner):
        shelf = Shelf(owner if caller.sees_all else caller.owner, external_id)
        found = browser.page(shelf, caller, limit=limit, after=after, state=state)
    else:
        found = Page((), None)  # as of an owner who has none
    document: dict[str, Any] = {"videos": [describe(video) for video in found.videos]}
    if found.next is None:
        return document, None
    cursor = cursor_of(found.next)
    return {**document, "next": cursor}, pages.link({**query, "limit": str(limit), "cursor": cursor})


def _state(query: Mapping[str, str]) -> State | None:
    if "state" not in query:
        return None
    if query["state"] not in {*State}:
        raise bad_request("bad_state", f"state is one of {', '.join(State)}.")
    return State(query["state"])


def _owner(query: Mapping[str, str]) -> str | None:
    owner = query.get("owner")
    if owner is not None and not 1 <= len(owner) <= _MAX_OWNER:
        raise bad_request("bad_owner", f"owner is 1 to {_MAX_OWNER} characters.")
    return owner
