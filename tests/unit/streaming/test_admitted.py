"""Signed videos are unknown to whoever shows no token of theirs."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reelway.playback_tokens import Key, signed
from reelway.video import Playback
from streaming.admitted import Admitted
from tests.support import samples
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.doubles.moto_aws import VIDEOS, client
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.streaming.serving import ask, with_one_video

TOKEN = signed(Key("1", "secret"), VIDEO_ID, issued=1_767_225_600, expires=1_767_229_200)
PATHS = (
    *("manifest", "master", "iframes", "poster", "storyboard"),
    samples.event("rest-stream-segment-range")["path"].partition(f"{VIDEO_ID}/")[2],
)


@pytest.fixture(scope="module")
def handler(lasting_handlers: Callable[[str], Any]) -> Any:
    """With one video, which is signed."""
    handler = with_one_video(lasting_handlers("streaming.handler"))
    client("dynamodb").update_item(
        TableName=VIDEOS,
        Key={"videoId": {"S": VIDEO_ID}},
        UpdateExpression="SET playback = :signed",
        ExpressionAttributeValues={":signed": {"S": Playback.SIGNED}},
    )
    return handler


def answered(handler: Any, tail: str, query: dict[str, str], **headers: str) -> tuple[int, str]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    path = f"/stream/{VIDEO_ID}/{tail}"
    answer = ask(handler, "rest-stream-manifest", sent, path=path, queryStringParameters=query)
    problem = json.loads(answer["body"]) if answer["statusCode"] >= 400 else {"code": ""}
    return answer["statusCode"], problem["code"]


@pytest.mark.parametrize("tail", PATHS)
def test_a_signed_video_is_served_only_where_its_own_token_was_verified(handler: Any, tail: str) -> None:
    query = {"rendition": "480p"}
    for headers in ({}, {"X_Reelway_Playback": UNKNOWN_ID}, {"X_Reelway_Playback": f"{VIDEO_ID},{VIDEO_ID}"}):
        assert answered(handler, tail, query, **headers) == (404, "unknown_video")
    assert answered(handler, tail, query, X_Reelway_Playback=VIDEO_ID)[0] == 200


def test_a_deleted_signed_video_is_unknown_and_not_gone() -> None:
    videos = FakeVideos()
    videos.create(VIDEO_ID, size_bytes=1)
    video = videos.videos[VIDEO_ID]
    videos.videos[VIDEO_ID] = replace(video, playback=Playback.SIGNED)
    videos.delete(VIDEO_ID)
    assert Admitted(videos, None).find_deleted(VIDEO_ID) is None
    assert Admitted(videos, VIDEO_ID).find_deleted(VIDEO_ID)


@pytest.mark.parametrize("name", ["master", "manifest"])
def test_a_token_in_the_query_leads_to_where_it_is_in_the_path(handler: Any, name: str) -> None:
    query = {"token": TOKEN, "rendition": "480p"}
    path = f"/stream/{VIDEO_ID}/{name}"
    answer = ask(handler, "rest-stream-manifest", {}, path=path, queryStringParameters=query)
    assert answer["statusCode"] == 302
    assert answer["headers"]["Location"] == f"/p/{TOKEN}{path}?rendition=480p"
    assert answer["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "token", ["", "/evil.example", f"{TOKEN}/..", f"{TOKEN}\r\nX: y", TOKEN[:-1], "ü" * 60]
)
def test_what_has_not_the_form_of_a_token_leads_nowhere(handler: Any, token: str) -> None:
    assert answered(handler, "master", {"token": token}) == (403, "bad_playback_token")
