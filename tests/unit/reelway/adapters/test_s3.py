import base64
import json
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.httpsession import URLLib3Session

from reelway.adapters.s3 import S3Bucket
from reelway.errors import RequestRefused, StorageFailed
from tests.support.doubles import moto_aws

BODY = bytes(range(256)) * 4


@pytest.fixture
def bucket(mocked_aws: None) -> S3Bucket:
    moto_aws.make_buckets()
    return S3Bucket(moto_aws.client("s3"), moto_aws.UPLOADS, url_expires_s=1800)


@pytest.fixture
def nowhere(mocked_aws: None) -> S3Bucket:
    return S3Bucket(moto_aws.client("s3"), "no-such-bucket")


def test_an_object_comes_back_as_it_was_put(bucket: S3Bucket) -> None:
    bucket.put("a/b.ts", BODY, content_type="video/MP2T", cache_control="immutable")
    found = bucket.get("a/b.ts")
    assert found
    assert (found.body, found.content_type, found.cache_control) == (BODY, "video/MP2T", "immutable")
    assert found.content_range is None
    assert found.etag.startswith('"')
    assert bucket.read("a/b.ts") == BODY


def test_the_head_of_an_object_has_its_size_age_and_metadata(bucket: S3Bucket) -> None:
    before = time.time()
    bucket.put("k", BODY, content_type="text/plain", metadata={"recorded-by": "somebody"})
    bucket.put("plain", b"", content_type="text/plain")
    head, plain = bucket.head("k"), bucket.head("plain")
    assert head
    assert plain
    assert (head.size_bytes, head.metadata) == (len(BODY), {"recorded-by": "somebody"})
    assert abs(head.stored_at_s - before) < 60
    assert plain.metadata == {}


def test_cache_control_is_optional(bucket: S3Bucket) -> None:
    bucket.put("k", b"x", content_type="text/plain")
    found = bucket.get("k")
    assert found
    assert found.cache_control is None


def test_a_file_is_put_with_its_type(bucket: S3Bucket, tmp_path: Path) -> None:
    path = tmp_path / "720p-000.ts"
    path.write_bytes(BODY)
    bucket.put_file("seg", path, content_type="video/MP2T", cache_control="immutable")
    found = bucket.get("seg")
    assert found
    assert (found.body, found.content_type, found.cache_control) == (BODY, "video/MP2T", "immutable")


def test_a_missing_key_is_none_and_not_an_error(bucket: S3Bucket) -> None:
    assert bucket.get("nothing") is None
    assert bucket.get("nothing", byte_range="bytes=0-1") is None
    assert bucket.read("nothing") is None
    assert bucket.head("nothing") is None


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=1000-", 1000, 1023),
        ("bytes=-24", 1000, 1023),
        ("bytes=1020-5000", 1020, 1023),
    ],
)
def test_a_range_is_that_part_with_its_place_in_the_whole(
    bucket: S3Bucket, asked: str, first: int, last: int
) -> None:
    bucket.put("k", BODY, content_type="video/MP2T")
    found = bucket.get("k", byte_range=asked)
    assert found
    assert found.body == BODY[first : last + 1]
    assert found.content_range == f"bytes {first}-{last}/1024"


def test_a_range_past_the_end_is_refused_with_the_size(bucket: S3Bucket) -> None:
    bucket.put("k", BODY, content_type="video/MP2T")
    with pytest.raises(RequestRefused) as caught:
        bucket.get("k", byte_range="bytes=1024-")
    assert (caught.value.status, caught.value.code) == (416, "range_not_satisfiable")
    assert caught.value.headers == {"Content-Range": "bytes */1024"}


def test_only_the_first_conditional_write_is_made(bucket: S3Bucket) -> None:
    assert bucket.put_if_absent("plan", b"first", content_type="application/json")
    assert not bucket.put_if_absent("plan", b"second", content_type="application/json")
    assert bucket.read("plan") == b"first"


def conflicts(times: int) -> Callable[..., tuple[Any, dict[str, Any]] | None]:
    """Answers for `before-call`: S3's 409 while another conditional write to the key is going on."""
    left = [times]

    def answer(**_: object) -> tuple[Any, dict[str, Any]] | None:
        left[0] -= 1
        refusal = {"Error": {"Code": "ConditionalRequestConflict"}, "ResponseMetadata": {}}
        return (SimpleNamespace(status_code=409), refusal) if left[0] >= 0 else None

    return answer


