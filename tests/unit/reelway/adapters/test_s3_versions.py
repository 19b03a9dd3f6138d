from typing import Any

import pytest

from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_versions import S3Versions
from reelway.errors import StorageFailed
from tests.support.doubles import moto_aws

MANY = 1100  # more than a page has, and more than one request deletes


@pytest.fixture
def bucket(mocked_aws: None) -> S3Bucket:
    moto_aws.make_buckets()
    return S3Bucket(moto_aws.client("s3"), moto_aws.MEDIA)


@pytest.fixture
def versions(bucket: S3Bucket) -> S3Versions:
    return S3Versions(moto_aws.client("s3"), moto_aws.MEDIA)


def put(bucket: S3Bucket, *keys: str, body: bytes = b"x") -> None:
    for key in keys:
        bucket.put(key, body, content_type="x/y")


def all_versions() -> list[dict[str, Any]]:
    listed = moto_aws.client("s3").list_object_versions(Bucket=moto_aws.MEDIA)
    return [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]


def test_what_was_deleted_comes_back_with_the_bytes_that_it_had(
    bucket: S3Bucket, versions: S3Versions
) -> None:
    put(bucket, "a/1", "a/2", "a/3", "b/1")
    put(bucket, "a/1", body=b"newer")
    bucket.delete_all("a/")
    assert versions.bring_back("a/", {"a/1", "a/2", "a/none"}) == {"a/1", "a/2"}
    assert list(bucket.keys("")) == ["a/1", "a/2", "b/1"]
    assert bucket.read("a/1") == b"newer"


def test_two_deletions_are_undone_as_one(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1")
    for _ in range(2):
        bucket.delete("a/1")
    assert versions.bring_back("a/", {"a/1"}) == {"a/1"}
    assert list(bucket.keys("")) == ["a/1"]


def test_bringing_back_what_is_there_changes_nothing(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1")
    assert versions.bring_back("a/", {"a/1"}) == {"a/1"}
    assert len(all_versions()) == 1


def test_nothing_is_left_of_what_is_purged(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1", "a/2", "ab")
    put(bucket, "a/1")
    bucket.delete("a/2")
    assert versions.are_there("a/")
    versions.purge("a/")
    assert not versions.are_there("a/")
    assert [version["Key"] for version in all_versions()] == ["ab"]


def test_a_deletion_alone_is_something_that_is_left(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1")
    bucket.delete("a/1")
    [version] = [each for each in all_versions() if "Size" in each]
    moto_aws.client("s3").delete_object(Bucket=moto_aws.MEDIA, Key="a/1", VersionId=version["VersionId"])
    assert versions.are_there("a/")
    versions.purge("a/")
    assert not versions.are_there("a/")


def test_more_than_a_page_is_hidden_and_comes_back_and_is_purged(
    bucket: S3Bucket, versions: S3Versions
) -> None:
    keys = {f"a/{n:05d}" for n in range(MANY)}
    put(bucket, *keys)
    bucket.delete_all("a/")
    assert list(bucket.keys("a/")) == []
    assert versions.bring_back("a/", keys) == keys
    assert len(list(bucket.keys("a/"))) == MANY
    versions.purge("a/")
    assert all_versions() == []


def test_a_bucket_without_versions_is_emptied_as_well(mocked_aws: None) -> None:
    """As one is of which an earlier release has made the objects."""
    moto_aws.client("s3").create_bucket(Bucket=moto_aws.MEDIA)
    bucket = S3Bucket(moto_aws.client("s3"), moto_aws.MEDIA)
    put(bucket, "a/1")
    S3Versions(moto_aws.client("s3"), moto_aws.MEDIA).purge("a/")
    assert list(bucket.keys("")) == []


def test_what_s3_keeps_is_an_error(
    bucket: S3Bucket, versions: S3Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "a/1")
    kept = {"Errors": [{"Key": "a/1", "Code": "InternalError"}]}
    monkeypatch.setattr(versions._client, "delete_objects", lambda **_: kept)
    with pytest.raises(StorageFailed, match="S3 kept 'a/1': InternalError"):
        versions.purge("a/")


def test_a_bucket_that_does_not_answer_is_an_error(mocked_aws: None) -> None:
    with pytest.raises(StorageFailed):
        S3Versions(moto_aws.client("s3"), "no-such-bucket").are_there("a/")


def test_what_replaced_an_object_is_removed_and_nothing_else(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1", body=b"before")
    put(bucket, "a/1", body=b"first")
    etag = etag_of(bucket, "a/1")
    for body in (b"second", b"third"):
        put(bucket, "a/1", body=body)
    put(bucket, "a/10", body=b"first")
    put(bucket, "a/10", body=b"of another")
    for _ in range(2):
        assert versions.undo_replacement("a/1", etag)
        assert (bucket.read("a/1"), bucket.read("a/10")) == (b"first", b"of another")
    assert len(all_versions()) == 4


def test_the_same_bytes_once_more_are_no_replacement(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1")
    put(bucket, "a/1")
    assert versions.undo_replacement("a/1", etag_of(bucket, "a/1"))
    assert len(all_versions()) == 2


def test_nothing_is_removed_for_a_version_that_is_not_there(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1")
    put(bucket, "a/1", body=b"second")
    assert not versions.undo_replacement("a/1", '"none"')
    assert bucket.read("a/1") == b"second"
    assert len(all_versions()) == 2


def test_a_deletion_after_the_replacement_stays(bucket: S3Bucket, versions: S3Versions) -> None:
    put(bucket, "a/1", body=b"first")
    etag = etag_of(bucket, "a/1")
    put(bucket, "a/1", body=b"second")
    bucket.delete("a/1")
    assert versions.undo_replacement("a/1", etag)
    assert bucket.read("a/1") is None
    assert versions.bring_back("a/", {"a/1"})
    assert bucket.read("a/1") == b"first"


def test_a_bucket_without_versions_keeps_what_replaced_an_object(mocked_aws: None) -> None:
    moto_aws.client("s3").create_bucket(Bucket=moto_aws.MEDIA)
    bucket = S3Bucket(moto_aws.client("s3"), moto_aws.MEDIA)
    put(bucket, "a/1", body=b"first")
    etag = etag_of(bucket, "a/1")
    put(bucket, "a/1", body=b"second")
    assert not S3Versions(moto_aws.client("s3"), moto_aws.MEDIA).undo_replacement("a/1", etag)
    assert bucket.read("a/1") == b"second"


def etag_of(bucket: S3Bucket, key: str) -> str:
    found = bucket.head(key)
    assert found
    return found.etag
