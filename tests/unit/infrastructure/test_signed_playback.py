"""Playback tokens as the distribution verifies them: what plays, and what does not."""

import base64
import hashlib
import hmac
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from multidict import CIMultiDict

from local.edge.viewer_event import ForwardRequest, FunctionResponse, SelectGroup, ViewerRequest
from local.edge.viewer_function import ViewerFunction
from reelway.playback_tokens import MAX_LIFE_S, VERIFIED_HEADER, Key, is_token, signed, tokened
from tests.support.doubles.fakes.edge_values import FakeEdgeValues
from tests.support.readers import template
from tests.support.samples import ROOT, UNKNOWN_ID, VIDEO_ID

KEY, OLDER = Key("2", "k" * 43), Key("1", "o" * 43)
MASTER = f"/stream/{VIDEO_ID}/master"
SEGMENT = f"/stream/{VIDEO_ID}/segment/s-0123-720p-00000-000.ts"
PLAYED = (
    MASTER,
    f"/stream/{VIDEO_ID}/master.m3u8",
    f"/stream/{VIDEO_ID}/manifest",
    f"/stream/{VIDEO_ID}/iframes",
    f"/stream/{VIDEO_ID}/poster",
    f"/stream/{VIDEO_ID}/storyboard",
    f"/stream/{VIDEO_ID}/storyboard.jpg",
    f"/stream/{VIDEO_ID}/segment/0123-720p-00000-000.ts",
    SEGMENT,
)

Ask = Callable[..., ForwardRequest | FunctionResponse]


@pytest.fixture
def store() -> FakeEdgeValues:
    return FakeEdgeValues({f"key:{key.kid}": key.secret for key in (KEY, OLDER)})


@pytest.fixture
def ask(store: FakeEdgeValues) -> Iterator[Ask]:
    code = (ROOT / "distribution" / "viewer-request.js").read_text()
    function = ViewerFunction(code, distribution_id="E1", domain_name="d1.cloudfront.net", store=store)

    def asked(path: str, *headers: tuple[str, str], method: str = "GET") -> ForwardRequest | FunctionResponse:
        request = ViewerRequest(method, path, "rendition=720p", CIMultiDict(headers), "192.0.2.1")
        return function.run_blocking(request, "request-1")

    yield asked
    function.close()


def token(*, key: Key = KEY, video_id: str = VIDEO_ID, issued: int = -10, expires: int = 60) -> str:
    """`issued` and `expires` are seconds from now."""
    now = int(time.time())
    return signed(key, video_id, issued=now + issued, expires=now + expires)


def unissued(expires: int) -> str:
    """A token without the time when it was issued, as the issue has them."""
    text = str(int(time.time()) + expires)
    mac = hmac.new(KEY.secret.encode(), f"{KEY.kid}.{text}.{VIDEO_ID}".encode(), hashlib.sha256).digest()
    return f"{text}.{KEY.kid}.{base64.urlsafe_b64encode(mac).decode()[:32]}"


def forwarded(outcome: ForwardRequest | FunctionResponse) -> ForwardRequest:
    assert isinstance(outcome, ForwardRequest), outcome
    return outcome


def refusal(outcome: ForwardRequest | FunctionResponse) -> tuple[int, str]:
    assert isinstance(outcome, FunctionResponse), outcome
    return outcome.status, json.loads(outcome.body)["code"]


REFUSED = 403, "bad_playback_token"
UNKNOWN = 404, "unknown_video"


@pytest.mark.parametrize("path", PLAYED)
def test_a_token_opens_everything_of_its_video(ask: Ask, path: str) -> None:
    request = forwarded(ask(tokened(token(), path))).request
    assert (request.path, request.query) == (path, "rendition=720p")
    assert request.headers[VERIFIED_HEADER] == VIDEO_ID


def test_two_viewers_of_a_segment_share_what_is_cached_and_no_function_is_asked(ask: Ask) -> None:
    """The cache's key is the path, and what the cache policy adds: no header and no parameter."""
    one, other = (forwarded(ask(tokened(token(expires=after), SEGMENT))) for after in (60, 90))
    assert one.request.path == other.request.path == SEGMENT
    media_first = SelectGroup(("media", "api"), frozenset({403, 404, 416, 500, 502, 503, 504}))
    assert one.origin == other.origin == media_first


