"""The way back from a failure of ours, and that there is no other one."""

import pytest

from reelway import failures
from reelway.adapters.reruns_table import RerunsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.video_lists import VideoLists
from reelway.adapters.videos_table import VideosTable
from reelway.failure_codes import FailureCode, is_retryable
from reelway.video import Failure, LadderState, State
from tests.support.doubles import moto_aws
from tests.support.readers.metrics import written
from tests.support.samples import EXECUTION, RENDITION, RUN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import (
    OTHER_RUN,
    clock,
    finish,
    found,
    publish_source,
    start,
)

OURS = failures.processing_failed()


@pytest.fixture
def reruns(table: VideosTable) -> RerunsTable:
    """Beside the table, in which a video was started."""
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    return RerunsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"), now=clock())


def listed(listing: str) -> list[str]:
    return list(VideoLists(moto_aws.client("dynamodb"), moto_aws.VIDEOS).ids(listing))


@pytest.mark.parametrize("code", FailureCode)
def test_a_video_that_failed_by_us_is_uploaded_again_and_no_other(
    table: VideosTable, reruns: RerunsTable, code: FailureCode
) -> None:
    table.fail(VIDEO_ID, Failure(code, "…"))
    before = found(table)
    assert reruns.rerun(VIDEO_ID, run_id=OTHER_RUN) is is_retryable(code)
    if not is_retryable(code):
        assert found(table) == before
        return
    video = found(table)
    assert (video.state, video.version, video.progress) == (State.UPLOADED, before.version + 1, 0.0)
    assert (video.run_id, video.reruns, video.failure) == (OTHER_RUN, 1, None)
    assert (listed("failed"), listed("open")) == ([], [VIDEO_ID])


def test_the_second_of_two_reruns_changes_nothing(table: VideosTable, reruns: RerunsTable) -> None:
    table.fail(VIDEO_ID, OURS)
    assert [reruns.rerun(VIDEO_ID, run_id=run_id) for run_id in (OTHER_RUN, "third")] == [True, False]
    assert found(table).run_id == OTHER_RUN


def test_a_rerun_whose_answer_was_lost_is_ours_when_it_is_repeated(
    table: VideosTable, reruns: RerunsTable
) -> None:
    table.fail(VIDEO_ID, OURS)
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert reruns.rerun(VIDEO_ID, run_id=OTHER_RUN)
    assert found(table).reruns == 1


def test_the_run_that_is_waited_for_starts_and_finishes_and_no_earlier_one(
    table: VideosTable, reruns: RerunsTable
) -> None:
    table.fail(VIDEO_ID, OURS)
    reruns.rerun(VIDEO_ID, run_id=OTHER_RUN)
    assert [start(table, RUN_ID), finish(table, RUN_ID)] == [False, False]
    assert [start(table, OTHER_RUN), finish(table, OTHER_RUN)] == [True, True]
    assert found(table).state is State.READY


def test_a_ladder_that_failed_by_us_is_encoded_again_and_the_video_stays_ready(
    table: VideosTable, reruns: RerunsTable
) -> None:
    publish_source(table)
    table.fail_ladder(VIDEO_ID, OURS)
    before = found(table)
    assert [reruns.rerun(VIDEO_ID, run_id=OTHER_RUN) for _ in range(2)] == [True, False]
    video = found(table)
    assert (video.state, video.ladder, video.failure) == (State.READY, LadderState.ENCODING, None)
    assert (video.version, video.renditions, video.ladder_progress) == (before.version, (RENDITION,), 0.0)
    assert listed("ready") == [VIDEO_ID]
    assert not table.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[])
    assert table.complete_ladder(VIDEO_ID, run_id=OTHER_RUN, renditions=[RENDITION])


def test_a_ladder_that_failed_by_the_file_is_not_encoded_again(
    table: VideosTable, reruns: RerunsTable
) -> None:
    publish_source(table)
    table.fail_ladder(VIDEO_ID, Failure("undecodable", "It is damaged."))
    assert not reruns.rerun(VIDEO_ID, run_id=OTHER_RUN)


@pytest.mark.parametrize("is_ready", [False, True])
def test_what_has_not_failed_or_was_deleted_is_not_begun_again(
    table: VideosTable, reruns: RerunsTable, is_ready: bool
) -> None:
    assert not reruns.rerun(VIDEO_ID, run_id=OTHER_RUN)
    if is_ready:
        finish(table)
    else:
        table.fail(VIDEO_ID, OURS)
        table.delete(VIDEO_ID)
    assert not reruns.rerun(VIDEO_ID, run_id=OTHER_RUN)


def test_a_run_that_was_given_up_and_went_on_to_its_end_makes_its_video_ready(
    table: VideosTable, reruns: RerunsTable
) -> None:
    """As one that a person redrives in the console of Step Functions."""
    table.fail(VIDEO_ID, OURS)
    assert not finish(table, OTHER_RUN)
    assert not publish_source(table)
    assert finish(table)
    assert (found(table).state, found(table).failure) == (State.READY, None)
    assert (listed("failed"), listed("ready")) == ([], [VIDEO_ID])


def test_a_run_that_failed_by_the_file_makes_no_video_ready(table: VideosTable, reruns: RerunsTable) -> None:
    table.fail(VIDEO_ID, Failure("undecodable", "It is damaged."))
    assert not finish(table)


