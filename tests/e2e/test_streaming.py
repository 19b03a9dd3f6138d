"""The streaming endpoints, as clients use them at the edge and directly at the REST API."""

import gzip
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from local.guard import SECRET_HEADER
from local.settings import Settings
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.readers.playlist_rules import media, multivariant
from tests.support.smoke import checks
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

SHORT_S = 5.312  # 132 frames at 25 fps, and audio that goes on for 32 ms

pytestmark = pytest.mark.needs("binary_answers")


@pytest.fixture(scope="module", params=["edge", pytest.param("rest_api", marks=pytest.mark.started_here)])
def viewer(request: pytest.FixtureRequest, client: Client) -> Iterator[Client]:
    """A client of the edge, which serves segments from S3, or of the REST API, where a function does."""
    if request.param == "edge":
        client.capabilities.require("distribution")
        yield client
    else:
        cloud: Cloud = request.getfixturevalue("cloud")
        settings: Settings = request.getfixturevalue("settings")
        with Client(cloud.rest_api_url, key=cloud.origin_key) as behind:
            if settings.emulator_url is None:  # as the edge, which passes on what browsers send
                behind.http.headers[SECRET_HEADER] = settings.guard_secret.read_text()
            yield behind


@pytest.fixture(scope="module")
def segment_path(client: Client, short_video: str) -> str:
    uri = re.findall(r"^segment/.+$", client.get(f"/stream/{short_video}/manifest").text, re.MULTILINE)[0]
    return f"/stream/{short_video}/{uri}"


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """(status, code) of an application/problem+json response."""
    headers, document = answer.headers, answer.json()
    assert headers["content-type"] == "application/problem+json"
    checks.is_readable_by_scripts(answer)
    return answer.status_code, document["code"]


def vary_of(answer: httpx.Response) -> str:
    """The header Vary, without the Origin that a stack with AllowedOrigins adds."""
    return ", ".join(name for name in answer.headers["vary"].split(", ") if name != "Origin")


def test_the_ready_list_is_an_array_of_ready_videos_only(
    client: Client, short_video: str, failed_video: str, processing_video: str
) -> None:
    listed = eventually(lambda: short_video in (ids := client.get("/stream/ready").json()) and ids)

    assert failed_video not in listed
    assert processing_video not in listed
    assert len(listed) == len(set(listed))


def test_the_ready_list_comes_in_pages_that_are_linked(
    client: Client, cloud: Cloud, short_video: str
) -> None:
    extra = str(uuid.uuid4())
    cloud.put_video(extra, state="READY", rank=2, version=3, listing="ready", ladder="complete")
    whole = client.get("/stream/ready").json()
    answer, listed = client.get("/stream/ready?limit=1"), []
    while True:
        assert len(answer.json()) == 1
        listed += answer.json()
        if "next" not in answer.links:
            break
        answer = client.get(str(answer.url.join(answer.links["next"]["url"])))
    cloud.forget_video(extra)
    assert {short_video, extra} <= set(whole)
    assert listed == whole
    assert problem_of(client.get("/stream/ready?limit=0")) == (400, "bad_limit")


def test_a_video_whose_manifest_is_gone_leaves_the_ready_list(client: Client, cloud: Cloud) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    eventually(lambda: video_id in client.get("/stream/ready").json())

    cloud.s3.delete_object(Bucket=cloud.outputs["MediaBucketName"], Key=f"stream/{video_id}/manifest")

    eventually(lambda: video_id not in client.get("/stream/ready").json())
    assert problem_of(client.get(f"/stream/{video_id}/manifest")) == (404, "media_missing")


@pytest.mark.smoke("playlists")
def test_the_manifest_is_a_vod_media_playlist_with_segments_below_it(
    viewer: Client, short_video: str
) -> None:
    answer = viewer.get(f"/stream/{short_video}/manifest")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    checks.is_readable_by_scripts(answer)
    lines = answer.text.splitlines()
    assert lines[0] == "#EXTM3U"
    assert {"#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-VERSION:3"} <= set(lines)
    assert lines[-1] == "#EXT-X-ENDLIST"
    uris = [line for line in lines if not line.startswith("#")]
    assert len(uris) == 2
    assert all(re.fullmatch(r"segment/[A-Za-z0-9_-]+\.ts", uri) for uri in uris)
    assert sum(float(d) for d in re.findall(r"#EXTINF:([\d.]+),", answer.text)) == pytest.approx(SHORT_S)


