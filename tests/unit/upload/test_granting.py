"""Upload grants as a backend asks for them, and as they are read where no token is asked for."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from reelway import tokens
from reelway.access import Access
from reelway.caller import ANYBODY, Caller, Scope
from reelway.errors import RequestRefused
from reelway.tokens import TokenKey
from reelway.video import Playback, is_video_id
from tests.support.doubles.fakes.pending import FakePending
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import VIDEO_ID
from upload.bearers import Bearers
from upload.granting import Granting

ALICE = Caller("alice", frozenset({Scope.UPLOAD}))
KEY, FORMER, FOREIGN = (TokenKey(kid, kid.encode() * 20) for kid in ("2", "1", "3"))
NOW_S = 1_795_680_000
EXPIRES = "2026-11-26T09:00:00Z"


@dataclass
class GrantingSetup:
    pending: FakePending = field(default_factory=lambda: FakePending(FakeVideos()))

    def grant(self, **asked: Any) -> dict[str, str]:
        granting = Granting(self.pending, lambda: KEY, 1000, 60, now_s=lambda: NOW_S + 0.5)
        return granting.grant(asked, ALICE)


@pytest.fixture
def setup() -> GrantingSetup:
    return GrantingSetup()


def claims_of(grant: str) -> dict[str, Any]:
    part = grant.split(".")[1]
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return document


def test_a_grant_names_its_video_and_its_owner_until_it_expires(setup: GrantingSetup) -> None:
    granted = setup.grant()
    assert is_video_id(granted["videoId"])
    claims = {"aud": "reelway:upload", "sub": granted["videoId"], "own": "alice"}
    times = {"iat": NOW_S, "exp": NOW_S + 3600}
    assert claims_of(granted["grant"]) == {"iss": "reelway", **claims, **times}
    assert granted["expires"] == EXPIRES


def test_what_it_allows_is_kept_with_the_upload_that_is_expected(setup: GrantingSetup) -> None:
    said = {"title": " Film ", "metadata": {"a": "b"}, "externalId": "x", "playback": "signed"}
    video_id = setup.grant(maxBytes=1000, maxDurationSeconds=60, **said)["videoId"]
    known = setup.pending.find(video_id)
    assert known
    details = known.details
    assert (details.owner, details.max_bytes, details.max_duration_s) == ("alice", 1000, 60)
    assert (details.title, details.metadata, details.external_id) == ("Film", {"a": "b"}, "x")
    assert (details.playback, details.granted_until) == (Playback.SIGNED, EXPIRES)
    # An hour longer than the grant, which is taken for a while by an authorizer that has seen it.
    upload = setup.pending.uploads[video_id]
    assert (upload.created_at[11:16], upload.expected_until[11:16]) == ("00:00", "02:00")


def test_null_is_as_not_given(setup: GrantingSetup) -> None:
    names = ("maxBytes", "maxDurationSeconds", "expiresIn", "title", "metadata", "externalId", "playback")
    known = setup.pending.find(setup.grant(**dict.fromkeys(names))["videoId"])
    assert known
    assert (known.details.max_bytes, known.details.max_duration_s) == (None, None)


@pytest.mark.parametrize("value", [0, -1, 1001, "1", 1.0, True, [], {}])
@pytest.mark.parametrize("name", ["maxBytes", "maxDurationSeconds", "expiresIn"])
def test_a_number_out_of_its_limits_is_refused_by_name(setup: GrantingSetup, name: str, value: Any) -> None:
    if name == "expiresIn" and value == 1001:
        value = 6 * 3600 + 1
    with pytest.raises(RequestRefused, match=f"{name} is a whole number from") as refused:
        setup.grant(**{name: value})
    assert refused.value.status == 400
    assert not setup.pending.uploads


def bearer(token: str, access: Access = Access.OPEN) -> Caller:
    keys = {key.kid: key for key in (KEY, FORMER)}
    bearers = Bearers(access, keys.get, now_s=lambda: NOW_S)
    return bearers.of(ANYBODY, {"authorization": f"Bearer {token}"})


@pytest.mark.parametrize("key", [KEY, FORMER])
def test_without_tokens_a_grant_is_taken_nevertheless(key: TokenKey) -> None:
    grant = tokens.upload_grant(VIDEO_ID, "", key, now_s=NOW_S, lasts_s=60)
    caller = bearer(grant)
    assert (caller.owner, caller.video_id, caller.sees_all) == ("", VIDEO_ID, False)
    assert bearer(grant, Access.TOKEN) is ANYBODY  # the authorizer has read it


def _with(grant: str, part: int, text: str) -> str:
    parts = grant.split(".")
    parts[part] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return ".".join(parts)


GRANT = tokens.upload_grant(VIDEO_ID, "", KEY, now_s=NOW_S, lasts_s=60)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        GRANT[:-1],
        f"{GRANT}x",
        _with(GRANT, 0, '{"alg":"none","kid":"2","typ":"JWT"}'),
        _with(GRANT, 0, '{"alg":"HS256"}'),
        _with(GRANT, 0, '{"alg":"HS256","kid":["2"]}'),
        _with(GRANT, 0, "[]"),
        _with(GRANT, 1, json.dumps(claims_of(GRANT) | {"exp": NOW_S + 999_999})),
        _with(GRANT, 1, "[" * 50_000),
        tokens.upload_grant(VIDEO_ID, "", FOREIGN, now_s=NOW_S, lasts_s=60),
        tokens.upload_grant(VIDEO_ID, "", KEY, now_s=NOW_S - 60, lasts_s=60),
        tokens.signed({"aud": tokens.CALLS, "sub": VIDEO_ID, "exp": NOW_S + 60}, KEY),
        tokens.signed({"aud": tokens.UPLOADS, "sub": VIDEO_ID}, KEY),
        tokens.signed({"aud": tokens.UPLOADS, "sub": VIDEO_ID, "exp": "never"}, KEY),
    ],
)
def test_without_tokens_what_is_no_grant_is_passed_over(token: str) -> None:
    assert bearer(token) is ANYBODY
