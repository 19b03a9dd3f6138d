"""What `make smoke` asks of a stack that is not covered beside the other tests, and what only AWS shows."""

import ssl
import uuid

import httpx
import pytest

from reelway.access import Access
from tests.support.media import corpus
from tests.support.readers import descriptions, playlist_rules, transport_stream
from tests.support.readers.playlist_rules import Published, media, multivariant
from tests.support.samples import UNKNOWN_ID
from tests.support.smoke import checks, tls
from tests.support.smoke.stack import CLOUDFRONT, DIRECT, HTTPS, OWN_DOMAIN
from tests.support.system.client import Client, eventually

FRAMES = 132  # of the clip
_OPERATIONS = descriptions.operations(descriptions.openapi())
HEADS = sorted(path for method, path in _OPERATIONS if method == "HEAD")


@pytest.fixture(scope="module")
def published(client: Client, short_video: str) -> Published:
    """Everything of the short video that a player can fetch."""
    base = f"/stream/{short_video}"
    master = client.get(f"{base}/master").text
    playlists = {each.uri: client.get(f"{base}/{each.uri}").text for each in multivariant.variants(master)}
    i_frames = {
        each.uri: client.get(f"{base}/{each.uri}").text for each in multivariant.i_frame_streams(master)
    }
    segments = {
        uri: {each.uri: client.get(f"{base}/{each.uri}").content for each in media.segments(text)}
        for uri, text in playlists.items()
    }
    return Published(master, playlists, i_frames, segments)


@pytest.fixture(scope="module")
def some_segment(short_video: str, published: Published) -> str:
    """The path of a segment."""
    return f"/stream/{short_video}/{next(iter(published.bytes_of))}"


@pytest.mark.smoke("the list of ready videos")
def test_the_list_has_the_video_that_is_ready_and_not_the_failed_one(
    client: Client, short_video: str, failed_video: str
) -> None:
    listed = eventually(lambda: short_video in (ids := client.get("/stream/ready").json()) and ids)

    assert failed_video not in listed
    assert all(str(uuid.UUID(each)) == each for each in listed)


@pytest.mark.smoke("the list of ready videos")
def test_a_page_of_the_list_has_as_many_videos_as_were_asked_for(client: Client, short_video: str) -> None:
    answer = eventually(lambda: (page := client.get("/stream/ready?limit=1")).json() and page)

    assert answer.status_code == 200
    assert len(answer.json()) == 1


@pytest.mark.smoke("the service's status")
def test_the_service_says_how_it_is_doing(client: Client) -> None:
    answer = client.get("/status")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=10")
    found = answer.json()
    assert found["status"] in {"ok", "slow"}
    assert found["oldestUnfinishedSeconds"] >= 0
    assert set(found["backlog"]) == {"waiting", "processing", "atLeast"}


@pytest.mark.smoke("segments")
def test_every_byte_of_every_rendition_is_what_the_playlists_say(published: Published) -> None:
    assert playlist_rules.violations(published) == []


@pytest.mark.smoke("segments")
def test_every_rendition_has_every_frame(published: Published) -> None:
    assert published.segments
    for uri, bodies in published.segments.items():
        parts = transport_stream.read_all(bodies.values())
        assert sum(len(part.video_frames) for part in parts) == FRAMES, uri


@pytest.mark.smoke("segments")
def test_a_segment_comes_from_storage_without_a_function(client: Client, some_segment: str) -> None:
    checks.came_from_s3(client.get(some_segment))
    checks.came_from_s3(client.get(some_segment, Range="bytes=0-187"))


@pytest.mark.smoke("segments")
def test_a_range_past_the_end_is_416(client: Client, some_segment: str) -> None:
    """Whoever answers: CloudFront may, for a segment that it has cached, and then with a body of its own."""
    assert client.get(some_segment, Range="bytes=999999999-").status_code == 416


@pytest.mark.smoke("segments")
def test_a_segment_that_storage_does_not_have_is_asked_of_the_api(client: Client, short_video: str) -> None:
    answer = client.get(f"/stream/{short_video}/segment/missing.ts")

    checks.is_our_problem(answer, 404, "unknown_segment")


@pytest.mark.smoke("HEAD")
@pytest.mark.parametrize("path", HEADS)
def test_head_of_every_route_answers_as_get(
    client: Client, short_video: str, some_segment: str, path: str
) -> None:
    segment_id = some_segment.rpartition("/")[2]
    query = "?rendition=240p" if path.endswith("/iframes") else ""
    target = path.format(videoId=short_video, segmentId=segment_id, file="index.html") + query
    plain = {"Accept-Encoding": "identity"}
    whole, head = (client.http.request(method, target, headers=plain) for method in ("GET", "HEAD"))

    assert (head.status_code, head.content) == (whole.status_code, b"") == (200, b"")
    for name in ("content-type", "etag", "cache-control"):
        assert head.headers.get(name) == whole.headers.get(name), name


@pytest.mark.smoke("errors")
@pytest.mark.parametrize("tail", ["manifest", "master", "segment/missing.ts"])
def test_a_video_that_failed_is_409_and_says_why(client: Client, failed_video: str, tail: str) -> None:
    checks.is_our_problem(client.get(f"/stream/{failed_video}/{tail}"), 409, "video_failed")
    assert client.describe(failed_video)["failure"]["code"] == "unreadable"