@pytest.mark.smoke("playlists")
def test_the_default_manifest_is_that_of_the_best_rendition_up_to_720p(
    client: Client, short_video: str
) -> None:
    plain = client.get(f"/stream/{short_video}/manifest").text

    assert plain == client.get(f"/stream/{short_video}/manifest?rendition=720p").text
    assert plain != client.get(f"/stream/{short_video}/manifest?rendition=240p").text


@pytest.mark.smoke("playlists")
def test_the_master_playlist_names_every_rendition(client: Client, short_video: str) -> None:
    answer = client.get(f"/stream/{short_video}/master")

    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    variants = multivariant.variants(answer.text)
    names = {variant.uri.removeprefix("manifest?rendition="): variant for variant in variants}
    sizes = {name: (variant.width, variant.height) for name, variant in names.items()}
    assert sizes == {"720p": (1280, 720), "540p": (960, 540), "360p": (640, 360), "240p": (426, 240)}
    first, *others = [variant.average_bandwidth_bps for variant in variants]
    assert abs(first - 2_000_000) == min(abs(bps - 2_000_000) for bps in [first, *others])
    assert others == sorted(others, reverse=True)
    assert answer.text.count("CLOSED-CAPTIONS=NONE") == len(variants)


TEXTS = [
    "manifest",
    "manifest?rendition=240p",
    "iframes?rendition=240p",
    "master",
    "master.m3u8",
    "storyboard",
]


@pytest.mark.smoke("playlists")
@pytest.mark.parametrize("tail", ["manifest", "manifest?rendition=240p", "master"])
def test_a_playlist_may_have_the_extension_that_players_know(
    viewer: Client, short_video: str, tail: str
) -> None:
    name, mark, query = tail.partition("?")
    frozen, named = (
        viewer.get(f"/stream/{short_video}/{path}") for path in (tail, f"{name}.m3u8{mark}{query}")
    )

    assert (named.status_code, named.text) == (200, frozen.text)
    for header in ("content-type", "cache-control", "etag"):
        assert named.headers[header] == frozen.headers[header], header
    for uri in re.findall(r"^[^#\s].*$", named.text, re.MULTILINE):
        assert urljoin(str(named.url), uri) == urljoin(str(frozen.url), uri)


@pytest.mark.smoke("playlists")
@pytest.mark.parametrize("tail", TEXTS)
def test_playlists_are_compressed_for_those_who_take_gzip(
    viewer: Client, short_video: str, tail: str
) -> None:
    path = f"/stream/{short_video}/{tail}"
    plain = viewer.get(path, Accept_Encoding="identity")
    assert (plain.status_code, vary_of(plain)) == (200, "Accept-Encoding")
    assert "content-encoding" not in plain.headers

    with viewer.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        body = b"".join(answer.iter_raw())
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert vary_of(answer) == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == len(body)
    assert gzip.decompress(body) == plain.content
    assert answer.headers["content-type"] == plain.headers["content-type"]
    assert answer.headers["etag"] != plain.headers["etag"]


@pytest.mark.smoke("playlists")
@pytest.mark.parametrize("accepted", ["gzip", "gzip;q=0", "identity"])
@pytest.mark.parametrize("tail", TEXTS)
def test_a_playlist_that_the_client_has_is_304_in_each_coding(
    viewer: Client, short_video: str, tail: str, accepted: str
) -> None:
    path = f"/stream/{short_video}/{tail}"
    etag = viewer.get(path, Accept_Encoding=accepted).headers["etag"]
    again = viewer.get(path, Accept_Encoding=accepted, If_None_Match=etag)

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert vary_of(again) == "Accept-Encoding"


def test_every_range_of_an_i_frame_playlist_is_a_frame_that_decodes_alone(
    viewer: Client, player: Player, short_video: str, tmp_path: Path
) -> None:
    master = viewer.get(f"/stream/{short_video}/master").text
    streams = multivariant.i_frame_streams(master)
    assert {stream.uri for stream in streams} == {
        f"iframes?rendition={name}" for name in ("720p", "540p", "360p", "240p")
    }
    for stream in streams:
        listed = media.segments(viewer.get(f"/stream/{short_video}/{stream.uri}").text)
        assert sum(each.duration_s for each in listed) == pytest.approx(SHORT_S)
        for each in listed:
            asked = f"bytes={each.offset}-{each.offset + each.size_bytes - 1}"
            answer = viewer.get(f"/stream/{short_video}/{each.uri}", Range=asked)
            assert (answer.status_code, len(answer.content)) == (206, each.size_bytes)
            (tmp_path / "alone.ts").write_bytes(answer.content)
            assert len(player.frame_hashes(str(tmp_path / "alone.ts"), level="error")) == 1


