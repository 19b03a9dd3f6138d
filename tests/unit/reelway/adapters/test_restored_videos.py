"""Tombstones of which videos are made again."""

from dataclasses import replace

import pytest

from reelway import failures
from reelway.adapters.deleted_videos import DeletedVideosTable
from reelway.adapters.ready_index import ReadyListIndex
from reelway.adapters.removals_table import RemovalsTable
from reelway.adapters.reruns_table import RerunsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.video_lists import VideoLists
from reelway.adapters.videos_table import VideosTable
from reelway.ports.deleted import Deleted
from reelway.video import LadderState, State, Video
from tests.support.doubles import moto_aws
from tests.support.readers.metrics import written
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import OTHER_RUN, finish, found, publish_source, start

EVER, LATER = "2026", "2027"


@pytest.fixture
def deleted(table: VideosTable) -> DeletedVideosTable:
    return DeletedVideosTable(
        moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"), now=table._now
    )


@pytest.fixture
def removals(table: VideosTable) -> RemovalsTable:
    return RemovalsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, now=table._now)


@pytest.fixture
def uploaded(table: VideosTable) -> VideosTable:
    table.create(VIDEO_ID, size_bytes=1)
    return table


@pytest.fixture
def ready(uploaded: VideosTable) -> VideosTable:
    start(uploaded)
    assert finish(uploaded)
    return uploaded


def tombstone(deleted: DeletedVideosTable) -> Deleted:
    there = deleted.find(VIDEO_ID)
    assert there
    return there


def restored(table: VideosTable, deleted: DeletedVideosTable, *, is_whole: bool = True) -> Video:
    """The video after it was deleted and has come back."""
    assert table.delete(VIDEO_ID)
    assert deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    assert deleted.restore(tombstone(deleted), run_id=OTHER_RUN, is_whole=is_whole)
    return found(table)


def test_a_ready_video_is_ready_again_and_first_on_the_list(
    ready: VideosTable, deleted: DeletedVideosTable, capsys: pytest.CaptureFixture[str]
) -> None:
    before = found(ready)
    video = restored(ready, deleted)
    assert video == replace(before, version=before.version + 2, updated_at=video.updated_at)
    assert moto_aws.listed("ready") == [VIDEO_ID]
    assert not ready.was_deleted(VIDEO_ID)
    assert written(capsys, "VideosRestored") == [1]


def test_a_ready_video_whose_media_are_not_whole_is_processed_from_the_beginning(
    ready: VideosTable, deleted: DeletedVideosTable
) -> None:
    video = restored(ready, deleted, is_whole=False)
    assert (video.state, video.rerun_id, video.reruns, video.ladder) == (State.UPLOADED, OTHER_RUN, 1, None)
    assert moto_aws.listed("open") == [VIDEO_ID]
    assert start(ready, run_id=OTHER_RUN)
    assert finish(ready, run_id=OTHER_RUN)
    assert moto_aws.listed("ready") == [VIDEO_ID]


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_video_that_was_being_processed_waits_for_another_run(
    uploaded: VideosTable, deleted: DeletedVideosTable, is_begun: bool
) -> None:
    if is_begun:
        start(uploaded)
        uploaded.add_progress(VIDEO_ID, run_id=RUN_ID, frames=10)
    video = restored(uploaded, deleted)
    assert (video.state, video.rerun_id, video.progress) == (State.UPLOADED, OTHER_RUN, 0)
    assert not uploaded.add_progress(VIDEO_ID, run_id=RUN_ID, frames=1)
    assert not uploaded.fail(VIDEO_ID, failures.processing_lost(), execution=f"{VIDEO_ID}_{RUN_ID}")


def test_a_ladder_that_was_being_encoded_is_begun_again_behind_its_ready_video(
    uploaded: VideosTable, deleted: DeletedVideosTable
) -> None:
    start(uploaded)
    publish_source(uploaded)
    video = restored(uploaded, deleted)
    assert (video.state, video.ladder, video.rerun_id) == (State.READY, LadderState.ENCODING, OTHER_RUN)
    assert moto_aws.listed("ready") == [VIDEO_ID]
    assert uploaded.complete_ladder(VIDEO_ID, run_id=OTHER_RUN, renditions=[RENDITION])


def test_a_failed_video_has_failed_again_and_can_be_retried(
    uploaded: VideosTable, deleted: DeletedVideosTable
) -> None:
    uploaded.fail(VIDEO_ID, failures.processing_lost())
    video = restored(uploaded, deleted)
    assert (video.state, video.failure) == (State.FAILED, failures.processing_lost())
    assert moto_aws.listed("failed") == [VIDEO_ID]
    reruns = RerunsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"))
    assert reruns.rerun(VIDEO_ID, run_id=OTHER_RUN)


