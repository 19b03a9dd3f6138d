import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from reelway.adapters import video_items
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.errors import StorageFailed
from reelway.video import Failure, LadderState, State, Video
from tests.support.doubles import moto_aws
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID

OTHER_RUN = "00000000-1111-4222-8333-444444444444"
FAILURE = Failure("no_video", "The file holds no video stream.")


def clock() -> Callable[[], str]:
    seconds = count()
    return lambda: f"2026-01-01T00:00:{next(seconds):02d}.000000Z"


@pytest.fixture
def table(mocked_aws: None) -> VideosTable:
    moto_aws.make_tables()
    return VideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"), now=clock())


def found(table: VideosTable, video_id: str = VIDEO_ID) -> Video:
    video = table.find(video_id)
    assert video
    return video


def start(table: VideosTable, run_id: str = RUN_ID, video_id: str = VIDEO_ID) -> bool:
    return table.start(video_id, run_id=run_id, duration_s=30.04, total_frames=750)


def finish(table: VideosTable, run_id: str = RUN_ID, video_id: str = VIDEO_ID) -> bool:
    return table.finish(video_id, run_id=run_id, renditions=[RENDITION], ladder=LadderState.COMPLETE)


def publish_source(table: VideosTable, video_id: str = VIDEO_ID) -> bool:
    return table.finish(video_id, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)


def number(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


def test_an_unknown_video_is_not_found(table: VideosTable) -> None:
    assert table.find(UNKNOWN_ID) is None


def test_a_created_video_is_uploaded_at_version_one(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1234)
    now = "2026-01-01T00:00:00.000000Z"
    assert found(table) == Video(VIDEO_ID, State.UPLOADED, 1, now, now, size_bytes=1234)


def test_creating_again_changes_nothing(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1234)
    start(table)
    before = found(table)
    table.create(VIDEO_ID, size_bytes=99)
    assert found(table) == before


def test_starting_records_the_run_and_what_is_known_of_the_file(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1234)
    assert start(table)
    video = found(table)
    assert (video.state, video.version, video.run_id) == (State.PROCESSING, 2, RUN_ID)
    assert (video.duration_s, video.progress, video.size_bytes) == (30.04, 0.0, 1234)
    assert video.created_at < video.updated_at


def test_finishing_records_the_renditions_exactly(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1234)
    start(table)
    assert finish(table)
    video = found(table)
    assert (video.state, video.version, video.progress) == (State.READY, 3, 1.0)
    assert video.renditions == (RENDITION,)


@pytest.mark.parametrize("is_started", [False, True])
def test_a_video_fails_from_any_state_before_the_end(table: VideosTable, is_started: bool) -> None:
    table.create(VIDEO_ID, size_bytes=1234)
    if is_started:
        start(table)
    assert table.fail(VIDEO_ID, FAILURE)
    assert (found(table).state, found(table).failure) == (State.FAILED, FAILURE)


def test_nothing_happens_to_a_video_that_was_never_created(table: VideosTable) -> None:
    assert not start(table)
    assert not finish(table)
    assert not table.fail(VIDEO_ID, FAILURE)
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=1)
    table.unlist(VIDEO_ID)
    assert table.find(VIDEO_ID) is None


