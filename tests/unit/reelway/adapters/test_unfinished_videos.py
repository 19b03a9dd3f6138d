from collections.abc import Callable
from typing import Any

import pytest

from reelway.adapters.telemetry import Metrics
from reelway.adapters.unfinished_videos import UnfinishedVideosTable
from reelway.adapters.videos_table import VideosTable
from reelway.errors import StorageFailed
from reelway.ports.unfinished import Unfinished, Work
from reelway.video import LadderState, State
from tests.support.doubles import moto_aws
from tests.support.samples import EXECUTION, RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import FAILURE, clock, finish, number, publish_source, start

LATER = "2027"


@pytest.fixture
def table(mocked_aws: None) -> VideosTable:
    moto_aws.make_tables()
    return VideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"), now=clock())


@pytest.fixture
def unfinished(table: VideosTable) -> UnfinishedVideosTable:
    return UnfinishedVideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, now=lambda: LATER)


def ids(lists: UnfinishedVideosTable, work: Work, before: str = LATER) -> list[str]:
    return [entry.video_id for entry in lists.page(work, after=None, before=before, limit=10)]


def the_only(lists: UnfinishedVideosTable) -> Unfinished:
    [video] = lists.read([VIDEO_ID]).videos
    return video


def put(**fields: dict[str, str]) -> None:
    item: Any = {"videoId": {"S": VIDEO_ID}, **fields}
    moto_aws.client("dynamodb").put_item(TableName=moto_aws.VIDEOS, Item=item)


def test_unfinished_videos_are_listed_from_the_oldest_change_on(
    table: VideosTable, unfinished: UnfinishedVideosTable
) -> None:
    for n in range(4):
        table.create(number(n), size_bytes=1)  # at second n
    table.fail(number(0), FAILURE)  # at second 4
    finish(table, video_id=number(1))  # at second 5
    start(table, video_id=number(2))  # at second 6
    assert ids(unfinished, Work.VIDEOS) == [number(3), number(2)]
    assert ids(unfinished, Work.VIDEOS, before="2026-01-01T00:00:06.000000Z") == [number(3)]


def test_unfinished_ladders_are_listed_until_they_end_or_their_video_is_deleted(
    table: VideosTable, unfinished: UnfinishedVideosTable
) -> None:
    for n in range(5):
        table.create(number(n), size_bytes=1)
        start(table, video_id=number(n))
        publish_source(table, video_id=number(n))
    table.complete_ladder(number(1), run_id=RUN_ID, renditions=[RENDITION])
    table.fail_ladder(number(2), FAILURE)
    table.delete(number(3))
    assert ids(unfinished, Work.LADDERS) == [number(0), number(4)]
    assert ids(unfinished, Work.VIDEOS) == []


def test_a_video_that_is_complete_at_once_was_never_on_the_list_of_ladders(
    table: VideosTable, unfinished: UnfinishedVideosTable
) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    finish(table)
    assert ids(unfinished, Work.LADDERS) == []


@pytest.mark.parametrize("work", Work)
def test_a_page_begins_behind_an_entry_and_the_rest_can_be_counted(
    table: VideosTable, unfinished: UnfinishedVideosTable, work: Work
) -> None:
    for n in range(5):
        table.create(number(n), size_bytes=1)
        if work is Work.LADDERS:
            publish_source(table, video_id=number(n))
    first = unfinished.page(work, after=None, before=LATER, limit=2)
    rest = unfinished.page(work, after=first[-1], before=LATER, limit=10)
    assert [entry.video_id for entry in (*first, *rest)] == [number(n) for n in range(5)]
    assert unfinished.count(work, after=first[-1], before=LATER) == 3


def test_records_are_read_in_the_order_that_was_asked_for(
    table: VideosTable, unfinished: UnfinishedVideosTable
) -> None:
    asked = [number(n) for n in (3, 1, 4, 2)]
    for video_id in sorted(asked):
        table.create(video_id, size_bytes=1)
    assert [video.video_id for video in unfinished.read([*asked, UNKNOWN_ID]).videos] == asked


def test_what_is_read_is_what_settling_needs(table: VideosTable, unfinished: UnfinishedVideosTable) -> None:
    begun = [f"2026-01-01T00:00:0{second}.000000Z" for second in range(3)]
    table.create(VIDEO_ID, size_bytes=1)
    assert the_only(unfinished) == Unfinished(VIDEO_ID, State.UPLOADED, None, VIDEO_ID, begun[0])
    start(table)
    assert the_only(unfinished) == Unfinished(VIDEO_ID, State.PROCESSING, None, EXECUTION, begun[1])
    publish_source(table)
    assert the_only(unfinished) == Unfinished(
        VIDEO_ID, State.READY, LadderState.ENCODING, EXECUTION, begun[2]
    )


def test_a_deleted_video_is_left_out(table: VideosTable, unfinished: UnfinishedVideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.delete(VIDEO_ID)
    assert unfinished.read([VIDEO_ID]).videos == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"state": {"S": "LOST"}},
        {"state": {"N": "1"}},
        {"state": {"S": "READY"}, "ladder": {"S": "climbing"}},
        {"state": {"S": "UPLOADED"}, "replans": {"S": "many"}},
        {"state": {"S": "UPLOADED"}, "replannedAt": {"N": "1"}},
    ],
)
def test_a_record_that_is_not_as_expected_is_named_and_the_others_are_read(
    table: VideosTable, unfinished: UnfinishedVideosTable, fields: dict[str, dict[str, str]]
) -> None:
    put(**fields)
    table.create(UNKNOWN_ID, size_bytes=1)
    found = unfinished.read([VIDEO_ID, UNKNOWN_ID])
    assert [video.video_id for video in found.videos] == [UNKNOWN_ID]
    assert [*found.unreadable] == [VIDEO_ID]


def test_asking_for_planning_again_is_noted_once_for_what_was_seen(
    table: VideosTable, unfinished: UnfinishedVideosTable
) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    seen = the_only(unfinished)
    for _ in range(2):
        unfinished.note_replan(seen)
    noted = the_only(unfinished)
    assert (noted.replans, noted.replanned_at) == (1, LATER)
    unfinished.note_replan(noted)
    assert the_only(unfinished).replans == 2


def test_nothing_is_noted_of_a_deleted_video(table: VideosTable, unfinished: UnfinishedVideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    seen = the_only(unfinished)
    table.delete(VIDEO_ID)
    unfinished.note_replan(seen)
    item = moto_aws.client("dynamodb").get_item(TableName=moto_aws.VIDEOS, Key={"videoId": {"S": VIDEO_ID}})
    assert "replans" not in item["Item"]


def test_a_missing_table_is_a_storage_failure_in_every_call(mocked_aws: None) -> None:
    lists = UnfinishedVideosTable(moto_aws.client("dynamodb"), "nowhere")
    calls: list[Callable[[], object]] = [
        lambda: lists.page(Work.VIDEOS, after=None, before=LATER, limit=1),
        lambda: lists.count(Work.VIDEOS, after=None, before=LATER),
        lambda: lists.read([VIDEO_ID]),
        lambda: lists.note_replan(Unfinished(VIDEO_ID, State.UPLOADED, None, VIDEO_ID, LATER)),
    ]
    for call in calls:
        with pytest.raises(StorageFailed):
            call()
