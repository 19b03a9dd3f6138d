"""`sam local start-api`, as `make env` prints it, serves every route of the contract."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.support.media import corpus
from tests.support.readers import contract
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import PROCESSING_LIMIT_S, Client, eventually
from tests.support.system.cloud import Cloud
from tests.support.system.containers import SamLocal

CLIP = "carphone_pristine.mp4"
USER = "sam-local"
SOCKET = "/video/{videoId}/status/stream"


def policy(effect: str, action: str) -> str:
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def user(cloud: Cloud) -> dict[str, str]:
    """Credentials of a user who may do everything, but to whom, unlike root, something can be denied."""
    cloud.iam.create_user(UserName=USER)
    cloud.iam.put_user_policy(UserName=USER, PolicyName="all", PolicyDocument=policy("Allow", "*"))
    key = cloud.iam.create_access_key(UserName=USER)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


@pytest.fixture(scope="module")
def api(
    containers: SamLocal, user: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    log = tmp_path_factory.mktemp("sam") / "api.log"
    with containers.api(log, user) as url, Client(url) as client:
        yield client


@pytest.fixture(scope="module")
def video(api: Client) -> str:
    """Uploaded through `sam local`, processed by the emulator."""
    return ready(api, api.upload(corpus.file(CLIP)))


def ready(api: Client, video_id: str) -> str:
    def state() -> str:
        return str(api.describe(video_id).get("state"))

    eventually(lambda: state() in ("READY", "FAILED"), within_s=PROCESSING_LIMIT_S)
    assert state() == "READY"
    assert api.ladder_of(video_id) == "complete"
    return video_id


def segment_paths(api: Client, video_id: str) -> list[str]:
    manifest = api.get(f"/stream/{video_id}/manifest").text
    return [f"/stream/{video_id}/{uri}" for uri in re.findall(r"^segment/.+$", manifest, re.MULTILINE)]


def stored(cloud: Cloud, path: str) -> bytes:
    bucket = cloud.outputs["MediaBucketName"]
    return bytes(cloud.s3.get_object(Bucket=bucket, Key=path.removeprefix("/"))["Body"].read())


@contextmanager
def storage_refusing(cloud: Cloud) -> Iterator[None]:
    """The user of the API may store no files as long as the context lasts."""
    cloud.iam.put_user_policy(
        UserName=USER, PolicyName="outage", PolicyDocument=policy("Deny", "s3:PutObject")
    )
    try:
        yield
    finally:
        cloud.iam.delete_user_policy(UserName=USER, PolicyName="outage")


def answers_of(api: Client, cloud: Cloud, video: str, unready: str) -> dict[tuple[str, int], httpx.Response]:
    """An answer for each path and status of the contract, but those of a socket's handshake."""
    [segment, *_] = segment_paths(api, video)
    name = segment.rpartition("/")[2]
    with storage_refusing(cloud):
        refused = api.post_file(b"a file")
    return {
        ("/upload", 201): api.post_file(b"no video"),
        ("/upload", 400): api.post_file(b"no video", field="other"),
        ("/upload", 500): refused,
        (SOCKET, 404): api.get(f"/video/{UNKNOWN_ID}/status/stream"),
        (SOCKET, 400): api.get(f"/video/{video}/status/stream"),
        ("/stream/ready", 200): api.get("/stream/ready"),
        ("/stream/{videoId}/manifest", 200): api.get(f"/stream/{video}/manifest"),
        ("/stream/{videoId}/manifest", 404): api.get(f"/stream/{UNKNOWN_ID}/manifest"),
        ("/stream/{videoId}/manifest", 409): api.get(f"/stream/{unready}/manifest"),
        ("/stream/{videoId}/segment/{segmentId}", 200): api.get(segment),
        ("/stream/{videoId}/segment/{segmentId}", 206): api.get(segment, Range="bytes=188-375"),
        ("/stream/{videoId}/segment/{segmentId}", 404): api.get(f"/stream/{video}/segment/none.ts"),
        ("/stream/{videoId}/segment/{segmentId}", 409): api.get(f"/stream/{unready}/segment/{name}"),
    }