@pytest.mark.parametrize(
    "path", ["manifest", "master", "manifest.m3u8", "master.m3u8", "iframes?rendition=240p", "segment"]
)
def test_head_answers_as_get_without_a_body(
    viewer: Client, short_video: str, segment_path: str, path: str
) -> None:
    target = segment_path if path == "segment" else f"/stream/{short_video}/{path}"
    whole, head = viewer.get(target), viewer.http.head(target)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "cache-control"):
        assert head.headers[name] == whole.headers[name], name


@pytest.mark.smoke("segments")
def test_a_segment_is_mpeg_ts_that_can_be_cached_forever(viewer: Client, segment_path: str) -> None:
    answer = viewer.get(segment_path, Origin=viewer.origin)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "video/MP2T"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["accept-ranges"] == "bytes"
    assert re.fullmatch(r'"[^"]+"', answer.headers["etag"])
    checks.is_readable_by_scripts(answer)
    assert "content-range" in answer.headers["access-control-expose-headers"].lower()
    assert len(answer.content) % 188 == 0
    assert {answer.content[n] for n in range(0, len(answer.content), 188)} == {0x47}


@pytest.mark.smoke("segments")
@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=0-187", 0, 187), ("bytes=1000-", 1000, None), ("bytes=-188", -188, None),
     ("bytes=188-99999999", 188, None)],
)  # fmt: skip
def test_a_range_of_a_segment_is_206_with_the_requested_bytes(
    viewer: Client, segment_path: str, asked: str, first: int, last: int | None
) -> None:
    whole = viewer.get(segment_path).content
    answer = viewer.get(segment_path, Range=asked)

    start = first if first >= 0 else len(whole) + first
    end = len(whole) - 1 if last is None else last
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {start}-{end}/{len(whole)}"
    assert answer.content == whole[start : end + 1]


def test_a_range_past_the_end_is_416_with_the_size(viewer: Client, segment_path: str) -> None:
    size = len(viewer.get(segment_path).content)
    answer = viewer.get(segment_path, Range=f"bytes={size}-")

    assert problem_of(answer) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_range_of_more_than_64_bits_is_416(viewer: Client, segment_path: str) -> None:
    answer = viewer.get(segment_path, Range=f"bytes={10**20}-")

    assert problem_of(answer) == (416, "range_not_satisfiable")


@pytest.mark.smoke("segments")
@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=a-b", "bytes=0-1,5-6", "bytes=", "bytes", "bytes=5-2"])
def test_a_malformed_range_gets_the_whole_segment(viewer: Client, segment_path: str, asked: str) -> None:
    answer = viewer.get(segment_path, Range=asked)

    assert answer.status_code == 200
    assert answer.content == viewer.get(segment_path).content


@pytest.mark.smoke("segments")
@pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=999999999-"])
def test_a_range_with_an_if_range_that_does_not_match_gets_the_whole_segment(
    viewer: Client, segment_path: str, asked: str
) -> None:
    answer = viewer.get(segment_path, Range=asked, If_Range='"another"')

    assert answer.status_code == 200
    assert answer.content == viewer.get(segment_path).content


def test_if_match_and_if_unmodified_since_are_ignored(viewer: Client, segment_path: str) -> None:
    answer = viewer.get(
        segment_path, If_Match='"another"', If_Unmodified_Since="Thu, 01 Jan 1970 00:00:00 GMT"
    )

    assert answer.status_code == 200


def test_a_client_without_an_accept_header_gets_the_same_bytes(
    client: Client, short_video: str, segment_path: str
) -> None:
    for path in (f"/stream/{short_video}/manifest", f"/stream/{short_video}/master", segment_path):
        assert client.raw("GET", path)[2] == client.get(path).content


