"""What planning does about the record of the video: missing, late, or deleted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reelway import keys
from reelway.details import Details
from reelway.errors import ProcessingInterrupted
from reelway.video import Failure, LadderState, State
from tests.support.doubles.fakes.pending import FakePending
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import VIDEO_ID
from tests.unit.transcode.planner import PlannerSetup


@pytest.fixture
def setup() -> PlannerSetup:
    return PlannerSetup()


def test_an_event_that_comes_before_the_record_creates_it(setup: PlannerSetup) -> None:
    setup.accept()
    assert (setup.video.state, setup.video.size_bytes) == (State.PROCESSING, 4)


def test_a_file_that_is_gone_is_passed_over(setup: PlannerSetup) -> None:
    setup.uploads.delete(keys.upload(VIDEO_ID))
    setup.accept()
    assert setup.videos.videos == {}
    assert setup.workflows.started == {}


def test_an_upload_that_its_receiver_records_is_waited_for(setup: PlannerSetup) -> None:
    setup.receive()

    def record_at_the_second_pause(delay_s: float) -> None:
        setup.slept_s.append(delay_s)
        if len(setup.slept_s) == 2:
            setup.videos.create(VIDEO_ID, size_bytes=4)

    setup.accept(sleep=record_at_the_second_pause)
    assert len(setup.slept_s) == 2
    assert setup.video.state is State.PROCESSING


def test_the_record_is_looked_for_after_the_last_pause_too(setup: PlannerSetup) -> None:
    setup.receive()

    def record_at_the_last_pause(pause_s: float) -> None:
        setup.slept_s.append(pause_s)
        if len(setup.slept_s) == 5:
            setup.videos.create(VIDEO_ID, size_bytes=4)

    setup.accept(sleep=record_at_the_last_pause, age_s=61)
    assert len(setup.slept_s) == 5
    assert keys.upload(VIDEO_ID) in setup.uploads.objects
    assert setup.video.state is State.PROCESSING


def test_an_upload_without_its_record_is_left_to_a_retry(setup: PlannerSetup) -> None:
    setup.receive()
    with pytest.raises(ProcessingInterrupted):
        setup.accept(age_s=59)
    assert sum(setup.slept_s) > 1
    assert keys.upload(VIDEO_ID) in setup.uploads.objects
    assert (setup.videos.videos, setup.workflows.started) == ({}, {})


def test_an_upload_whose_client_was_answered_with_a_failure_becomes_no_video(setup: PlannerSetup) -> None:
    """Maintenance removes its file, which a client with an Idempotency-Key may be sending again just now."""
    setup.receive()
    assert setup.accept(age_s=61) is None
    assert list(setup.uploads.objects) == [keys.upload(VIDEO_ID)]
    assert (setup.videos.videos, setup.workflows.started) == ({}, {})


def test_a_video_that_was_deleted_before_its_event_came_is_left_alone(setup: PlannerSetup) -> None:
    setup.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y", metadata=keys.RECEIVED)
    setup.videos.create(VIDEO_ID, size_bytes=4)
    setup.videos.delete(VIDEO_ID)
    assert setup.accept() is None
    assert setup.slept_s == []
    assert setup.workflows.running == set()


@pytest.mark.parametrize("metadata", [{}, keys.RECEIVED], ids=["by a form", "through the function"])
def test_a_file_that_is_stored_after_its_video_was_deleted_does_not_stay(
    setup: PlannerSetup, metadata: dict[str, str]
) -> None:
    """A form is used once more, the parts of an upload are joined late, or an upload is repeated."""
    setup.videos.create(VIDEO_ID, size_bytes=4)
    setup.videos.delete(VIDEO_ID)
    setup.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y", metadata=metadata)
    assert setup.accept() is None
    assert list(setup.uploads.objects) == [keys.upload(VIDEO_ID)]  # the video may be restored
    setup.videos.purged.add(VIDEO_ID)
    assert setup.accept() is None
    assert setup.uploads.objects == {}


def start_by_another_run(videos: FakeVideos) -> bool:
    return videos.start(VIDEO_ID, run_id="another", duration_s=1.0, total_frames=25)


@pytest.mark.parametrize(
    "end",
    [
        lambda videos: videos.delete(VIDEO_ID),
        lambda videos: videos.fail(VIDEO_ID, Failure("x", "y")),
        lambda videos: videos.finish(VIDEO_ID, run_id="r", renditions=[], ladder=LadderState.COMPLETE),
        start_by_another_run,
    ],
    ids=["deleted", "failed", "ready", "processed by another run"],
)
def test_a_video_that_has_ended_while_it_was_planned_is_not_processed(
    setup: PlannerSetup, monkeypatch: pytest.MonkeyPatch, end: Callable[[FakeVideos], bool]
) -> None:
    setup.videos.create(VIDEO_ID, size_bytes=4)
    start = setup.videos.start

    def ended_first(*asked: Any, **more: Any) -> bool:
        monkeypatch.undo()
        assert end(setup.videos)
        return start(*asked, **more)

    monkeypatch.setattr(FakeVideos, "start", lambda _, *asked, **more: ended_first(*asked, **more))
    assert setup.accept() is None
    assert setup.workflows.started == {}


def test_an_upload_that_is_pending_is_recorded_by_its_event(setup: PlannerSetup) -> None:
    pending = FakePending(setup.videos)
    pending.expect(VIDEO_ID, within=timedelta(days=1), details=Details())
    setup.accept()
    assert setup.video.state is State.PROCESSING
    assert list(pending.due("9999")) == []


@pytest.mark.parametrize(
    ("allowed", "code"),
    [
        (Details(max_bytes=4, max_duration_s=31), None),
        (Details(max_bytes=3), "too_large"),
        (Details(max_duration_s=30), "too_long"),
    ],
)
def test_an_upload_has_no_more_than_it_was_allowed(
    setup: PlannerSetup, allowed: Details, code: str | None
) -> None:
    """The file has 4 bytes and lasts for 30.04 s."""
    setup.videos.details[VIDEO_ID] = allowed
    failure = setup.accept()
    assert (failure and failure.code) == code
