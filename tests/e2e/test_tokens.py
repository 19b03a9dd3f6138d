"""With Access=token everything but playing needs a token: walked from the two descriptions of the API."""

import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from reelway import tokens as own_tokens
from reelway.access import SCOPES, Kind, kind_of
from reelway.caller import Scope
from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.readers import descriptions
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client
from tests.support.system.token_stack import EVERYTHING, TokenStack

pytestmark = pytest.mark.needs("restart")

DOCUMENT = descriptions.openapi()
OPERATIONS = descriptions.operations(descriptions.strict_openapi())
CHANNELS = descriptions.asyncapi()["channels"]
PAGE = {(method, path) for method, path in OPERATIONS if path == "/" or path.startswith("/app/")}


def rule_of(path: str) -> str:
    """The rule of a path's route."""
    return re.sub(r"\{(\w+)\}", r"<\1>", path)


PLAYING = {(method, path) for method, path in OPERATIONS if kind_of(method, rule_of(path)) is Kind.PLAY}
# Without an upgrade they are answered at the edge, by a sentence about that; the handshakes are below.
SOCKETS = {("GET", channel["address"]) for channel in CHANNELS.values()}
ASKING = sorted(set(OPERATIONS) - PLAYING - PAGE - SOCKETS)
_VALUES = {"partNumber": "1", "segmentId": str(uuid.uuid4())}


def asked_path(path: str) -> str:
    """The path with ids of nothing."""
    return re.sub(r"\{(\w+)\}", lambda found: _VALUES.get(found[1], UNKNOWN_ID), path)


@pytest.fixture(scope="module")
def stranger(tokens: TokenStack) -> Iterator[Client]:
    with tokens.stranger() as client:
        yield client


@pytest.fixture(scope="module")
def alice(tokens: TokenStack) -> Iterator[Client]:
    with tokens.client("alice") as client:
        yield client


def assert_challenged(answer: httpx.Response, code: str, method: str = "GET") -> None:
    """401 with a challenge that pages of other sites may read."""
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="reelway"')
    assert ("invalid_token" in answer.headers["WWW-Authenticate"]) is (code == "invalid_token")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]
    if method != "HEAD":
        assert_problem(answer, 401, code)


def assert_described(answer: httpx.Response, method: str, path: str) -> None:
    """By the operation's answer of this status: its headers, and its body where that is JSON."""
    described = OPERATIONS[method, path]["responses"][str(answer.status_code)]
    for name, header in described.get("headers", {}).items():
        assert name in answer.headers or not header.get("required")
        if name in answer.headers and header["schema"].get("type", "string") == "string":
            descriptions.validator(header["schema"]).validate(answer.headers[name])
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    content = described.get("content", {})
    if method != "HEAD" and kind.endswith("json"):
        descriptions.validator(content[kind]["schema"]).validate(answer.json())


def test_the_description_names_what_needs_no_token() -> None:
    free = {operation for operation, described in OPERATIONS.items() if described.get("security") == []}
    assert free == PLAYING | PAGE
    assert DOCUMENT["security"] == [{"bearer": []}, {}]
    assert {method for method, _ in PLAYING} == {"GET", "HEAD"}
    assert all(path.startswith("/stream/{videoId}/") for _, path in PLAYING)


@pytest.mark.parametrize(("method", "path"), ASKING)
def test_nothing_is_answered_without_a_token(stranger: Client, method: str, path: str) -> None:
    answer = stranger.http.request(method, asked_path(path))
    assert_challenged(answer, "token_required", method)
    assert_described(answer, method, path)


@pytest.mark.parametrize(("method", "path"), ASKING)
def test_nothing_is_answered_to_a_token_that_is_none(stranger: Client, method: str, path: str) -> None:
    headers = {"Authorization": "Bearer e30.e30.e30"}
    answer = stranger.http.request(method, asked_path(path), headers=headers)
    assert_challenged(answer, "invalid_token", method)
    assert_described(answer, method, path)


