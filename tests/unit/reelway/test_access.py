"""Which requests are answered: docs/openapi.yaml is gone through, so that no route can be forgotten."""

import re

import pytest

from reelway import access
from reelway.access import KINDS, Access
from reelway.errors import RequestRefused
from tests.support.readers import descriptions
from tests.support.readers.descriptions import operations

DOCUMENT = descriptions.openapi()
# The page's files come from its bucket, and no function is asked.
OPERATIONS = [
    (method, path) for method, path in operations(DOCUMENT) if path != "/" and not path.startswith("/app/")
]


def rule(path: str) -> str:
    return re.sub(r"\{(\w+)\}", r"<\1>", path)


def is_allowed(allowed: Access, method: str, path: str) -> bool:
    try:
        access.check(allowed, method, rule(path))
    except RequestRefused:
        return False
    return True


def test_every_operation_has_a_kind_and_every_kind_an_operation() -> None:
    described = {("GET" if method == "HEAD" else method, rule(path)) for method, path in OPERATIONS}
    assert described == set(KINDS)


def test_open_access_allows_everything() -> None:
    assert all(is_allowed(Access.OPEN, *operation) for operation in OPERATIONS)
    assert is_allowed(Access.OPEN, "GET", "/of/no/kind")


def test_read_only_access_allows_what_changes_nothing_and_tells_no_ids() -> None:
    allowed = {operation for operation in OPERATIONS if is_allowed(Access.READ_ONLY, *operation)}
    assert {method for method, _ in allowed} == {"GET", "HEAD"}
    assert {path for _, path in allowed} == {
        "/status",
        "/video/{videoId}",
        "/video/{videoId}/status/stream",
        *(f"/stream/{{videoId}}/{name}" for name in ("manifest", "master", "iframes", "segment/{segmentId}")),
        *(f"/stream/{{videoId}}/{name}" for name in ("poster", "storyboard", "storyboard.jpg")),
    }
    assert not is_allowed(Access.READ_ONLY, "GET", "/of/no/kind")


def test_what_is_refused_says_what_the_owner_may_do() -> None:
    with pytest.raises(RequestRefused, match="Access=open") as refused:
        access.check(Access.READ_ONLY, "POST", "/upload")
    assert (refused.value.status, refused.value.code) == (403, "read_only")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_head_of_what_is_refused_is_refused(method: str) -> None:
    assert not is_allowed(Access.READ_ONLY, method, "/stream/ready")
