"""The ladder behind a READY video."""

import pytest

from reelway.adapters.videos_table import VideosTable
from reelway.video import LadderState, Loudness, State
from tests.support.doubles import moto_aws
from tests.support.samples import RENDITION, RUN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import (
    FAILURE,
    OTHER_RUN,
    found,
    publish_source,
    ready_ids,
    start,
)

LOUDNESS = Loudness(-23.4, 7.1, -6.2)


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


def test_the_loudness_comes_with_the_renditions_whose_audio_was_encoded(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    publish_source(table)
    assert found(table).loudness is None
    table.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], loudness=LOUDNESS)
    assert found(table).loudness == LOUDNESS


def test_a_video_is_ready_with_its_loudness_and_silence_has_none(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    silent, complete = Loudness(None, None, None), LadderState.COMPLETE
    table.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=complete, loudness=silent)
    assert found(table).loudness == silent


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
    assert ready_ids() == [VIDEO_ID]
    assert capsys.readouterr().out.count('"LaddersFailed":[1.0]') == 1


def test_an_answer_about_a_ladder_that_was_lost_is_still_ours(table: VideosTable) -> None:
    table.create(VIDEO_ID, size_bytes=1)
    start(table)
    publish_source(table)
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert table.fail_ladder(VIDEO_ID, FAILURE)
