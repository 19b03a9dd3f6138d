"""States and progress of videos in their table."""

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.errors import StorageFailed
from reelway.video import Failure, State, Video
from tests.support.doubles import moto_aws
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import FAILURE, OTHER_RUN, finish, found, ready_ids, start


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


def test_the_same_change_again_changes_nothing(table: VideosTable) -> None:
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
        ("VideosFailed", None),
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


def test_progress_says_whether_the_video_is_still_wanted(table: VideosTable) -> None:
    def is_wanted(run_id: str = RUN_ID) -> bool:
        return table.add_progress(VIDEO_ID, run_id=run_id, frames=0)

    table.create(VIDEO_ID, size_bytes=1)
    assert not is_wanted()
    start(table)
    assert is_wanted()
    assert not is_wanted(OTHER_RUN)
    table.delete(VIDEO_ID)
    assert not is_wanted()


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
        ready_ids,
    ]
    for call in calls:
        with pytest.raises(StorageFailed) as caught:
            call()
        assert isinstance(caught.value.__cause__, ClientError)
