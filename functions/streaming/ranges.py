"""HTTP conditional and range requests (RFC 9110, sections 13 and 14), for one representation."""

import re
from collections.abc import Mapping

# At most 1,000 digits each: int() refuses more than 4,300 (sys.int_info.default_max_str_digits).
_SINGLE_RANGE = re.compile(r"bytes=([0-9]{1,1000}-[0-9]{0,1000}|-[0-9]{1,1000})")


def byte_range(headers: Mapping[str, str]) -> str | None:
    """The Range header if it asks for one range of bytes; else None, for the whole object.

    `headers` have lower-case names. If-Range gets the whole object, which RFC 9110 allows: comparing its
    validator would take a second request to S3, and few clients send it for segments that never change.
    """
    asked = headers.get("range", "").replace(" ", "")
    first, _, last = asked.removeprefix("bytes=").partition("-")
    if not _SINGLE_RANGE.fullmatch(asked) or "if-range" in headers:
        return None
    return None if first and last and int(last) < int(first) else asked


def is_unchanged(headers: Mapping[str, str], etag: str) -> bool:
    """Whether If-None-Match names the entity tag (weak comparison) or is '*'."""
    asked = headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return asked.strip() == "*" or etag.removeprefix("W/") in tags
