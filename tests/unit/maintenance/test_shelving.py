from types import SimpleNamespace
from typing import Any

import pytest

from maintenance.deadline import Deadline
from maintenance.shelving import LISTS, Backfill
from reelway import keys
from reelway.adapters import video_items
from reelway.adapters.shelves_table import ShelvesTable
from reelway.adapters.video_lists import VideoLists
from reelway.caller import ANYBODY
from reelway.errors import StorageFailed
from reelway.shelves import Shelf
from reelway.video import State
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.storage import FakeBucket
from tests.unit.reelway.adapters import shelving
from tests.unit.reelway.adapters.shelving import video_id

LONG, OVER = Deadline(lambda: 999), Deadline(lambda: 0)
REPORTED: list[str] = []


@pytest.fixture
def backfill(mocked_aws: None) -> Backfill:
    """Of a table as release 0.2.0 has left it, a video in each list, deleted ones, many READY ones."""
    moto_aws.make_tables()
    for number, listing in enumerate(LISTS):
        old_video(number, listing)
    old_video(8, "deleted", deletedAt="2026-01-02")
    old_video(9, "unlisted", deletedAt="2026-01-02", purgedAt="2026-01-02")
    for number in range(100, 250):
        old_video(number, "ready")
    client = moto_aws.client("dynamodb")
    lists, shelves = VideoLists(client, moto_aws.VIDEOS), ShelvesTable(client, moto_aws.VIDEOS)
    return Backfill(FakeBucket(), lists, shelves, shelving.rows())


def old_video(number: int, listing: str, **more: str) -> None:
    time = f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}.000000Z"
    fields: dict[str, Any] = {
        "videoId": video_id(number),
        "state": State.READY,
        "rank": 2,
        "version": 3,
        "createdAt": time,
        "updatedAt": time,
        "listing": listing,
        "listedAt": time,
        **more,
    }
    moto_aws.client("dynamodb").put_item(TableName=moto_aws.VIDEOS, Item=video_items.item_of(fields))


def shelved() -> set[int]:
    found, place = set(), None
    while True:
        page = shelving.browser().page(Shelf(), ANYBODY, limit=100, after=place)
        found |= {int(video.video_id[:8], 16) for video in page.videos}
        place = page.next
        if place is None:
            return found


EXPECTED = {*range(len(LISTS)), *range(100, 250)}


def test_lists_are_those_of_the_table() -> None:
    names = {
        video_items.OPEN_LIST,
        video_items.FAILED_LIST,
        video_items.READY_LIST,
        video_items.UNLISTED_LIST,
    }
    assert set(LISTS) == names


def test_videos_of_an_earlier_release_are_put_on_shelves_once(backfill: Backfill) -> None:
    assert shelved() == set()
    assert backfill.run(LONG, REPORTED.append) == len(EXPECTED)
    assert shelved() == EXPECTED
    assert backfill.run(LONG, REPORTED.append) == 0


def test_a_run_goes_on_where_the_one_before_has_stopped(backfill: Backfill) -> None:
    assert backfill.run(OVER, REPORTED.append) == 0
    runs: list[int] = []
    while not runs or runs[-1]:
        times = iter([999.0, 0.0])
        runs.append(backfill.run(Deadline(lambda left=times: next(left)), REPORTED.append))  # type: ignore[misc]
        assert max(runs) <= 100
    backfill.run(LONG, REPORTED.append)
    assert shelved() == EXPECTED


def test_a_place_that_cannot_be_read_is_the_beginning(backfill: Backfill) -> None:
    backfill.bucket.put(keys.cursor("shelves"), b"{", content_type="application/json")
    assert backfill.run(LONG, REPORTED.append) == len(EXPECTED)


def test_storage_that_fails_is_reported_and_holds_up_nothing_else(backfill: Backfill) -> None:
    def page(*_: object, **__: object) -> None:
        raise StorageFailed("storage_failed", "no")

    reported: list[str] = []
    broken = Backfill(backfill.bucket, SimpleNamespace(page=page), backfill.records, backfill.rows)
    assert broken.run(LONG, reported.append) == 0
    assert len(reported) == 1
    assert backfill.run(LONG, reported.append) == len(EXPECTED)
