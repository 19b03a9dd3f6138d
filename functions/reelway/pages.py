"""Pages of a list: how many entries, the cursor of the next page, and the `Link` to it."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from reelway.errors import bad_request
from reelway.video import is_video_id

# Entries of one page: a screenful or two.
MAX_LIMIT = 100
_TIME = re.compile(r"2\d{3}-(0[1-9]|1[0-2])-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def limit(query: Mapping[str, str]) -> int:
    """Raises RequestRefused 400 `bad_limit`."""
    text = query.get("limit", str(MAX_LIMIT))
    if not (
        text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT)) and 1 <= int(text) <= MAX_LIMIT
    ):
        raise bad_request("bad_limit", f"limit is 1 to {MAX_LIMIT}, not {text!r}.")
    return int(text)


def link(query: Mapping[str, str]) -> str:
    """Relative to the request's own URL, since the distribution's domain is not known here."""
    return f'<?{urlencode(query)}>; rel="next"'


def cursor(video_id: str, time: str) -> str:
    """Of a page that begins behind an entry of a list; where there is none, `video_id` is empty."""
    return base64.urlsafe_b64encode(json.dumps([video_id, time]).encode()).decode()


def entry_of(text: str) -> tuple[str, str]:
    """The id, or "", and the ISO 8601 time in a cursor; raises RequestRefused 400 `bad_cursor`.

    DynamoDB refuses a start key outside of a list; one in the list, whoever made it, is only a place in it.
    """
    try:
        video_id, time = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        video_id, time = None, None
    is_id = isinstance(video_id, str) and (not video_id or is_video_id(video_id))
    if not (is_id and isinstance(time, str) and _TIME.fullmatch(time)):
        raise bad_request("bad_cursor", "The cursor is not one of this list's; begin without.")
    return video_id, time
