"""What the edge writes to its log: nothing by which a reader of the log could act as a viewer."""

import logging
import re
from typing import Final

from aiohttp.http_exceptions import HttpProcessingError

# A request's query may hold a token or parts of a signed URL; an upload in parts has its id in the path.
_SECRETS: Final = (
    (re.compile(r"\?[^\s'\"]+"), "?<query>"),
    (re.compile(r"(/s3/multipart(?:/|%2F)+)[^/?\s'\"]+", re.IGNORECASE), r"\1<uploadId>"),
)


class RedactingFormatter(logging.Formatter):
    """Whole lines, with the tracebacks that follow them."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret, replacement in _SECRETS:
            text = secret.sub(replacement, text)
        return text


def is_no_viewers_fault(record: logging.LogRecord) -> bool:
    """Whether the line is worth writing: aiohttp quotes the bytes of each request that is no HTTP."""
    fault = record.exc_info[1] if record.exc_info else None
    return not isinstance(fault, HttpProcessingError)