def test_tokens_of_the_key_before_are_valid_and_those_of_none_are_not(
    ask: Ask, store: FakeEdgeValues
) -> None:
    assert forwarded(ask(tokened(token(key=OLDER), MASTER)))
    store.change({}, ["key:1"])
    assert refusal(ask(tokened(token(key=OLDER), MASTER))) == REFUSED
    assert refusal(ask(tokened(token(key=Key("9", KEY.secret)), MASTER))) == REFUSED


@pytest.mark.parametrize("path", [MASTER, SEGMENT])
def test_what_is_no_valid_token_of_the_video_opens_nothing(ask: Ask, path: str) -> None:
    valid = token()
    span, kid, mac = valid.split(".")
    for bad in (
        token(video_id=UNKNOWN_ID),
        token(expires=0),
        token(issued=-MAX_LIFE_S, expires=60),
        token(issued=400, expires=500),
        token(key=Key(KEY.kid, OLDER.secret)),
        valid[:-1],
        f"{valid}A",
        f"{span}.{kid}.{mac[:-1]}{'A' if mac[-1] != 'A' else 'B'}",
        f"{span}.{kid}.{mac.swapcase()}",
        f"{int(span[:10]) - 1}{span[10:]}.{kid}.{mac}",
        f"{span[11:]}.{kid}.{mac}",
        f"{span}.{kid}",
        f"{span}.__proto__.{mac}",
        "0",
        "%2e%2e",
    ):
        assert refusal(ask(tokened(bad, path))) == REFUSED, bad


def test_none_of_thousands_of_mutated_tokens_is_accepted(ask: Ask) -> None:
    chance = random.Random(16)  # noqa: S311  repeatable
    valid = token()
    for _ in range(2_000):
        place = chance.randrange(len(valid))
        new = chance.choice("0123456789abcdefABCDEF-_.")
        mutated = f"{valid[:place]}{new}{valid[place + chance.randint(0, 1) :]}"
        if mutated != valid:
            assert refusal(ask(tokened(mutated, MASTER))) == REFUSED, mutated


def test_a_token_that_does_not_say_when_it_was_issued_is_taken_for_as_old_as_it_can_be(
    ask: Ask, store: FakeEdgeValues
) -> None:
    assert forwarded(ask(tokened(unissued(60), MASTER)))
    assert refusal(ask(tokened(unissued(MAX_LIFE_S + 900), MASTER))) == REFUSED
    store.change({f"deny:{VIDEO_ID}": str(int(time.time()) - MAX_LIFE_S + 61)}, [])
    assert refusal(ask(tokened(unissued(60), MASTER))) == REFUSED


def test_recalled_tokens_are_refused_and_later_ones_are_not(ask: Ask, store: FakeEdgeValues) -> None:
    early, late = token(issued=-10), token(issued=-4)
    store.change({f"deny:{VIDEO_ID}": str(int(time.time()) - 5)}, [])
    assert refusal(ask(tokened(early, SEGMENT))) == REFUSED
    assert forwarded(ask(tokened(late, SEGMENT)))