def put_among(conflicting: int) -> tuple[bool, list[float]]:
    """What `put_if_absent` answers after so many conflicts, and its pauses."""
    slept_s: list[float] = []
    bucket = S3Bucket(moto_aws.client("s3"), moto_aws.UPLOADS, sleep=slept_s.append)
    answer, events = conflicts(conflicting), moto_aws.client("s3").meta.events
    events.register("before-call.s3.PutObject", answer)
    try:
        return bucket.put_if_absent("plan", b"ours", content_type="application/json"), slept_s
    finally:
        events.unregister("before-call.s3.PutObject", answer)


def test_a_conflict_of_conditional_writes_says_nothing_of_the_key_and_is_tried_again(
    bucket: S3Bucket,
) -> None:
    assert put_among(2) == (True, [0.05, 0.1])
    assert bucket.read("plan") == b"ours"
    assert put_among(1) == (False, [0.05])


def test_a_conflict_that_does_not_end_is_a_storage_failure(bucket: S3Bucket) -> None:
    with pytest.raises(StorageFailed):
        put_among(6)
    assert bucket.read("plan") is None


def test_deleting_removes_and_may_be_repeated(bucket: S3Bucket) -> None:
    bucket.put("k", b"x", content_type="text/plain")
    bucket.delete("k")
    bucket.delete("k")
    assert bucket.head("k") is None


def test_a_url_is_signed_for_one_object_and_its_lifetime(bucket: S3Bucket) -> None:
    url = urllib.parse.urlsplit(bucket.url("jobs/a"))
    query = urllib.parse.parse_qs(url.query)
    assert url.path.endswith("/jobs/a")
    assert query["X-Amz-Expires"] == ["1800"]
    assert query["X-Amz-Signature"]


def test_a_form_allows_one_key_up_to_the_size(bucket: S3Bucket) -> None:
    url, fields = bucket.upload_form("uploads/1", max_bytes=5000, expires_s=900)
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert moto_aws.UPLOADS in url
    assert fields["key"] == "uploads/1"
    assert fields["success_action_status"] == "201"
    assert ["content-length-range", 1, 5000] in policy["conditions"]
    assert {"key": "uploads/1"} in policy["conditions"]
    assert {"bucket": moto_aws.UPLOADS} in policy["conditions"]


def test_a_missing_bucket_is_a_storage_failure(nowhere: S3Bucket, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(BODY)
    calls: list[Callable[[], object]] = [
        lambda: nowhere.put("k", b"x", content_type="text/plain"),
        lambda: nowhere.put_file("k", path, content_type="text/plain"),
        lambda: nowhere.put_if_absent("k", b"x", content_type="text/plain"),
        lambda: nowhere.get("k"),
        lambda: nowhere.delete("k"),
    ]
    for call in calls:
        with pytest.raises(StorageFailed) as caught:
            call()
        assert caught.value.code == "storage_failed"


def test_an_unreachable_store_is_a_storage_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    bucket = S3Bucket(moto_aws.client("s3"), moto_aws.UPLOADS)
    path = tmp_path / "file"
    path.write_bytes(BODY)

    def unreachable(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.example")

    monkeypatch.setattr(URLLib3Session, "send", unreachable)
    calls: list[Callable[[], object]] = [
        lambda: bucket.put("k", b"x", content_type="text/plain"),
        lambda: bucket.put_file("k", path, content_type="text/plain"),
        lambda: bucket.put_if_absent("k", b"x", content_type="text/plain"),
        lambda: bucket.get("k"),
        lambda: bucket.head("k"),
        lambda: bucket.delete("k"),
    ]
    for call in calls:
        with pytest.raises(StorageFailed):
            call()


def test_all_objects_of_a_prefix_are_deleted_and_no_other(bucket: S3Bucket) -> None:
    for n in range(1003):  # S3 lists and deletes a thousand at once
        bucket.put(f"a/{n}", b"", content_type="x/y")
    bucket.put("ab", b"", content_type="x/y")
    bucket.delete_all("a/")
    bucket.delete_all("a/")
    left = moto_aws.client("s3").list_objects_v2(Bucket=moto_aws.UPLOADS)["Contents"]
    assert [entry["Key"] for entry in left] == ["ab"]


def test_an_object_that_s3_keeps_is_an_error(bucket: S3Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("a/b", b"", content_type="x/y")
    kept = {"Errors": [{"Key": "a/b", "Code": "AccessDenied"}]}
    monkeypatch.setattr(bucket._client, "delete_objects", lambda **_: kept)
    with pytest.raises(StorageFailed, match="AccessDenied"):
        bucket.delete_all("a/")
