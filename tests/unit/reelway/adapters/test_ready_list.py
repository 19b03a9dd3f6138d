"""The ready list's index in the Videos table, and its snapshot in the media bucket."""

import pytest

from reelway import keys
from reelway.adapters.ready_index import ReadyListIndex
from reelway.adapters.ready_snapshots import ReadySnapshots
from reelway.adapters.removals_table import RemovalsTable
from reelway.adapters.video_lists import VideoLists
from reelway.adapters.videos_table import VideosTable
from reelway.errors import StorageFailed
from tests.support.doubles import moto_aws
from tests.unit.reelway.adapters.videos import finish, number

BEFORE = "2026"


@pytest.fixture
def index(table: VideosTable) -> ReadyListIndex:
    """Four READY videos, one a second from second 4 on."""
    for n in range(4):
        table.create(number(n), size_bytes=1)
    for n in range(4):
        finish(table, video_id=number(n))
    return ReadyListIndex(VideoLists(moto_aws.client("dynamodb"), moto_aws.VIDEOS))


@pytest.fixture
def snapshots(mocked_aws: None) -> ReadySnapshots:
    moto_aws.make_buckets()
    return ReadySnapshots(moto_aws.client("s3"), moto_aws.MEDIA)


def test_entries_are_found_by_the_time_at_which_they_were_listed(index: ReadyListIndex) -> None:
    since, until = "2026-01-01T00:00:05.000000Z", "2026-01-01T00:00:06.000000Z"
    assert [entry.video_id for entry in index.listed(since=since, until=until)] == [number(2), number(1)]
    assert [entry.video_id for entry in index.listed(since=since)] == [number(3), number(2), number(1)]


def test_a_page_may_begin_at_a_time(index: ReadyListIndex) -> None:
    before = "2026-01-01T00:00:06.000000Z"
    first, has_more = index.page(limit=2, after=None, before=before)
    assert ([entry.video_id for entry in first], has_more) == ([number(2), number(1)], True)
    second, has_more = index.page(limit=2, after=first[-1], before=before)
    assert ([entry.video_id for entry in second], has_more) == ([number(0)], False)


def test_a_deleted_video_is_among_those_that_were_taken_off_before_and_after_it_is_settled(
    table: VideosTable, index: ReadyListIndex
) -> None:
    table.delete(number(1))
    [deleted] = index.taken_off(since=BEFORE)
    RemovalsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, now=table._now).settle(number(1))
    [settled] = index.taken_off(since=BEFORE)
    assert (deleted.video_id, settled.video_id) == (number(1), number(1))
    assert settled.listed_at > deleted.listed_at
    assert index.taken_off(since=settled.listed_at) == [settled]


def test_an_unlisted_video_was_taken_off(table: VideosTable, index: ReadyListIndex) -> None:
    table.unlist(number(2))
    assert [entry.video_id for entry in index.taken_off(since=BEFORE)] == [number(2)]
    assert number(2) not in {entry.video_id for entry in index.listed(since=BEFORE)}


def test_a_snapshot_replaces_only_the_one_that_was_loaded(snapshots: ReadySnapshots) -> None:
    assert snapshots.load() is None
    assert snapshots.store(b"one", replacing=None)
    assert not snapshots.store(b"other", replacing=None)
    found = snapshots.load()
    assert found
    assert found.body == b"one"
    assert snapshots.store(b"two", replacing=found.etag)
    assert not snapshots.store(b"three", replacing=found.etag)
    found = snapshots.load()
    assert found
    assert found.body == b"two"


def test_a_snapshot_that_was_deleted_meanwhile_is_not_replaced(snapshots: ReadySnapshots) -> None:
    snapshots.store(b"one", replacing=None)
    found = snapshots.load()
    moto_aws.client("s3").delete_object(Bucket=moto_aws.MEDIA, Key=keys.READY_LIST)
    assert found
    assert not snapshots.store(b"two", replacing=found.etag)


def test_a_bucket_that_fails_is_told(mocked_aws: None) -> None:
    snapshots = ReadySnapshots(moto_aws.client("s3"), "no-such-bucket")
    with pytest.raises(StorageFailed):
        snapshots.load()
    with pytest.raises(StorageFailed):
        snapshots.store(b"", replacing=None)
