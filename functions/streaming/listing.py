"""The ready list, whole and in pages."""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from reelway.errors import bad_request
from reelway.ports.videos import Listed
from reelway.video import is_video_id
from streaming.ready_list import ReadyList

# Ids in one page: a screenful or two. The frozen contract's whole list has no pages while it fits an answer.
MAX_LIMIT = 100
_TIME = re.compile(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


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
    limit = _limit(query.get("limit", str(MAX_LIMIT)))
    page, has_more = ready_list.index.page(
        limit=limit, after=_listed_at(query["cursor"]) if "cursor" in query else None
    )
    return [entry.video_id for entry in page], _link(page[-1], limit) if has_more else None


def _link(last: Listed, limit: int) -> str:
    """Relative to the request's own URL, since the distribution's domain is not known here."""
    return f'<?{urlencode({"limit": limit, "cursor": _cursor(last)})}>; rel="next"'


def _limit(text: str) -> int:
    if not (
        text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT)) and 1 <= int(text) <= MAX_LIMIT
    ):
        raise bad_request("bad_limit", f"limit is 1 to {MAX_LIMIT}, not {text!r}.")
    return int(text)


def _cursor(entry: Listed) -> str:
    return base64.urlsafe_b64encode(json.dumps([entry.video_id, entry.listed_at]).encode()).decode()


def _listed_at(cursor: str) -> Listed:
    try:
        video_id, listed_at = json.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        video_id, listed_at = "", ""
    if not (isinstance(video_id, str) and is_video_id(video_id) and _is_listing_time(listed_at)):
        raise bad_request("bad_cursor", "The cursor is not one of this list's; begin without.")
    return Listed(video_id, listed_at)


def _is_listing_time(value: object) -> bool:
    """Whether it is a time as the table has them; DynamoDB refuses a start key outside of the list."""
    return isinstance(value, str) and bool(_TIME.fullmatch(value))
