"""Which writes to the Videos table reach the function: what its mapping filters by, on real rows."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from changes.change import change_of
from reelway import failures
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.shelf_rows import ShelfRowsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.details import Details
from reelway.shelves import rows_of
from tests.faults.patterns import matches
from tests.support.doubles import moto_aws
from tests.support.readers import template
from tests.support.samples import RUN_ID, VIDEO_ID

FILTERS = template.properties("VideosStreamMapping")["FilterCriteria"]["Filters"]
Write = Callable[[], object]


def record_of(write: Write, row_id: str = VIDEO_ID) -> dict[str, Any]:
    """What the stream says of a write."""
    old = row(row_id)
    write()
    images = {"OldImage": old, "NewImage": row(row_id)}
    return {
        "eventName": "MODIFY" if old else "INSERT",
        "dynamodb": {
            "Keys": {"videoId": {"S": row_id}},
            **{name: image for name, image in images.items() if image},
        },
    }


def row(row_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] = moto_aws.client("dynamodb").get_item(
        TableName=moto_aws.VIDEOS, Key={"videoId": {"S": row_id}}
    )
    return found.get("Item")


def is_taken(record: dict[str, Any]) -> bool:
    return any(matches(json.loads(each["Pattern"]), record) for each in FILTERS)


@pytest.fixture
def videos(mocked_aws: None) -> VideosTable:
    moto_aws.make_tables()
    return VideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"))


@pytest.fixture
def pending(videos: VideosTable) -> PendingUploadsTable:
    return PendingUploadsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)


def test_every_change_of_a_video_is_taken_from_its_upload_on(
    videos: VideosTable, pending: PendingUploadsTable
) -> None:
    pending.expect(VIDEO_ID, within=timedelta(hours=1), details=Details())
    writes: list[Write] = [
        lambda: videos.create(VIDEO_ID, size_bytes=1),
        lambda: videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1, total_frames=25),
        lambda: videos.fail(VIDEO_ID, failures.processing_lost()),
        lambda: videos.delete(VIDEO_ID),
    ]
    records = [record_of(write) for write in writes]
    assert [change_of(record).is_nothing for record in records] == [False] * 4
    assert [is_taken(record) for record in records] == [True] * 4


def test_no_look_at_an_upload_that_may_never_come_is_taken(pending: PendingUploadsTable) -> None:
    writes: list[Write] = [
        lambda: pending.expect(VIDEO_ID, within=timedelta(hours=1), details=Details()),
        lambda: pending.defer(VIDEO_ID, until="2027-01-01T00:00:00.000000Z"),
    ]
    records = [record_of(write) for write in writes]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY"]
    assert all(change_of(record).is_nothing for record in records)
    assert not any(is_taken(record) for record in records)


def test_a_record_that_nobody_expected_is_taken(videos: VideosTable) -> None:
    record = record_of(lambda: videos.create(VIDEO_ID, size_bytes=1))
    assert record["eventName"] == "INSERT"
    assert is_taken(record)


def test_rows_of_shelves_call_nobody(videos: VideosTable) -> None:
    videos.create(VIDEO_ID, size_bytes=1)
    video = videos.find(VIDEO_ID)
    assert video
    rows = ShelfRowsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)
    for row_id in (row.row_id for row in rows_of(video)):
        records = [record_of(lambda: rows.arrange(video), row_id) for _ in range(2)]
        assert [record["eventName"] for record in records] == ["INSERT", "MODIFY"]
        assert not any(is_taken(record) for record in records)
