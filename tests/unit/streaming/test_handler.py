import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support import samples
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.streaming.serving import CUES, PLAYLIST, SEGMENT, ask, body_of, with_one_video

# Of each answer in text, the path behind the video's id, its query, and the body.
TEXTS = [
    ("manifest", {}, PLAYLIST),
    ("manifest", {"rendition": "480p"}, PLAYLIST),
    ("iframes", {"rendition": "480p"}, PLAYLIST),
    ("master", {}, PLAYLIST),
    ("storyboard", {}, CUES),
]


@pytest.fixture(scope="module")
def handler(lasting_handlers: Callable[[str], Any]) -> Any:
    """No test of this module changes anything."""
    return with_one_video(lasting_handlers("streaming.handler"))


def test_the_ready_list_is_a_bare_array_of_ids(handler: Any) -> None:
    answer = ask(handler, "rest-stream-ready")
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, [VIDEO_ID])


def test_the_manifest_has_its_type_and_may_be_cached_for_a_moment(handler: Any) -> None:
    answer = ask(handler, "rest-stream-manifest")
    assert (answer["statusCode"], body_of(answer)) == (200, PLAYLIST)
    assert answer["headers"]["Content-Type"] == "application/vnd.apple.mpegurl"
    assert answer["headers"]["Cache-Control"] == "public, max-age=5"
    assert answer["headers"]["ETag"]


def ask_text(
    handler: Any, tail: str, query: dict[str, str], method: str = "GET", **headers: str
) -> dict[str, Any]:
    return ask(
        handler,
        "rest-stream-manifest",
        {name.replace("_", "-"): value for name, value in headers.items()},
        path=f"/stream/{VIDEO_ID}/{tail}",
        queryStringParameters=query,
        httpMethod=method,
    )


@pytest.mark.parametrize(("tail", "query", "body"), TEXTS)
def test_text_is_compressed_for_clients_that_take_gzip(
    handler: Any, tail: str, query: dict[str, str], body: bytes
) -> None:
    answer = ask_text(handler, tail, query, Accept_Encoding="gzip, deflate, br")
    assert (answer["statusCode"], gzip.decompress(body_of(answer))) == (200, body)
    assert (answer["headers"]["Content-Encoding"], answer["headers"]["Vary"]) == ("gzip", "Accept-Encoding")


