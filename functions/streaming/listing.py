"""The ready list, whole and in pages."""

from collections.abc import Mapping, Sequence

from reelway import pages
from reelway.errors import bad_request
from reelway.pages import MAX_LIMIT
from reelway.ports.videos import Listed
from streaming.ready_list import ReadyList


def ready(
    query: Mapping[str, str], ready_list: ReadyList, *, max_ids: int
) -> tuple[Sequence[str], str | None]:
    """Ids, newest first, and the `Link` to the next page.

    Where no page is asked for these are all of them, or the newest `max_ids` of a longer list. `limit` is 1
    to `MAX_LIMIT`, `cursor` comes from the `Link` of the page before. Raises RequestRefused 400 `bad_limit`
    or `bad_cursor`.
    """
    if "limit" not in query and "cursor" not in query:
        ids, last = ready_list.newest(max_ids)
        return ids, _link(last, MAX_LIMIT) if last else None
    limit = pages.limit(query)
    page, has_more = ready_list.index.page(
        limit=limit, after=_listed_at(query["cursor"]) if "cursor" in query else None
    )
    return [entry.video_id for entry in page], _link(page[-1], limit) if has_more else None


def _link(last: Listed, limit: int) -> str:
    return pages.link({"limit": str(limit), "cursor": pages.cursor(last.video_id, last.listed_at)})


def _listed_at(cursor: str) -> Listed:
    video_id, listed_at = pages.entry_of(cursor)
    if not video_id:
        raise bad_request("bad_cursor", "The cursor is not one of this list's; begin without.")
    return Listed(video_id, listed_at)