def test_a_ready_video_takes_no_other_state(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    finish(table)
    before = found(table)
    assert not start(table)
    assert not table.fail(VIDEO_ID, FAILURE)
    assert not finish(table, OTHER_RUN)
    assert found(table) == before


def test_a_failed_video_takes_no_other_state(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    table.fail(VIDEO_ID, FAILURE)
    before = found(table)
    assert not start(table)
    assert not finish(table)
    assert not table.fail(VIDEO_ID, Failure("other", "Another reason."))
    assert found(table) == before


def test_another_run_cannot_start_what_is_being_processed(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    assert not start(table, OTHER_RUN)
    assert found(table).run_id == RUN_ID


def test_the_same_change_again_is_none(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    assert [start(table), start(table)] == [True, False]
    assert [finish(table), finish(table)] == [True, False]
    assert found(table).version == 3


def test_a_write_whose_answer_was_lost_is_ours_when_it_is_repeated(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert start(table)
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert table.fail(VIDEO_ID, FAILURE)
    assert found(table).version == 3


def counted(output: str) -> list[tuple[str, str | None]]:
    """(metric, its code dimension) of each embedded metric in a function's output."""
    documents = [json.loads(line) for line in output.splitlines() if "_aws" in line]
    return [
        (document["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], document.get("code"))
        for document in documents
    ]


def test_each_change_of_state_is_counted_once(table: VideosTable, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        table.create(VIDEO_ID, size_bytes=1)
        table.create(UNKNOWN_ID, size_bytes=1)
        start(table)
        finish(table)
        table.fail(UNKNOWN_ID, FAILURE)
    assert counted(capsys.readouterr().out) == [
        ("VideosUploaded", None),
        ("VideosUploaded", None),
        ("VideosReady", None),
        ("VideosFailed", "no_video"),
    ]


def test_frames_add_up_to_progress_without_a_new_version(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    for frames in (75, 300):
        table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=frames)
    assert (found(table).progress, found(table).version) == (0.5, 2)


def test_progress_stays_below_one_until_the_video_is_ready(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=10_000)
    assert found(table).progress == 0.99


def test_frames_of_another_run_or_after_the_end_do_not_count(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=10)
    start(table)
    table.add_progress(VIDEO_ID, run_id=OTHER_RUN, frames=10)
    assert found(table).progress == 0.0
    table.fail(VIDEO_ID, FAILURE)
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=10)
    assert found(table).progress == 0.0


def test_the_ready_list_holds_ready_videos_only_newest_first(table: VideosTable) -> None:
    for n in range(5):
        table.create(number(n), size_bytes=1)
    for n in (2, 0, 1, 3):
        start(table, video_id=number(n))
    for n in (1, 2, 0):
        finish(table, video_id=number(n))
    table.fail(number(3), FAILURE)
    assert list(table.ready_ids()) == [number(0), number(2), number(1)]


def test_the_ready_list_goes_on_past_the_first_page(
    table: VideosTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        table.create(number(n), size_bytes=1)
        finish(table, video_id=number(n))
    pages = 0

    def small_pages(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        nonlocal pages
        pages += operation == "Query"
        return call(client, operation, asked | ({"Limit": 2} if operation == "Query" else {}))

    call: Any = BaseClient._make_api_call  # type: ignore[attr-defined, unused-ignore]
    monkeypatch.setattr(BaseClient, "_make_api_call", small_pages)
    assert list(table.ready_ids()) == [number(n) for n in (4, 3, 2, 1, 0)]
    assert pages == 3


def test_an_unlisted_video_is_still_ready_but_off_the_list(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    finish(table)
    table.unlist(VIDEO_ID)
    table.unlist(VIDEO_ID)
    assert list(table.ready_ids()) == []
    assert found(table).state is State.READY


def test_a_failed_video_is_on_no_list_any_more(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.fail(VIDEO_ID, FAILURE)
    scanned = moto_aws.client("dynamodb").scan(TableName=moto_aws.VIDEOS, IndexName="byListing")
    assert scanned["Items"] == []


def test_unlisting_leaves_videos_that_are_not_on_the_ready_list_alone(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    table.unlist(VIDEO_ID)
    assert [video.video_id for video in table.unfinished_since("2027")] == [VIDEO_ID]


def test_unfinished_videos_are_those_that_changed_before_the_time_and_have_not_ended(
    table: VideosTable,
) -> None:
    for n in range(4):
        table.create(number(n), size_bytes=1)  # at second n
    table.fail(number(0), FAILURE)  # at second 4
    finish(table, video_id=number(1))  # at second 5
    start(table, video_id=number(2))  # at second 6
    listed = [(v.video_id, v.state) for v in table.unfinished_since("2026-01-01T00:00:05.999999Z")]
    assert listed == [(number(3), State.UPLOADED)]
    listed = [(v.video_id, v.state) for v in table.unfinished_since("2026-01-01T00:00:06.000001Z")]
    assert listed == [(number(2), State.PROCESSING), (number(3), State.UPLOADED)]


def test_an_index_that_lags_behind_names_no_finished_video(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    finish(table)
    moto_aws.client("dynamodb").update_item(
        TableName=moto_aws.VIDEOS,
        Key={"videoId": {"S": VIDEO_ID}},
        UpdateExpression="SET listing = :open",
        ExpressionAttributeValues={":open": {"S": video_items.OPEN_LIST}},
    )
    assert list(table.unfinished_since("2027")) == []


def test_a_missing_table_is_a_storage_failure_in_every_call(mocked_aws: None) -> None:
    table = VideosTable(moto_aws.client("dynamodb"), "nowhere", Metrics("reelway"))
    calls: list[Callable[[], object]] = [
        lambda: table.find(VIDEO_ID),
        lambda: table.create(VIDEO_ID, size_bytes=1),
        lambda: start(table),
        lambda: finish(table),
        lambda: table.fail(VIDEO_ID, FAILURE),
        lambda: table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=1),
        lambda: table.unlist(VIDEO_ID),
        lambda: list(table.ready_ids()),
        lambda: list(table.unfinished_since("2027")),
    ]
    for call in calls:
        with pytest.raises(StorageFailed) as caught:
            call()
        assert isinstance(caught.value.__cause__, ClientError)


def test_a_ladder_is_completed_once_by_its_own_run_without_a_new_version(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    assert publish_source(table)
    version = found(table).version
    assert not table.complete_ladder(VIDEO_ID, run_id=OTHER_RUN, renditions=[])
    assert table.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION, RENDITION])
    assert not table.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[])
    video = found(table)
    assert (video.state, video.version, video.ladder) == (State.READY, version, LadderState.COMPLETE)
    assert (video.renditions, video.ladder_progress) == ((RENDITION, RENDITION), 1.0)


def test_progress_goes_on_behind_a_ready_video(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    publish_source(table)
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=375)
    assert (found(table).progress, found(table).ladder_progress) == (1.0, 0.5)
    table.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION])
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=375)
    assert found(table).ladder_progress == 1.0


def test_a_ladder_that_fails_leaves_the_video_ready_and_is_counted_once(
    table: VideosTable, capsys: pytest.CaptureFixture[str]
) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    assert not table.fail_ladder(VIDEO_ID, FAILURE)
    publish_source(table)
    assert [table.fail_ladder(VIDEO_ID, FAILURE) for _ in range(2)] == [True, False]
    video = found(table)
    assert (video.state, video.ladder, video.failure) == (State.READY, LadderState.FAILED, FAILURE)
    assert list(table.ready_ids()) == [VIDEO_ID]
    assert capsys.readouterr().out.count('"LaddersFailed":[1.0]') == 1


def test_an_answer_about_a_ladder_that_was_lost_is_still_ours(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    publish_source(table)
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert table.fail_ladder(VIDEO_ID, FAILURE)


def test_unfinished_ladders_are_those_of_videos_that_became_ready_in_a_span_of_time(
    table: VideosTable,
) -> None:
    for n in range(3):
        table.create(number(n), size_bytes=1)  # at second n
        start(table, video_id=number(n))
    publish_source(table, video_id=number(0))  # at second 6
    finish(table, video_id=number(1))
    publish_source(table, video_id=number(2))  # at second 8
    span = [f"2026-01-01T00:00:{second}Z" for second in ("05.5", "06.5", "09")]
    assert [video.video_id for video in table.unfinished_ladders(span[0], span[1])] == [number(0)]
    assert [video.video_id for video in table.unfinished_ladders(span[1], span[2])] == [number(2)]
