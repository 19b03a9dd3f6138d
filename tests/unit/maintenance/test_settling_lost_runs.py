"""Executions that end without a word: another run is begun, for a day, unless somebody has stopped it."""

import pytest

from reelway import failures, keys
from reelway.video import LadderState, State, Video, execution_name
from tests.support.samples import RUN_ID, VIDEO_ID
from tests.unit.maintenance.lost_work import LostWorkSetup

_DAY_MIN = 24 * 60


@pytest.fixture(params=[State.PROCESSING, State.READY])
def setup(request: pytest.FixtureRequest) -> LostWorkSetup:
    """A video, or the ladder of a READY one, whose execution has ended; the record does not say so."""
    setup = LostWorkSetup()
    setup.start()
    if request.param is State.READY:
        setup.publish_source()
    end_run(setup)
    return setup


def video(setup: LostWorkSetup) -> Video:
    return setup.videos.videos[VIDEO_ID]


def end_run(setup: LostWorkSetup) -> None:
    """What planning was asked for has begun, and ends at once."""
    setup.workflows.start(video(setup).execution_name, {})
    setup.workflows.running.clear()


def is_unfinished(setup: LostWorkSetup) -> bool:
    return video(setup).failure is None and not video(setup).is_settled


def test_another_run_is_begun_and_the_state_does_not_change(setup: LostWorkSetup) -> None:
    state = video(setup).state
    assert setup.sweep() == 1
    assert setup.outcome == (state, None)
    assert is_unfinished(setup)
    assert (video(setup).reruns, video(setup).rerun_id == RUN_ID) == (1, False)
    assert video(setup).execution == execution_name(VIDEO_ID, video(setup).run_id)
    assert (setup.replanned, setup.described) == ([VIDEO_ID], 1)
    assert setup.logged == [("processing ended without a word", VIDEO_ID)]


def test_runs_that_end_again_and_again_are_begun_more_and_more_rarely_for_a_day(
    setup: LostWorkSetup,
) -> None:
    begun = []
    for minute in range(10, 3 * _DAY_MIN, 5):
        setup.minute = minute
        reruns = video(setup).reruns
        setup.sweep()
        if video(setup).reruns > reruns:
            begun.append(minute)
            end_run(setup)
        if video(setup).failure:
            break
    assert begun == [10, 25, 55, 115, 235, 475, 955]
    assert setup.outcome[1] == "processing_lost"
    assert minute == pytest.approx(_DAY_MIN, abs=5)
    assert video(setup).ladder in (None, LadderState.FAILED)
    assert setup.sweep() == 0


def test_a_run_that_somebody_has_stopped_is_not_begun_again(setup: LostWorkSetup) -> None:
    setup.workflows.stopped.add(video(setup).execution_name)
    assert setup.sweep() == 1
    assert setup.outcome[1] == "processing_lost"
    assert (setup.replanned, video(setup).reruns) == ([], 0)


@pytest.mark.parametrize("days", [1.1, 30])
def test_one_that_was_begun_over_a_day_ago_has_failed(setup: LostWorkSetup, days: float) -> None:
    setup.minute = days * _DAY_MIN
    assert setup.sweep() == 1
    assert (setup.outcome[1], video(setup).reruns) == ("processing_lost", 0)


def test_one_without_its_file_has_failed(setup: LostWorkSetup) -> None:
    setup.uploads.delete(keys.upload(VIDEO_ID))
    assert setup.sweep() == 1
    assert (setup.outcome[1], video(setup).reruns) == ("upload_lost", 0)


def test_a_run_whose_event_could_not_be_sent_is_planned_at_the_next_sweep(setup: LostWorkSetup) -> None:
    setup.refuses.add(VIDEO_ID)
    assert setup.sweep() == 0
    run_id = video(setup).run_id
    setup.refuses.clear()
    assert setup.sweep() == 1
    assert (video(setup).run_id, setup.replanned) == (run_id, [VIDEO_ID])


def test_what_another_sweep_has_begun_in_the_meantime_is_left_alone(
    setup: LostWorkSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    [seen] = setup.lists.read([VIDEO_ID]).videos
    assert setup.sweep() == 1
    run_id = video(setup).run_id
    assert not setup.settler.settle(seen)
    assert (video(setup).run_id, setup.replanned) == (run_id, [VIDEO_ID])


@pytest.mark.parametrize("comes", ["the end of the run", "a deletion", "a hand's retry"])
def test_what_becomes_of_the_video_in_the_meantime_holds(setup: LostWorkSetup, comes: str) -> None:
    [seen] = setup.lists.read([VIDEO_ID]).videos
    if comes == "a deletion":
        setup.videos.delete(VIDEO_ID)
    else:
        failure = failures.processing_failed()
        assert setup.videos.fail(VIDEO_ID, failure) or setup.videos.fail_ladder(VIDEO_ID, failure)
    if comes == "a hand's retry":
        setup.videos.rerun(VIDEO_ID, run_id="hand")
    before = dict(setup.videos.videos)
    assert not setup.settler.settle(seen)
    assert (setup.videos.videos, setup.replanned) == (before, [])