@pytest.mark.parametrize("accepted", [{}, {"Accept_Encoding": "gzip;q=0"}, {"Accept_Encoding": "br"}])
@pytest.mark.parametrize(("tail", "query", "body"), TEXTS)
def test_text_is_sent_as_it_is_to_all_others(
    handler: Any, tail: str, query: dict[str, str], body: bytes, accepted: dict[str, str]
) -> None:
    answer = ask_text(handler, tail, query, **accepted)
    assert (answer["statusCode"], body_of(answer)) == (200, body)
    assert "Content-Encoding" not in answer["headers"]
    assert answer["headers"]["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize(("tail", "query", "body"), TEXTS)
def test_each_coding_has_an_entity_tag_by_which_it_is_304(
    handler: Any, tail: str, query: dict[str, str], body: bytes, accepted: str
) -> None:
    got = ask_text(handler, tail, query, Accept_Encoding=accepted)
    head = ask_text(handler, tail, query, method="HEAD", Accept_Encoding=accepted)
    etag = got["headers"]["ETag"]
    again = ask_text(handler, tail, query, Accept_Encoding=accepted, If_None_Match=f"W/{etag}")
    other = ask_text(handler, tail, query, Accept_Encoding="identity" if accepted == "gzip" else "gzip")

    assert head["headers"] == got["headers"]
    assert (again["statusCode"], again["body"], again["headers"]["ETag"]) == (304, "", etag)
    assert again["headers"]["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in again["headers"]
    assert other["headers"]["ETag"] != etag


@pytest.mark.parametrize("tail", ["poster", "segment"])
def test_what_is_no_text_is_never_compressed(handler: Any, tail: str) -> None:
    path = samples.event("rest-stream-segment-range")["path"]
    answer = ask(
        handler,
        "rest-stream-manifest",
        {"Accept-Encoding": "gzip"},
        path=path if tail == "segment" else f"/stream/{VIDEO_ID}/{tail}",
    )
    assert body_of(answer) == SEGMENT
    assert not {"Content-Encoding", "Vary"} & set(answer["headers"])


@pytest.mark.parametrize(
    "query", [None, {}, {"rendition": ""}, {"rendition": "1080p"}, {"rendition": "../480p"}]
)
def test_i_frames_of_no_rendition_are_404(handler: Any, query: dict[str, str]) -> None:
    answer = ask_text(handler, "iframes", query)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "unknown_rendition")


def test_a_rendition_is_picked_by_the_query(handler: Any) -> None:
    known, unknown = (
        ask(handler, "rest-stream-manifest", queryStringParameters={"rendition": name})
        for name in ("480p", "1080p")
    )
    assert (known["statusCode"], unknown["statusCode"]) == (200, 404)


def test_a_part_of_a_segment_is_206_with_its_place(handler: Any) -> None:
    answer = ask(handler, "rest-stream-segment-range")
    assert (answer["statusCode"], body_of(answer)) == (206, SEGMENT[188:376])
    assert answer["headers"]["Content-Range"] == "bytes 188-375/1024"
    assert answer["headers"]["Content-Type"] == "video/MP2T"


@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=9-1"}, {"Range": "bytes=0-1,5-9"}, {"Range": "x"}])
def test_a_whole_segment_is_200_and_cached_for_good(handler: Any, asked: dict[str, str]) -> None:
    answer = ask(handler, "rest-stream-segment-range", headers=asked)
    assert (answer["statusCode"], body_of(answer)) == (200, SEGMENT)
    assert answer["headers"]["Cache-Control"] == "public, max-age=31536000"
    assert answer["headers"]["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in answer["headers"]


def test_a_range_past_the_end_is_416_with_the_size(handler: Any) -> None:
    answer = ask(handler, "rest-stream-segment-range", headers={"Range": "bytes=1024-"})
    assert answer["statusCode"] == 416
    assert answer["headers"]["Content-Range"] == "bytes */1024"
    assert answer["headers"]["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["rest-stream-segment-range", "rest-stream-manifest"])
def test_a_client_that_has_it_already_is_answered_304_without_a_body(handler: Any, name: str) -> None:
    etag = ask(handler, name)["headers"]["ETag"]
    answer = ask(handler, name, headers={"If-None-Match": f'"other", {etag}'})
    assert answer["statusCode"] == 304
    assert not answer["body"]
    assert answer["headers"]["ETag"] == etag


@pytest.mark.parametrize("name", ["rest-stream-segment-range", "rest-stream-manifest", "rest-stream-ready"])
def test_head_answers_as_get(handler: Any, name: str) -> None:
    got, head = ask(handler, name), ask(handler, name, httpMethod="HEAD")
    assert head["statusCode"] == got["statusCode"]
    assert head["headers"] == got["headers"]


@pytest.mark.parametrize("name", ["rest-stream-segment-range", "rest-stream-manifest"])
@pytest.mark.parametrize("video_id", [UNKNOWN_ID, "clip", "..", "%2e%2e"])
def test_an_unknown_video_is_404(handler: Any, name: str, video_id: str) -> None:
    path = samples.event(name)["path"].replace(VIDEO_ID, video_id)
    answer = ask(handler, name, path=path)
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Type"] == "application/problem+json"


def test_an_unknown_segment_is_404(handler: Any) -> None:
    answer = ask(handler, "rest-stream-segment-range", path=f"/stream/{VIDEO_ID}/segment/other.ts")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "unknown_segment")


@pytest.mark.parametrize(
    ("path", "headers", "status", "counted"),
    [
        ("", {}, 200, 1),
        ("", {"Range": "bytes=0-9"}, 206, 1),
        ("", {"Range": "bytes=5000-"}, 416, 0),
        ("x", {}, 404, 0),
    ],
)
def test_segments_that_the_function_serves_are_counted(
    handler: Any,
    path: str,
    headers: dict[str, str],
    status: int,
    counted: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = samples.event("rest-stream-segment-range")["path"] + path
    capsys.readouterr()
    answer = ask(handler, "rest-stream-segment-range", headers, path=asked)
    assert answer["statusCode"] == status
    assert capsys.readouterr().out.count('"SegmentsThroughFunction":[1.0]') == counted