@pytest.mark.smoke("errors")
@pytest.mark.parametrize("target", ["/nothing", "/stream/nonsense/manifest", f"/video/{UNKNOWN_ID}", "/ws"])
def test_what_does_not_exist_is_404_with_a_problem_document(client: Client, target: str) -> None:
    answer = client.get(target)

    checks.is_our_problem(answer, 404, answer.json().get("code", ""))
    assert answer.json()["code"]


@pytest.mark.smoke("errors")
@pytest.mark.parametrize("tail", ["segment/missing.ts", "manifest", "master"])
def test_an_error_is_not_answered_from_a_cache(client: Client, tail: str) -> None:
    path = f"/stream/{uuid.uuid4()}/{tail}"

    checks.is_not_replayed(client.get(path), client.get(path))


@pytest.mark.smoke("deleting")
def test_a_deleted_video_is_gone_for_every_route(client: Client) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    eventually(lambda: video_id in client.get("/stream/ready").json())

    assert client.http.delete(f"/video/{video_id}").status_code == 204

    checks.is_our_problem(client.get(f"/video/{video_id}"), 410, "deleted_video")
    checks.is_our_problem(client.get(f"/stream/{video_id}/manifest"), 404, "unknown_video")
    checks.is_our_problem(client.get(f"/stream/{video_id}/poster"), 410, "deleted_video")
    # The index that the list is read from may be some seconds late.
    assert eventually(lambda: video_id not in client.get("/stream/ready").json())


@pytest.mark.smoke("page")
def test_the_page_is_served_at_the_root(client: Client) -> None:
    page = client.get("/")

    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert page.content == client.get("/app/index.html").content


@pytest.mark.smoke("page")
def test_the_page_is_told_how_its_server_is_deployed(client: Client) -> None:
    told = client.get("/app/config.json")

    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    assert set(told.json()) == {"access", "issuer", "clientId", "audience", "scopes"}
    assert told.json()["access"] in set(Access)


@pytest.mark.smoke("page")
@pytest.mark.parametrize("path", ["/", "/app/index.html"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
def test_the_page_takes_get_and_head_only(client: Client, method: str, path: str) -> None:
    checks.refuses_method(client.http.request(method, path))


@pytest.mark.smoke("buckets")
def test_uploads_can_neither_be_read_nor_listed_without_permission(client: Client, short_video: str) -> None:
    bucket = str(client.get("/s3/params?filename=a.mp4&type=video/mp4").json()["url"]).rstrip("/")

    checks.is_denied(client.get(f"{bucket}/uploads/{short_video}"))
    checks.is_denied(client.get(f"{bucket}/uploads/{uuid.uuid4()}"))
    checks.is_denied(client.get(bucket))
    checks.is_denied(client.http.put(f"{bucket}/uploads/{uuid.uuid4()}", content=b"x"))


@pytest.mark.smoke("buckets")
@pytest.mark.only_on(CLOUDFRONT)
def test_storage_takes_nothing_over_plain_http(client: Client) -> None:
    """Else uploads, and the permission to upload, could be read on the way."""
    form = client.get("/s3/params?filename=a.mp4&type=video/mp4").json()
    plain = httpx.URL(form["url"]).copy_with(scheme="http")

    checks.is_denied(client.http.post(plain, data=form["fields"], files={"file": b"x"}))


@pytest.mark.smoke("https")
@pytest.mark.only_on(HTTPS)
def test_plain_http_is_sent_on_to_https(client: Client) -> None:
    plain = httpx.URL(client.base_url).copy_with(scheme="http", port=None)

    checks.redirects_to_https(client.http.get(plain.join("/stream/ready")))


@pytest.mark.smoke("https")
@pytest.mark.only_on(HTTPS, DIRECT)
def test_tls_1_2_and_http_2_are_spoken(client: Client) -> None:
    url = httpx.URL(client.base_url)
    made = tls.handshake(url.host, url.port or 443, ssl.TLSVersion.TLSv1_2)

    assert made == tls.Handshake("TLSv1.2", "h2")


@pytest.mark.smoke("https")
@pytest.mark.only_on(HTTPS, DIRECT, OWN_DOMAIN)
def test_versions_before_tls_1_2_are_refused(client: Client) -> None:
    """At *.cloudfront.net, CloudFront itself decides, and takes TLS 1.0."""
    url = httpx.URL(client.base_url)
    versions = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2)

    tls.refuses_old_versions({each: tls.handshake(url.host, url.port or 443, each) for each in versions})


@pytest.mark.smoke("CloudFront")
@pytest.mark.only_on(CLOUDFRONT)
def test_http_3_is_offered(client: Client) -> None:
    checks.offers_http3(client.get("/stream/ready?limit=1"))


@pytest.mark.smoke("CloudFront")
@pytest.mark.only_on(CLOUDFRONT)
def test_a_segment_is_answered_from_the_cache(client: Client, some_segment: str) -> None:
    checks.is_cached([client.get(some_segment) for _ in range(4)])