@pytest.mark.parametrize("path", ["/nothing", "/video", "/stream/ready/more", "/s3", "/uploads/x"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_paths_of_no_route_ask_for_a_token_as_well(stranger: Client, method: str, path: str) -> None:
    assert stranger.http.request(method, path).status_code == 401


@pytest.mark.parametrize(("method", "path"), ASKING)
def test_a_token_without_the_scope_is_refused(tokens: TokenStack, method: str, path: str) -> None:
    scope = SCOPES[kind_of(method, rule_of(path))]
    assert scope is not None
    others = [other for other in EVERYTHING if other is not scope]
    with tokens.client("alice", *others) as client:
        answer = client.http.request(method, asked_path(path))
    assert answer.status_code == 403
    assert f'error="insufficient_scope", scope="{scope}"' in answer.headers["WWW-Authenticate"]
    assert_described(answer, method, path)
    if method != "HEAD":
        assert_problem(answer, 403, "insufficient_scope")


@pytest.mark.parametrize(("method", "path"), ASKING)
def test_a_token_is_answered_as_described(alice: Client, method: str, path: str) -> None:
    answer = alice.http.request(method, asked_path(path))
    assert answer.status_code not in (401, 403)
    assert answer.status_code < 500, answer.text
    assert_described(answer, method, path)


@pytest.mark.parametrize(("method", "path"), sorted(PLAYING))
def test_playing_needs_no_token(stranger: Client, method: str, path: str) -> None:
    assert stranger.http.request(method, asked_path(path)).status_code == 404


@pytest.mark.parametrize("path", sorted({path for _, path in ASKING}))
def test_pages_may_ask_whether_they_may_send_a_token(stranger: Client, path: str) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    answer = stranger.http.options(asked_path(path), headers=asking)
    assert answer.status_code == 204
    assert {"*", "authorization"} & set(answer.headers["Access-Control-Allow-Headers"].lower().split(","))


# ── sockets ─────────────────────────────────────────────────────────────────────────────────────


def handshake(tokens: TokenStack, path: str, **options: Any) -> int:
    """The status that a handshake is refused with; 101 if it is not."""
    try:
        with connect(f"{tokens.url.replace('http', 'ws', 1)}{path}", proxy=None, **options):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@pytest.fixture(scope="module")
def video_id(alice: Client) -> str:
    return alice.upload_until(corpus.file("carphone_pristine.mp4"), "READY")


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_handshake_succeeds_without_a_token(tokens: TokenStack, video_id: str, channel: str) -> None:
    path = CHANNELS[channel]["address"].replace("{videoId}", video_id)
    for headers in ({}, {"Authorization": "Bearer e30.e30.e30"}, {"Authorization": "Basic e30"}):
        assert handshake(tokens, path, additional_headers=headers) == 401
    assert handshake(tokens, f"{path}?token=e30.e30.e30") == 401
    assert handshake(tokens, f"{path}?progress=true") == 401


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_handshake_takes_the_token_in_three_places(tokens: TokenStack, video_id: str, channel: str) -> None:
    path, token = CHANNELS[channel]["address"].replace("{videoId}", video_id), tokens.token()
    assert handshake(tokens, path, additional_headers={"Authorization": f"Bearer {token}"}) == 101
    assert handshake(tokens, f"{path}?progress=true&token={token}") == 101
    offered = [Subprotocol("reelway"), Subprotocol(token)]
    with connect(f"{tokens.url.replace('http', 'ws', 1)}{path}", proxy=None, subprotocols=offered) as socket:
        assert socket.subprotocol == "reelway"
        assert "READY" in str(socket.recv(timeout=30))


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_handshake_for_anothers_video_is_as_for_an_unknown_one(
    tokens: TokenStack, video_id: str, channel: str
) -> None:
    address = CHANNELS[channel]["address"]
    for owner, asked in (("bob", video_id), ("alice", UNKNOWN_ID)):
        token = tokens.token(owner)
        assert handshake(tokens, f"{address.replace('{videoId}', asked)}?token={token}") == 404
    unread = tokens.token("alice", Scope.UPLOAD)
    assert handshake(tokens, f"{address.replace('{videoId}', video_id)}?token={unread}") == 403
    assert (
        handshake(
            tokens, f"{address.replace('{videoId}', video_id)}?token={tokens.token('root', Scope.ADMIN)}"
        )
        == 101
    )


# ── owners and grants ───────────────────────────────────────────────────────────────────────────


def test_a_video_is_its_owners_and_an_administrators(
    tokens: TokenStack, alice: Client, video_id: str
) -> None:
    assert alice.describe(video_id)["state"] == "READY"
    with tokens.client("bob") as bob, tokens.client("root", Scope.ADMIN) as root:
        assert_problem(bob.get(f"/video/{video_id}"), 404, "unknown_video")
        assert_problem(bob.http.delete(f"/video/{video_id}"), 404, "unknown_video")
        assert root.describe(video_id)["videoId"] == video_id


def test_a_public_video_is_played_without_a_token(stranger: Client, video_id: str) -> None:
    manifest = stranger.get(f"/stream/{video_id}/manifest")
    segment = next(line for line in manifest.text.splitlines() if line.startswith("segment/"))
    assert stranger.get(f"/stream/{video_id}/{segment}").status_code == 200


def test_a_grant_uploads_and_does_nothing_else(tokens: TokenStack, video_id: str) -> None:
    grant = own_tokens.upload_grant(UNKNOWN_ID, "alice", tokens.key, now_s=int(time.time()), lasts_s=60)
    with Client(tokens.url, token=grant) as holder:
        assert_problem(holder.get(f"/video/{video_id}"), 404, "unknown_video")
        assert holder.get("/stream/ready").status_code == 403
        assert holder.http.delete(f"/video/{UNKNOWN_ID}").status_code == 403


def test_uppys_header_is_a_token_as_well(tokens: TokenStack, stranger: Client) -> None:
    headers = {"uppy-auth-token": tokens.token()}
    begun = stranger.http.post(
        "/s3/multipart", json={"filename": "a.mp4", "type": "video/mp4"}, headers=headers
    )
    assert begun.status_code == 200
    assert stranger.get("/status", uppy_auth_token="e30.e30.e30").status_code == 401  # noqa: S106
    assert stranger.get("/status", uppy_auth_token=tokens.token()).status_code == 200


def test_the_key_and_no_token_are_in_any_log(tokens: TokenStack, alice: Client) -> None:
    token = tokens.token("logged")
    with Client(tokens.url, token=token) as client:
        assert client.get("/status").status_code == 200
    assert tokens.cloud.log_lines("logged")
    assert tokens.cloud.log_lines(token.rpartition(".")[2]) == []
    assert tokens.cloud.log_lines(tokens.key.secret.decode()) == []
