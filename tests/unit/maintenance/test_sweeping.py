from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from maintenance.sweeping import Sweeper
from reelway import keys
from reelway.errors import StorageFailed
from reelway.video import LadderState, State
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import EXECUTION, RUN_ID, UNKNOWN_ID, VIDEO_ID

LATER = "2027"


@dataclass
class SweeperSetup:
    uploads: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    replanned: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=4)
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")

    def sweep(self, before: str = LATER) -> int:
        return self.sweeper(before).sweep(self.reported.append)

    def sweeper(self, before: str = LATER) -> Sweeper:
        def ago(span: timedelta) -> str:
            return "2025" if span >= timedelta(days=1) else before

        return Sweeper(self.uploads, self.videos, self.workflows, self.replanned.append, ago)

    @property
    def outcome(self) -> tuple[State, str | None]:
        video = self.videos.videos[VIDEO_ID]
        return video.state, video.failure.code if video.failure else None


@pytest.fixture
def setup() -> SweeperSetup:
    return SweeperSetup()


def test_an_upload_whose_event_was_dropped_is_planned_again(setup: SweeperSetup) -> None:
    assert setup.sweep() == 1
    assert setup.replanned == [VIDEO_ID]
    assert setup.outcome == (State.UPLOADED, None)


def test_an_upload_is_planned_again_once_because_the_queue_keeps_the_event(setup: SweeperSetup) -> None:
    assert [setup.sweep(), setup.sweep()] == [1, 0]
    assert setup.replanned == [VIDEO_ID]


def test_an_event_that_could_not_be_sent_is_sent_at_the_next_sweep(setup: SweeperSetup) -> None:
    def fail(_: str) -> None:
        raise StorageFailed("storage_failed", "throttled")

    broken = replace(setup.sweeper(), replan=fail)
    assert broken.sweep(setup.reported.append) == 0
    assert (setup.reported, setup.sweep(), setup.replanned) == ([VIDEO_ID], 1, [VIDEO_ID])


def test_processing_without_an_execution_is_planned_again(setup: SweeperSetup) -> None:
    setup.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    assert setup.sweep() == 1
    assert setup.replanned == [VIDEO_ID]
    assert setup.outcome == (State.PROCESSING, None)


def test_an_upload_whose_file_is_gone_has_failed(setup: SweeperSetup) -> None:
    setup.uploads.delete(keys.upload(VIDEO_ID))
    assert setup.sweep() == 1
    assert setup.replanned == []
    assert setup.outcome == (State.FAILED, "upload_lost")


def test_processing_that_nobody_does_any_more_has_failed(setup: SweeperSetup) -> None:
    setup.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    setup.workflows.start(EXECUTION, {})
    setup.workflows.running.clear()
    assert setup.sweep() == 1
    assert setup.replanned == []
    assert setup.outcome == (State.FAILED, "processing_lost")


@pytest.mark.parametrize("execution", [EXECUTION, None])
def test_a_video_whose_execution_runs_is_left_alone(setup: SweeperSetup, execution: str | None) -> None:
    """Executions that an earlier release began have the name of their video."""
    setup.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    video = setup.videos.videos[VIDEO_ID] = replace(setup.videos.videos[VIDEO_ID], execution=execution)
    setup.workflows.start(video.execution_name, {})
    before = setup.outcome
    assert setup.sweep() == 0
    assert (setup.outcome, setup.replanned) == (before, [])

    setup.workflows.running.clear()
    assert setup.sweep() == 1
    assert setup.outcome == (State.FAILED, "processing_lost")


def test_a_video_that_changed_lately_is_left_alone(setup: SweeperSetup) -> None:
    assert setup.sweep(before=setup.videos.videos[VIDEO_ID].updated_at) == 0
    assert setup.replanned == []


def test_a_finished_video_is_left_alone(setup: SweeperSetup) -> None:
    setup.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=LadderState.COMPLETE)
    assert setup.sweep() == 0
    assert setup.outcome == (State.READY, None)


def test_a_video_that_cannot_be_settled_keeps_no_other_waiting(
    setup: SweeperSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_running(_: FakeWorkflows, execution: str) -> bool:
        if execution == VIDEO_ID:
            raise StorageFailed("storage_failed", "throttled")
        return False

    monkeypatch.setattr(FakeWorkflows, "is_running", is_running)
    setup.videos.create(UNKNOWN_ID, size_bytes=4)
    assert setup.sweep() == 1
    assert setup.reported == [VIDEO_ID]
    assert setup.videos.videos[UNKNOWN_ID].failure
    assert setup.outcome == (State.UPLOADED, None)


def test_a_ladder_that_nobody_encodes_any_more_has_failed_and_the_video_stays_ready(
    setup: SweeperSetup,
) -> None:
    setup.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    setup.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=LadderState.ENCODING)
    setup.workflows.running.add(EXECUTION)
    assert setup.sweep() == 0

    setup.workflows.running.clear()
    assert setup.sweep() == 1
    assert setup.outcome == (State.READY, "processing_lost")
    assert setup.videos.videos[VIDEO_ID].ladder is LadderState.FAILED
    assert setup.sweep() == 0