def test_every_row_of_the_contract_is_served(
    api: Client, cloud: Cloud, video: str, processing_video: str
) -> None:
    """An error of a function that nobody caught would come back as 200 or 502, with another body."""
    answers = answers_of(api, cloud, video, processing_video)
    rows = {
        (row.path, status): answer for row in contract.ENDPOINTS for status, answer in row.all_answers.items()
    }
    assert set(rows) - set(answers) == {(SOCKET, 101)}
    for (path, status), answer in answers.items():
        assert answer.status_code == status, (path, answer.text)
        expected = rows[path, status].content_type
        assert answer.headers["content-type"].split(";")[0] == expected, path
        if expected == "application/problem+json":
            assert answer.json()["status"] == status
    assert video in answers["/stream/ready", 200].json()


def test_every_segment_is_the_one_in_storage(api: Client, cloud: Cloud, video: str) -> None:
    paths = segment_paths(api, video)
    assert paths
    for path in paths:
        assert api.get(path).content == stored(cloud, path)


def test_ranges_and_head_are_answered(api: Client, cloud: Cloud, video: str) -> None:
    [path, *_] = segment_paths(api, video)
    body = stored(cloud, path)
    part, beyond = api.get(path, Range="bytes=188-375"), api.get(path, Range=f"bytes={len(body)}-")
    head = api.http.head(path)

    assert part.content == body[188:376]
    assert part.headers["content-range"] == f"bytes 188-375/{len(body)}"
    assert beyond.status_code == 416
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("name", ["poster", "storyboard.jpg", "storyboard", "master"])
def test_pictures_and_playlists_are_the_ones_in_storage(
    api: Client, cloud: Cloud, video: str, name: str
) -> None:
    path = f"/stream/{video}/{name}"
    assert api.get(path).content == stored(cloud, path)


def test_a_form_takes_a_file_straight_to_storage(api: Client) -> None:
    form = api.get("/s3/params?filename=clip.mp4&type=video/mp4").json()
    content = corpus.file(CLIP).read_bytes()
    posted = httpx.post(form["url"], data=form["fields"], files={"file": content}, trust_env=False)

    assert posted.status_code == 201
    video_id = form["fields"]["key"].removeprefix("uploads/")
    ready(api, video_id)


def test_an_upload_in_parts_becomes_a_video(api: Client) -> None:
    content = corpus.file(CLIP).read_bytes()
    asked = {"filename": "clip.mp4", "type": "video/mp4", "metadata": {"size": len(content)}}
    begun = api.http.post("/s3/multipart", json=asked).json()
    upload, key = f"/s3/multipart/{begun['uploadId']}", {"key": begun["key"]}
    urls = api.http.get(f"{upload}/batch", params=key | {"partNumbers": "1"}).json()["presignedUrls"]
    one = api.http.get(f"{upload}/1", params=key).json()
    etag = httpx.put(urls["1"], content=content, trust_env=False).headers["etag"]
    listed = api.http.get(upload, params=key).json()
    parts = {"parts": [{"PartNumber": 1, "ETag": etag}]}
    done = api.http.post(f"{upload}/complete", params=key, json=parts)

    assert one["url"].partition("?")[0] == urls["1"].partition("?")[0]
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, len(content))]
    assert done.status_code == 200, done.text
    ready(api, done.json()["videoId"])


def test_an_upload_in_parts_can_be_given_up(api: Client) -> None:
    asked = {"filename": "clip.mp4", "type": "video/mp4", "metadata": {}}
    begun = api.http.post("/s3/multipart", json=asked).json()
    upload, key = f"/s3/multipart/{begun['uploadId']}", {"key": begun["key"]}

    assert api.http.delete(upload, params=key).json() == {}
    assert api.http.get(upload, params=key).status_code == 404


def test_a_deleted_video_is_gone(api: Client, cloud: Cloud) -> None:
    video_id = ready(api, api.upload(corpus.file(CLIP)))
    [segment, *_] = segment_paths(api, video_id)

    assert api.http.delete(f"/video/{video_id}").status_code == 204
    assert api.get(f"/stream/{video_id}/manifest").status_code == 404
    assert api.get(segment).status_code == 404
