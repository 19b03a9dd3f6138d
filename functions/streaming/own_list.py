"""The READY videos of one owner, as `GET /stream/ready` lists them where a token is asked for."""

from collections.abc import Mapping, Sequence

from reelway import pages
from reelway.browsing import Browser, cursor_of, place_of
from reelway.caller import Caller
from reelway.shelves import Shelf
from reelway.video import State

# Pages of an answer to a request that asks for the whole list; a `Link` leads on from there.
_WHOLE = 10


def ready(query: Mapping[str, str], caller: Caller, browser: Browser) -> tuple[Sequence[str], str | None]:
    """Ids, by when the videos were created, newest first, and the `Link` to the next page.

    Where no page is asked for these are all, or the newest of many. Raises RequestRefused 400 `bad_limit` or
    `bad_cursor`.
    """
    limit, is_page = pages.limit(query), "limit" in query or "cursor" in query
    place = place_of(query["cursor"]) if "cursor" in query else None
    ids: list[str] = []
    for _ in range(1 if is_page else _WHOLE):
        page = browser.page(Shelf(caller.owner), caller, limit=limit, after=place, state=State.READY)
        ids += [video.video_id for video in page.videos]
        place = page.next
        if place is None:
            return ids, None
    return ids, pages.link({"limit": str(limit), "cursor": cursor_of(place)}) if place else None