DISGUISES = (
    SEGMENT,
    SEGMENT.replace("s-", "%73-"),
    SEGMENT.replace("s-", "s%2d"),
    SEGMENT.replace("segment", "%73egment"),
    SEGMENT.replace("segment/", "segment%2F"),
    SEGMENT.replace("/segment/", "//segment/"),
    SEGMENT.replace("segment/", "segment//"),
    SEGMENT.replace("segment/", "segment/./"),
    SEGMENT.replace("segment/", "segment/x/../"),
    SEGMENT.replace("segment/", "segment/%2e%2e/segment/"),
    SEGMENT.replace("/stream", "/%73tream"),
    SEGMENT.replace("/stream", "/x/../stream"),
    "/" + SEGMENT,
    SEGMENT + "%zz",
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", DISGUISES)
def test_a_segments_name_alone_opens_nothing_however_it_is_written(ask: Ask, path: str, method: str) -> None:
    assert refusal(ask(path, method=method)) == UNKNOWN


@pytest.mark.parametrize(
    "path",
    [
        "/p/",
        "/p/{}",
        "/p/{}/stream/",
        "/p/{}/video/{id}",
        "/p/{}/stream/{id}/",
        "/p/{}/stream/{id}/../{other}/master",
        "/p/{}/stream/{id}/segment/../../{other}/master",
        "/p/{}/stream/{id}/%2e%2e/{other}/master",
        "/p/{}/stream/{id}//master",
        "/p/{}/stream/{id}/a/b/c",
        "/p/{}/stream/{id}/segment/%73-a.ts",
        "/p/{}/p/{}/stream/{id}/master",
    ],
)
def test_a_token_opens_nothing_beside_its_video(ask: Ask, path: str) -> None:
    asked = path.replace("{}", token()).replace("{id}", VIDEO_ID).replace("{other}", UNKNOWN_ID)
    assert refusal(ask(asked)) in (UNKNOWN, REFUSED)


@pytest.mark.parametrize(
    "path", [MASTER, f"/video/{VIDEO_ID}", "/upload", f"/stream/{VIDEO_ID}/segment/a.ts"]
)
@pytest.mark.parametrize("name", [VERIFIED_HEADER, VERIFIED_HEADER.title()])
def test_nobody_else_says_that_a_token_was_verified(ask: Ask, path: str, name: str) -> None:
    assert VERIFIED_HEADER not in forwarded(ask(path, (name, VIDEO_ID))).request.headers
    played = forwarded(ask(tokened(token(), MASTER), (name, UNKNOWN_ID), (name, UNKNOWN_ID))).request
    assert played.headers.getall(VERIFIED_HEADER) == [VIDEO_ID]


def behaviors() -> list[dict[str, Any]]:
    """In the order in which CloudFront tries them; the default behavior is the last."""
    config = template.properties("Distribution")["DistributionConfig"]
    return [*config["CacheBehaviors"], {"PathPattern": "*", **config["DefaultCacheBehavior"]}]


def behavior_of(path: str) -> dict[str, Any]:
    def covers(pattern: str) -> bool:
        return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), path) is not None

    return next(each for each in behaviors() if covers(each["PathPattern"]))


def test_every_request_that_reaches_the_api_passes_the_function() -> None:
    to_api = [each for each in behaviors() if each["TargetOriginId"] != "site"]
    assert len(to_api) == 5
    for each in to_api:
        [association] = [a for a in each["FunctionAssociations"] if a["EventType"] == "viewer-request"]
        assert association["FunctionARN"] == {
            "Fn::GetAtt": ["ViewerRequestFunction", "FunctionMetadata.FunctionARN"]
        }


def test_with_a_token_segments_are_cached_as_without_and_nothing_else_is() -> None:
    for path in PLAYED:
        plain, with_token = behavior_of(path), behavior_of(tokened(token(), path))
        assert with_token["PathPattern"].startswith("/p/")
        own = {"PathPattern", "OriginRequestPolicyId"}
        assert {k: v for k, v in plain.items() if k not in own} == {
            k: v for k, v in with_token.items() if k not in own
        }


def test_what_the_function_says_reaches_the_api_from_both_behaviors() -> None:
    policy = template.properties("PlaybackRequestPolicy")["OriginRequestPolicyConfig"]
    assert policy["HeadersConfig"]["Headers"] == [VERIFIED_HEADER]
    assert behavior_of(tokened(token(), SEGMENT))["OriginRequestPolicyId"] == {"Ref": "PlaybackRequestPolicy"}
    all_but_host = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert behavior_of(tokened(token(), MASTER))["OriginRequestPolicyId"] == all_but_host


def test_the_function_reads_the_store_that_keys_are_put_into() -> None:
    config = template.properties("ViewerRequestFunction")["FunctionConfig"]
    arn = {"Fn::GetAtt": ["PlaybackStore", "Arn"]}
    assert config["KeyValueStoreAssociations"] == [{"KeyValueStoreARN": arn}]
    for name in ("PlaybackKeysFunction", "RecallFunction"):
        assert template.properties(name)["Environment"]["Variables"]["PLAYBACK_STORE_ARN"] == arn


def test_the_function_and_the_api_agree_on_tokens_form_and_life() -> None:
    code = (ROOT / "distribution" / "viewer-request.js").read_text()
    assert f"const MAX_LIFE_S = {MAX_LIFE_S};" in code
    assert f"'{VERIFIED_HEADER}'" in code
    assert is_token(token())
    assert is_token(unissued(60))
    assert not is_token(quote(f"{token()}/.."))
