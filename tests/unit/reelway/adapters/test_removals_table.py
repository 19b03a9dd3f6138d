import pytest

from reelway import failures
from reelway.adapters.removals_table import RemovalsTable
from reelway.adapters.reruns_table import RerunsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.video import LadderState
from tests.support.doubles import moto_aws
from tests.support.samples import RUN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import OTHER_RUN, finish, found, number, start

OURS = failures.processing_failed()
LATER = "2027"
NOW, LONG_BEFORE = "2026-02-02T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z"


@pytest.fixture
def removals(table: VideosTable) -> RemovalsTable:
    """Beside three videos: 1 FAILED, 2 and 3 are READY."""
    for n in (1, 2, 3):
        table.create(number(n), size_bytes=1)
        start(table, video_id=number(n))
    table.fail(number(1), OURS)
    for n in (2, 3):
        table.finish(number(n), run_id=RUN_ID, renditions=[], ladder=LadderState.COMPLETE)
    return RemovalsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, now=lambda: NOW)


@pytest.fixture
def reruns() -> RerunsTable:
    return RerunsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"), now=lambda: NOW)


def test_videos_are_listed_from_the_oldest_on_until_they_are_settled(
    removals: RemovalsTable, table: VideosTable
) -> None:
    assert (list(removals.deleted(LATER)), list(removals.failed(LATER))) == ([], [number(1)])
    table.delete(number(3))
    table.delete(number(2))
    assert list(removals.deleted(LATER)) == [number(3), number(2)]
    assert list(removals.deleted("2026")) == list(removals.failed("2026")) == []
    for n in (1, 3):
        removals.settle(number(n))
    assert (list(removals.deleted(LATER)), list(removals.failed(LATER))) == ([number(2)], [])
    assert table.was_deleted(number(3))
    assert found(table, number(1)).failure == OURS


def test_a_video_that_failed_and_was_deleted_is_on_one_list(
    removals: RemovalsTable, table: VideosTable
) -> None:
    table.delete(number(1))
    assert (list(removals.deleted(LATER)), list(removals.failed(LATER))) == ([number(1)], [])


def test_a_removal_is_ordered_again_only_after_a_while(removals: RemovalsTable, table: VideosTable) -> None:
    table.delete(number(2))
    for n in (1, 2):
        assert removals.begin(number(n), unless_since=LONG_BEFORE)
        assert not removals.begin(number(n), unless_since=LONG_BEFORE)
        assert removals.begin(number(n), unless_since=LATER)


def test_what_is_wanted_is_not_removed(removals: RemovalsTable) -> None:
    assert not removals.begin(number(2), unless_since=LONG_BEFORE)
    assert not removals.begin(VIDEO_ID, unless_since=LONG_BEFORE)
    removals.settle(number(2))


def test_a_video_that_is_retried_in_the_meantime_keeps_its_files_and_its_list(
    removals: RemovalsTable, table: VideosTable, reruns: RerunsTable
) -> None:
    [video_id] = removals.failed(LATER)
    assert reruns.rerun(video_id, run_id=OTHER_RUN)
    assert removals.begin(video_id, unless_since=LONG_BEFORE) is None
    removals.settle(video_id)
    assert video_id in moto_aws.listed("open")


def test_a_video_whose_removal_was_ordered_is_not_retried_any_more_nor_finished_by_the_run_it_had(
    removals: RemovalsTable, table: VideosTable, reruns: RerunsTable
) -> None:
    [video_id] = removals.failed(LATER)
    assert removals.begin(video_id, unless_since=LONG_BEFORE)
    assert not reruns.rerun(video_id, run_id=OTHER_RUN)
    assert not finish(table, video_id=video_id)
    removals.settle(video_id)
    assert not reruns.rerun(video_id, run_id=OTHER_RUN)
    assert found(table, video_id).failure == OURS


@pytest.mark.parametrize("is_ordered", [True, False])
def test_a_video_knows_that_nothing_of_it_is_left(
    removals: RemovalsTable, table: VideosTable, reruns: RerunsTable, is_ordered: bool
) -> None:
    """Also where nothing was left that could have been removed."""
    [video_id] = removals.failed(LATER)
    assert found(table, video_id).removed_at is None
    if is_ordered:
        removals.begin(video_id, unless_since=LONG_BEFORE)
        assert found(table, video_id).removed_at == NOW
    removals.settle(video_id)
    assert found(table, video_id).removed_at == NOW
    assert not reruns.rerun(video_id, run_id=OTHER_RUN)


def test_deleting_a_failed_video_orders_its_removal_anew(removals: RemovalsTable, table: VideosTable) -> None:
    removals.begin(number(1), unless_since=LONG_BEFORE)
    table.delete(number(1))
    assert removals.begin(number(1), unless_since=LONG_BEFORE)