def test_a_ladder_that_was_given_up_and_went_on_to_its_end_is_complete(
    table: VideosTable, reruns: RerunsTable
) -> None:
    publish_source(table)
    table.fail_ladder(VIDEO_ID, OURS)
    assert not table.complete_ladder(VIDEO_ID, run_id=OTHER_RUN, renditions=[])
    assert table.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION])
    assert (found(table).ladder, found(table).failure) == (LadderState.COMPLETE, None)


@pytest.mark.parametrize(("failure", "count"), [(OURS, 1), (Failure("no_video", "It has none."), 0)])
@pytest.mark.parametrize("is_ladder", [False, True])
def test_what_failed_by_us_is_counted_once_without_a_dimension(
    table: VideosTable,
    reruns: RerunsTable,
    failure: Failure,
    count: int,
    is_ladder: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if is_ladder:
        publish_source(table)
    fail = table.fail_ladder if is_ladder else table.fail
    for _ in range(2):
        fail(VIDEO_ID, failure)
    assert capsys.readouterr().out.count('"VideosFailedByUs":[1.0]') == count


def test_a_run_that_was_lost_has_another_one_in_its_place_and_the_video_is_processed_on(
    table: VideosTable, reruns: RerunsTable
) -> None:
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=300)
    before = found(table)
    assert reruns.rerun_lost(VIDEO_ID, run_id=OTHER_RUN, execution=EXECUTION)
    video = found(table)
    assert (video.state, video.version, video.progress) == (State.PROCESSING, before.version + 1, 0.0)
    assert (video.run_id, video.reruns, video.rerun_id) == (OTHER_RUN, 1, OTHER_RUN)
    assert listed("open") == [VIDEO_ID]


def test_a_ladder_whose_run_was_lost_is_encoded_on_by_another_one(
    table: VideosTable, reruns: RerunsTable
) -> None:
    publish_source(table)
    table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=300)
    before = found(table)
    assert reruns.rerun_lost(VIDEO_ID, run_id=OTHER_RUN, execution=EXECUTION)
    video = found(table)
    assert (video.state, video.ladder, video.ladder_progress) == (State.READY, LadderState.ENCODING, 0.0)
    assert (video.version, video.run_id, video.reruns) == (before.version, OTHER_RUN, 1)
    assert listed("ready") == [VIDEO_ID]


@pytest.mark.parametrize("is_ladder", [False, True])
def test_what_comes_late_of_the_lost_run_changes_nothing(
    table: VideosTable, reruns: RerunsTable, is_ladder: bool
) -> None:
    if is_ladder:
        publish_source(table)
    reruns.rerun_lost(VIDEO_ID, run_id=OTHER_RUN, execution=EXECUTION)
    before = found(table)
    late = [
        table.add_progress(VIDEO_ID, run_id=RUN_ID, frames=1),
        finish(table),
        table.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[]),
        table.fail(VIDEO_ID, OURS, execution=EXECUTION),
        table.fail_ladder(VIDEO_ID, OURS, execution=EXECUTION),
    ]
    assert (any(late), found(table)) == (False, before)


def test_of_two_that_find_a_run_lost_one_begins_another(table: VideosTable, reruns: RerunsTable) -> None:
    begun = [reruns.rerun_lost(VIDEO_ID, run_id=run, execution=EXECUTION) for run in (OTHER_RUN, "third")]
    assert (begun, found(table).run_id, found(table).reruns) == ([True, False], OTHER_RUN, 1)


def test_a_lost_run_of_an_earlier_release_has_another_one_in_its_place(
    table: VideosTable, reruns: RerunsTable
) -> None:
    moto_aws.client("dynamodb").update_item(
        TableName=moto_aws.VIDEOS,
        Key={"videoId": {"S": VIDEO_ID}},
        UpdateExpression="REMOVE runId, execution",
    )
    assert not reruns.rerun_lost(VIDEO_ID, run_id=OTHER_RUN, execution=EXECUTION)
    assert reruns.rerun_lost(VIDEO_ID, run_id=OTHER_RUN, execution=VIDEO_ID)


@pytest.mark.parametrize("comes", ["READY", "FAILED", "deleted", "begun again"])
def test_a_run_is_not_lost_whose_video_has_ended_or_was_begun_again(
    table: VideosTable, reruns: RerunsTable, comes: str
) -> None:
    if comes == "READY":
        finish(table)
    elif comes == "deleted":
        table.delete(VIDEO_ID)
    else:
        table.fail(VIDEO_ID, OURS)
    if comes == "begun again":
        reruns.rerun(VIDEO_ID, run_id=OTHER_RUN)
    before = table.find(VIDEO_ID)
    assert not reruns.rerun_lost(VIDEO_ID, run_id="third", execution=EXECUTION)
    assert table.find(VIDEO_ID) == before


def test_a_lost_run_is_counted_as_an_interruption(
    reruns: RerunsTable, capsys: pytest.CaptureFixture[str]
) -> None:
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert reruns.rerun_lost(VIDEO_ID, run_id=OTHER_RUN, execution=EXECUTION)
    assert not reruns.rerun_lost(VIDEO_ID, run_id="third", execution=EXECUTION)
    assert written(capsys, "StepsInterrupted") == [1]
