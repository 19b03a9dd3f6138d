from dataclasses import dataclass, field

import pytest

from maintenance.sweeping import Sweeper
from reelway import keys
from reelway.errors import StorageFailed
from reelway.video import Ladder, State
from tests.support.doubles.fakes import FakeBucket, FakeVideos, FakeWorkflows
from tests.support.samples import RUN_ID, UNKNOWN_ID, VIDEO_ID

LATER = "2027"


@dataclass
class Site:
    uploads: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    replanned: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=4)
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")

    def sweep(self, before: str = LATER) -> int:
        sweeper = Sweeper(
            self.uploads, self.videos, self.workflows, self.replanned.append, self.reported.append
        )
        return sweeper.sweep(after="2025", before=before)

    @property
    def outcome(self) -> tuple[State, str | None]:
        video = self.videos.videos[VIDEO_ID]
        return video.state, video.failure.code if video.failure else None


@pytest.fixture
def site() -> Site:
    return Site()


def test_an_upload_whose_event_was_dropped_is_planned_again(site: Site) -> None:
    assert site.sweep() == 1
    assert site.replanned == [VIDEO_ID]
    assert site.outcome == (State.UPLOADED, None)


def test_an_upload_whose_file_is_gone_has_failed(site: Site) -> None:
    site.uploads.delete(keys.upload(VIDEO_ID))
    assert site.sweep() == 1
    assert site.replanned == []
    assert site.outcome == (State.FAILED, "upload_lost")


def test_processing_that_nobody_does_any_more_has_failed(site: Site) -> None:
    site.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    assert site.sweep() == 1
    assert site.replanned == []
    assert site.outcome == (State.FAILED, "processing_lost")


@pytest.mark.parametrize("is_started", [False, True])
def test_a_video_whose_execution_runs_is_left_alone(site: Site, is_started: bool) -> None:
    site.workflows.start(VIDEO_ID, {})
    if is_started:
        site.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
    before = site.outcome
    assert site.sweep() == 0
    assert (site.outcome, site.replanned) == (before, [])


def test_a_video_that_changed_lately_is_left_alone(site: Site) -> None:
    assert site.sweep(before=site.videos.videos[VIDEO_ID].updated_at) == 0
    assert site.replanned == []


def test_a_finished_video_is_left_alone(site: Site) -> None:
    site.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=Ladder.COMPLETE)
    assert site.sweep() == 0
    assert site.outcome == (State.READY, None)


def test_a_video_that_cannot_be_settled_keeps_no_other_waiting(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_running(_: FakeWorkflows, video_id: str) -> bool:
        if video_id == VIDEO_ID:
            raise StorageFailed("storage_failed", "throttled")
        return False

    monkeypatch.setattr(FakeWorkflows, "is_running", is_running)
    site.videos.create(UNKNOWN_ID, size_bytes=4)
    assert site.sweep() == 1
    assert site.reported == [VIDEO_ID]
    assert site.videos.videos[UNKNOWN_ID].failure
    assert site.outcome == (State.UPLOADED, None)


def test_a_ladder_that_nobody_encodes_any_more_has_failed_and_the_video_stays_ready(site: Site) -> None:
    site.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=Ladder.ENCODING)
    site.workflows.running.add(VIDEO_ID)
    assert site.sweep() == 0

    site.workflows.running.clear()
    assert site.sweep() == 1
    assert site.outcome == (State.READY, "processing_lost")
    assert site.videos.videos[VIDEO_ID].ladder is Ladder.FAILED
    assert site.sweep() == 0
