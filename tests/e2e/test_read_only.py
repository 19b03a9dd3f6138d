"""With Access=read-only a video is watched by its id, and nothing is uploaded, listed or changed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from reelway.access import KINDS, Kind
from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

REFUSED = [operation for operation, kind in KINDS.items() if kind not in (Kind.PLAY, Kind.WATCH)]


@contextmanager
def closed(cloud: Cloud) -> Iterator[None]:
    """The API's functions have what the template gives them for the parameter."""
    with ExitStack() as opened:
        for function in ("UploadFunction", "StreamingFunction", "VideosFunction", "WebhooksFunction"):
            opened.enter_context(cloud.environment(function, ACCESS="read-only"))
        yield


@pytest.fixture(scope="module")
def video_id(client: Client) -> str:
    return client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")


def path_of(rule: str, video_id: str) -> str:
    names = {"<videoId>": video_id, "<uploadId>": "u", "<partNumber>": "1", "<webhookId>": UNKNOWN_ID}
    names["<deliveryId>"] = UNKNOWN_ID
    for name, value in names.items():
        rule = rule.replace(name, value)
    return rule


def test_every_route_that_uploads_lists_or_changes_is_refused_and_changes_nothing(
    client: Client, cloud: Cloud, video_id: str
) -> None:
    before = cloud.upload_keys(), cloud.video_count(), cloud.item(video_id)
    with closed(cloud):
        for method, rule in REFUSED:
            answer = client.http.request(method, path_of(rule, video_id))
            assert_problem(answer, 403, "read_only")
            assert "Access=open" in answer.json()["detail"]
        assert_problem(client.post_file(b"a file"), 403, "read_only")
        assert client.http.delete(f"/video/{UNKNOWN_ID}").status_code == 403
        assert client.get("/nothing").status_code == 404
    assert (cloud.upload_keys(), cloud.video_count(), cloud.item(video_id)) == before


def test_who_knows_a_videos_id_watches_describes_and_plays_it(
    client: Client, cloud: Cloud, video_id: str
) -> None:
    with closed(cloud):
        assert client.describe(video_id)["state"] == "READY"
        assert client.watch(video_id).states == ["READY"]
        manifest = client.get(f"/stream/{video_id}/manifest").text
        segment = next(line for line in manifest.splitlines() if line.startswith("segment/"))
        assert client.get(f"/stream/{video_id}/{segment}").status_code == 200
        assert client.get(f"/stream/{video_id}/master").status_code == 200
        assert client.get("/status").status_code == 200
        assert client.http.delete(f"/video/{video_id}").status_code == 403
    assert client.get("/stream/ready").status_code == 200
