"""Which requests are answered: docs/openapi.yaml is gone through, so that no route can be forgotten."""

import re

import pytest

from reelway import access
from reelway.access import KINDS, SCOPES, Access, Kind
from reelway.caller import ANYBODY, Caller, Scope
from reelway.errors import RequestRefused
from tests.support.readers import descriptions
from tests.support.readers.descriptions import operations
from tests.support.samples import UNKNOWN_ID

DOCUMENT = descriptions.openapi()
# The page's files come from its bucket, and no function is asked.
OPERATIONS = [
    (method, path) for method, path in operations(DOCUMENT) if path != "/" and not path.startswith("/app/")
]


def rule(path: str) -> str:
    return re.sub(r"\{(\w+)\}", r"<\1>", path)


def is_allowed(allowed: Access, method: str, path: str) -> bool:
    try:
        access.check(allowed, method, rule(path), ANYBODY)
    except RequestRefused:
        return False
    return True


def test_every_operation_has_a_kind_and_every_kind_an_operation() -> None:
    described = {("GET" if method == "HEAD" else method, rule(path)) for method, path in OPERATIONS}
    assert described == set(KINDS)


def test_every_operation_names_the_scope_that_it_asks_for_and_how_it_refuses() -> None:
    described = operations(DOCUMENT)
    for method, path in OPERATIONS:
        operation, scope = described[method, path], SCOPES[access.kind_of(method, rule(path))]
        assert operation["security"] == ([{"bearer": [scope]}, {}] if scope else [])
        assert scope is None or {"401", "403"} <= set(operation["responses"])
        assert scope or "401" not in operation["responses"]


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
        *(f"/stream/{{videoId}}/{name}" for name in ("manifest.m3u8", "master.m3u8")),
        *(f"/stream/{{videoId}}/{name}" for name in ("poster", "storyboard", "storyboard.jpg")),
    }
    assert not is_allowed(Access.READ_ONLY, "GET", "/of/no/kind")


def test_what_is_refused_says_what_the_owner_may_do() -> None:
    with pytest.raises(RequestRefused, match="Access=open") as refused:
        access.check(Access.READ_ONLY, "POST", "/upload", ANYBODY)
    assert (refused.value.status, refused.value.code) == (403, "read_only")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_head_of_what_is_refused_is_refused(method: str) -> None:
    assert not is_allowed(Access.READ_ONLY, method, "/stream/ready")


def refusal(caller: Caller | None, method: str, path: str) -> tuple[int, str] | None:
    try:
        access.check(Access.TOKEN, method, rule(path), caller)
    except RequestRefused as refused:
        return refused.status, refused.code
    return None


def test_what_lacks_a_token_or_a_scope_is_told_which() -> None:
    challenges = []
    for caller in (None, Caller("ada", frozenset())):
        with pytest.raises(RequestRefused) as refused:
            access.check(Access.TOKEN, "POST", "/upload", caller)
        challenges.append(refused.value.headers["WWW-Authenticate"])
    lacking = 'Bearer realm="reelway", error="insufficient_scope", scope="videos:upload"'
    assert challenges == ['Bearer realm="reelway"', lacking]


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_with_tokens_each_operation_takes_its_own_scope_or_an_admins(operation: tuple[str, str]) -> None:
    needed = SCOPES[access.kind_of(operation[0], rule(operation[1]))]
    callers = {scope: Caller("ada", frozenset({scope})) for scope in Scope}
    found = {scope: refusal(caller, *operation) for scope, caller in callers.items()}
    allowed = frozenset(Scope) if needed is None else {needed, Scope.ADMIN}
    assert found == {scope: None if scope in allowed else (403, "insufficient_scope") for scope in Scope}
    assert refusal(None, *operation) == (None if needed is None else (401, "token_required"))


def test_playing_alone_needs_no_token() -> None:
    assert {kind for kind, scope in SCOPES.items() if scope is None} == {Kind.PLAY}
    assert refusal(None, "GET", "/of/no/kind") == (401, "token_required")


def test_a_grant_uploads_and_watches_and_does_nothing_else() -> None:
    granted = Caller("ada", frozenset(Scope) - {Scope.ADMIN}, UNKNOWN_ID)
    kinds = {operation: access.kind_of(operation[0], rule(operation[1])) for operation in OPERATIONS}
    allowed = {kinds[operation] for operation in OPERATIONS if refusal(granted, *operation) is None}
    assert allowed == {Kind.PLAY, Kind.WATCH, Kind.UPLOAD}