def test_a_failed_video_whose_files_were_removed_stays_without_them(
    uploaded: VideosTable, deleted: DeletedVideosTable, removals: RemovalsTable
) -> None:
    uploaded.fail(VIDEO_ID, failures.processing_lost())
    removals.begin(VIDEO_ID, unless_since=EVER)
    assert restored(uploaded, deleted).removed_at
    assert list(removals.failed(LATER)) == [VIDEO_ID]
    assert removals.begin(VIDEO_ID, unless_since=LATER)


def test_nothing_is_restored_that_was_not_ordered_to_be_or_twice(
    ready: VideosTable, deleted: DeletedVideosTable
) -> None:
    assert not deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    assert not deleted.order_restoring(UNKNOWN_ID, deleted_since=EVER)
    ready.delete(VIDEO_ID)
    assert not deleted.restore(tombstone(deleted), run_id=OTHER_RUN, is_whole=True)
    assert deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    assert not deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    there = tombstone(deleted)
    assert deleted.restore(there, run_id=OTHER_RUN, is_whole=True)
    assert not deleted.restore(there, run_id=OTHER_RUN, is_whole=True)
    assert deleted.find(VIDEO_ID) is None


def test_a_video_that_was_deleted_too_long_ago_is_not_restored(
    ready: VideosTable, deleted: DeletedVideosTable
) -> None:
    ready.delete(VIDEO_ID)
    assert not deleted.order_restoring(VIDEO_ID, deleted_since=LATER)


@pytest.mark.parametrize("is_hidden", [False, True])
def test_of_restoring_and_removing_for_good_the_first_wins(
    ready: VideosTable, deleted: DeletedVideosTable, removals: RemovalsTable, is_hidden: bool
) -> None:
    ready.delete(VIDEO_ID)
    if is_hidden:
        assert removals.hide(VIDEO_ID)
    assert not ready.was_purged(VIDEO_ID)
    assert removals.begin(VIDEO_ID, unless_since=EVER)
    assert not deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    assert (ready.was_purged(VIDEO_ID), tombstone(deleted).is_purged) == (True, True)


@pytest.mark.parametrize("is_hidden", [False, True])
def test_what_is_to_be_restored_is_neither_hidden_nor_removed(
    ready: VideosTable, deleted: DeletedVideosTable, removals: RemovalsTable, is_hidden: bool
) -> None:
    ready.delete(VIDEO_ID)
    if is_hidden:
        removals.hide(VIDEO_ID)
    assert deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    assert not removals.begin(VIDEO_ID, unless_since=LATER)
    assert not removals.hide(VIDEO_ID)
    removals.settle(VIDEO_ID)
    assert list(removals.deleted(LATER)) == [VIDEO_ID]
    assert removals.order(VIDEO_ID, unless_since=EVER)
    assert not removals.order(VIDEO_ID, unless_since=EVER)


def test_who_deletes_a_video_while_it_is_restored_has_the_last_word(
    ready: VideosTable, deleted: DeletedVideosTable
) -> None:
    ready.delete(VIDEO_ID)
    deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    there = tombstone(deleted)
    assert ready.delete(VIDEO_ID)
    assert not deleted.restore(there, run_id=OTHER_RUN, is_whole=True)
    assert (ready.find(VIDEO_ID), tombstone(deleted).restoring_at) == (None, None)
    assert tombstone(deleted).deleted_at > there.deleted_at


def test_a_deleted_video_is_among_those_that_were_taken_off_until_it_is_restored(
    ready: VideosTable, deleted: DeletedVideosTable, removals: RemovalsTable
) -> None:
    """Copies of the ready list take it out, and in again as a new entry."""
    index = ReadyListIndex(VideoLists(moto_aws.client("dynamodb"), moto_aws.VIDEOS))
    [before] = index.listed(since=EVER)
    ready.delete(VIDEO_ID)
    assert [entry.video_id for entry in index.taken_off(since=EVER)] == [VIDEO_ID]
    removals.hide(VIDEO_ID)
    assert [entry.video_id for entry in index.taken_off(since=EVER)] == [VIDEO_ID]
    deleted.order_restoring(VIDEO_ID, deleted_since=EVER)
    assert [entry.video_id for entry in index.taken_off(since=EVER)] == [VIDEO_ID]
    deleted.restore(tombstone(deleted), run_id=OTHER_RUN, is_whole=True)
    assert index.taken_off(since=EVER) == []
    [after] = index.listed(since=EVER)
    assert after.listed_at > before.listed_at