@pytest.mark.smoke("segments")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Range": "bytes=0-9"},
        # CloudFront may refuse this itself, for a segment that it has cached.
        pytest.param({"Range": "bytes=999999999-"}, marks=pytest.mark.started_here),
    ],
)
def test_segments_allow_cross_origin_requests(
    viewer: Client, segment_path: str, headers: dict[str, str]
) -> None:
    answer = viewer.get(segment_path, **headers)
    known = viewer.get(segment_path, If_None_Match=viewer.get(segment_path).headers["etag"])

    checks.is_readable_by_scripts(answer)
    checks.is_readable_by_scripts(known)


@pytest.mark.smoke("segments")
def test_a_segment_that_the_client_has_is_304(viewer: Client, segment_path: str) -> None:
    etag = viewer.get(segment_path).headers["etag"]
    answer = viewer.get(segment_path, If_None_Match=etag)

    assert (answer.status_code, answer.content) == (304, b"")


def test_the_poster_is_a_jpeg_in_the_size_of_the_video(
    viewer: Client, player: Player, short_video: str
) -> None:
    answer = viewer.get(f"/stream/{short_video}/poster")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert player.still_size(answer.content) == (1280, 720)


def test_the_storyboard_has_a_tile_of_the_sprite_for_every_two_seconds(
    viewer: Client, player: Player, short_video: str
) -> None:
    answer = viewer.get(f"/stream/{short_video}/storyboard")
    sprite = viewer.get(f"/stream/{short_video}/storyboard.jpg")

    assert answer.headers["content-type"].startswith("text/vtt")
    assert answer.text.splitlines()[2:4] == [
        "00:00:00.000 --> 00:00:02.000",
        "storyboard.jpg#xywh=0,0,160,90",
    ]
    assert answer.text.count(" --> ") == 3
    assert (sprite.status_code, sprite.headers["content-type"]) == (200, "image/jpeg")
    assert player.still_size(sprite.content) == (1600, 90)


@pytest.mark.smoke("errors")
@pytest.mark.parametrize(
    "tail",
    [
        *("manifest", "master", "manifest.m3u8", "master.m3u8", "iframes?rendition=720p", "poster"),
        *("segment/abc-720p-00000-000.ts", "segment/x"),
    ],
)
def test_an_unknown_video_is_404(viewer: Client, tail: str) -> None:
    assert problem_of(viewer.get(f"/stream/{uuid.uuid4()}/{tail}")) == (404, "unknown_video")


@pytest.mark.smoke("errors")
@pytest.mark.parametrize("segment_id", ["abc-720p-00000-000.ts", "x", "manifest"])
def test_an_unknown_segment_is_404(viewer: Client, short_video: str, segment_id: str) -> None:
    assert problem_of(viewer.get(f"/stream/{short_video}/segment/{segment_id}")) == (404, "unknown_segment")


@pytest.mark.smoke("errors")
@pytest.mark.parametrize("rendition", ["1080p", "../master", "", "nonsense"])
def test_an_unknown_rendition_is_404(client: Client, short_video: str, rendition: str) -> None:
    for tail in ("manifest", "manifest.m3u8", "iframes"):
        answer = client.http.get(f"/stream/{short_video}/{tail}", params={"rendition": rendition})
        assert problem_of(answer) == (404, "unknown_rendition")


@pytest.mark.parametrize(
    "tail",
    [
        "manifest",
        "manifest.m3u8",
        "master",
        "master.m3u8",
        "iframes?rendition=720p",
        "poster",
        "storyboard",
        "storyboard.jpg",
        "segment/abc-720p-00000-000.ts",
    ],
)
def test_a_video_that_is_not_ready_is_409(
    viewer: Client, processing_video: str, failed_video: str, tail: str
) -> None:
    waiting = viewer.get(f"/stream/{processing_video}/{tail}")

    assert problem_of(waiting) == (409, "not_ready")
    assert waiting.headers["cache-control"] == "no-store"
    assert problem_of(viewer.get(f"/stream/{failed_video}/{tail}")) == (409, "video_failed")


@pytest.mark.needs("distribution")
def test_the_edge_serves_segments_without_a_function(client: Client, cloud: Cloud, segment_path: str) -> None:
    with cloud.denied("StreamingFunction", "s3:GetObject"):
        through_the_edge = client.get(segment_path).status_code
        with Client(cloud.rest_api_url, key=cloud.origin_key) as behind:
            through_the_function = behind.get(segment_path).status_code

    assert (through_the_edge, through_the_function) == (200, 500)
