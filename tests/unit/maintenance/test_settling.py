"""What becomes of one video of which no execution is running."""

from dataclasses import replace

import pytest

from reelway import keys
from reelway.video import LadderState, State
from tests.support.samples import EXECUTION, RUN_ID, VIDEO_ID
from tests.unit.maintenance.lost_work import LostWorkSetup


@pytest.fixture
def setup() -> LostWorkSetup:
    return LostWorkSetup()


def test_an_upload_whose_event_was_dropped_is_planned_again(setup: LostWorkSetup) -> None:
    assert setup.sweep() == 1
    assert setup.replanned == [VIDEO_ID]
    assert setup.outcome == (State.UPLOADED, None)


def test_a_waiting_upload_is_planned_again_after_longer_and_longer_pauses(setup: LostWorkSetup) -> None:
    begun = []
    for minute in range(5, 6 * 60, 5):
        setup.minute = minute
        begun += [minute] * setup.sweep()
    assert begun == [10, 25, 55, 115, 235]


def test_twenty_uploads_held_back_for_six_hours_make_a_handful_of_events_each(setup: LostWorkSetup) -> None:
    for n in range(19):
        setup.upload(f"{n:08x}-0000-4000-8000-000000000000")
    for minute in range(5, 6 * 60, 5):
        setup.minute = minute
        setup.sweep()
    assert len(setup.replanned) == 20 * 5


def test_pauses_end_at_a_day_and_a_half_at_most(setup: LostWorkSetup) -> None:
    setup.lists.replans[VIDEO_ID] = (1000, "2026-01-01T00:00:00.000000Z")
    setup.minute = 32 * 60
    assert setup.sweep() == 1


def test_an_event_that_could_not_be_sent_is_sent_at_the_next_sweep(setup: LostWorkSetup) -> None:
    setup.refuses.add(VIDEO_ID)
    assert setup.sweep() == 0
    assert setup.logged == [("a video could not be settled", VIDEO_ID)]
    setup.refuses.clear()
    assert setup.sweep() == 1


def test_processing_without_an_execution_is_planned_again(setup: LostWorkSetup) -> None:
    setup.start()
    assert setup.sweep() == 1
    assert setup.replanned == [VIDEO_ID]
    assert setup.outcome == (State.PROCESSING, None)
    assert setup.sweep() == 0


def test_an_upload_whose_file_is_gone_has_failed(setup: LostWorkSetup) -> None:
    setup.uploads.delete(keys.upload(VIDEO_ID))
    assert setup.sweep() == 1
    assert setup.replanned == []
    assert setup.outcome == (State.FAILED, "upload_lost")


@pytest.mark.parametrize("execution", [EXECUTION, None])
def test_a_video_whose_execution_runs_is_left_alone(setup: LostWorkSetup, execution: str | None) -> None:
    """Executions that an earlier release began have the name of their video."""
    setup.start()
    video = setup.videos.videos[VIDEO_ID] = replace(setup.videos.videos[VIDEO_ID], execution=execution)
    setup.workflows.start(video.execution_name, {})
    before = setup.outcome
    assert setup.sweep() == 0
    assert (setup.outcome, setup.replanned) == (before, [])

    setup.workflows.stop(video.execution_name)
    assert setup.sweep() == 1
    assert setup.outcome == (State.FAILED, "processing_lost")


def test_an_execution_that_is_not_listed_yet_is_asked_about(
    setup: LostWorkSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.workflows.start(setup.start(), {})
    monkeypatch.setattr(type(setup.workflows), "running_names", lambda _: iter(()))
    assert setup.sweep() == 0
    assert (setup.outcome, setup.described) == ((State.PROCESSING, None), 1)


def test_an_upload_that_waits_is_not_asked_about(setup: LostWorkSetup) -> None:
    setup.sweep()
    assert setup.described == 0


def test_a_video_that_changed_lately_is_left_alone(setup: LostWorkSetup) -> None:
    setup.minute = 6
    assert setup.sweep() == 0
    assert setup.replanned == []


def test_a_finished_video_is_left_alone(setup: LostWorkSetup) -> None:
    setup.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=LadderState.COMPLETE)
    assert setup.sweep() == 0
    assert setup.outcome == (State.READY, None)


def test_a_ladder_that_was_begun_again_and_not_planned_yet_is_planned_again(setup: LostWorkSetup) -> None:
    setup.publish_source()
    assert setup.sweep() == 1
    assert setup.replanned == [VIDEO_ID]
    assert setup.outcome == (State.READY, None)


def test_a_ladder_that_was_begun_again_fails_without_its_file(setup: LostWorkSetup) -> None:
    setup.publish_source()
    setup.uploads.delete(keys.upload(VIDEO_ID))
    assert setup.sweep() == 1
    assert setup.outcome == (State.READY, "upload_lost")


def test_a_ladder_whose_execution_is_not_listed_yet_goes_on(
    setup: LostWorkSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.publish_source()
    setup.workflows.running.add(setup.videos.videos[VIDEO_ID].execution_name)
    monkeypatch.setattr(type(setup.workflows), "running_names", lambda _: iter(()))
    assert setup.sweep() == 0
    assert setup.videos.videos[VIDEO_ID].ladder is LadderState.ENCODING
