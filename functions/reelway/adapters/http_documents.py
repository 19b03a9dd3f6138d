"""JSON documents of other servers, by GET."""

import json
from typing import Any, Final

from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

_TIMEOUTS_S: Any = (2.0, 2.0)  # to connect, and to read; the session's types know one number only
_MAX_BYTES: Final = 256 * 1024


class NotFetched(Exception):
    """There was no answer, or none that is a JSON object; the text says why."""


def fetch(url: str) -> dict[str, Any]:
    """The JSON object at `url`, in 4 s and one attempt; redirects are not followed. Raises NotFetched."""
    session = URLLib3Session(timeout=_TIMEOUTS_S)
    request = AWSRequest("GET", url, headers={"Accept": "application/json"}).prepare()
    try:
        answer = session.send(request)
        content = answer.content
    except Exception as error:
        raise NotFetched(f"{url}: {error}") from error
    finally:
        session.close()
    if answer.status_code != 200:
        raise NotFetched(f"{url} answered {answer.status_code}")
    return _object(url, content)


def _object(url: str, content: bytes) -> dict[str, Any]:
    if len(content) > _MAX_BYTES:
        raise NotFetched(f"{url} has {len(content)} bytes; expected {_MAX_BYTES} at most")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotFetched(f"{url} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise NotFetched(f"{url} is a {type(document).__name__}; expected an object")
    return document
