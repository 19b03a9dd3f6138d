from dataclasses import dataclass, field

import pytest

from maintenance.removing import Remover
from reelway import keys
from reelway.errors import StorageFailed
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import EXECUTION, RUN_ID, UNKNOWN_ID, VIDEO_ID

LATER = "2027"


@dataclass
class RemoverSetup:
    """Two videos with everything that belongs to them; one of them was deleted."""

    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    forgotten: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for video_id in (VIDEO_ID, UNKNOWN_ID):
            self.videos.create(video_id, size_bytes=4)
            for key in (keys.upload(video_id), keys.plan(video_id), f"{keys.job_prefix(video_id)}chunks/0"):
                self.uploads.put(key, b"x", content_type="x/y")
            for key in (keys.manifest(video_id), keys.master(video_id), f"{keys.media_prefix(video_id)}a.ts"):
                self.media.put(key, b"x", content_type="x/y")
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=1.0, total_frames=25)
        self.workflows.running.add(EXECUTION)
        self.videos.delete(VIDEO_ID)

    @property
    def remover(self) -> Remover:
        return Remover(self.uploads, self.media, self.workflows, self.forgotten.append)

    def settle(self, before: str = LATER) -> int:
        return self.remover.settle(self.videos, self.reported.append, before=before)

    def left_of(self, video_id: str) -> list[str]:
        return [key for key in [*self.uploads.objects, *self.media.objects] if video_id in key]


@pytest.fixture
def setup() -> RemoverSetup:
    return RemoverSetup()


def test_nothing_is_left_and_the_cdn_forgets(setup: RemoverSetup) -> None:
    setup.remover.remove(VIDEO_ID, EXECUTION)
    assert setup.left_of(VIDEO_ID) == []
    assert setup.forgotten == [f"/stream/{VIDEO_ID}/"]
    assert not setup.workflows.is_running(EXECUTION)


def test_other_videos_keep_what_is_theirs(setup: RemoverSetup) -> None:
    before = setup.left_of(UNKNOWN_ID)
    setup.remover.remove(VIDEO_ID, EXECUTION)
    assert setup.left_of(UNKNOWN_ID) == before


def test_removing_twice_does_no_harm(setup: RemoverSetup) -> None:
    setup.remover.remove(VIDEO_ID, EXECUTION)
    setup.remover.remove(VIDEO_ID, EXECUTION)
    assert setup.left_of(VIDEO_ID) == []


def test_what_was_written_after_a_removal_is_removed_once_later(setup: RemoverSetup) -> None:
    setup.remover.remove(VIDEO_ID, EXECUTION)
    setup.media.put(f"{keys.media_prefix(VIDEO_ID)}late.ts", b"x", content_type="x/y")
    assert setup.settle(before="2025") == 0
    assert setup.settle() == 1
    assert setup.left_of(VIDEO_ID) == []
    assert not setup.workflows.is_running(EXECUTION)
    assert setup.settle() == 0


def test_a_video_that_cannot_be_removed_is_reported_and_stays_listed(
    setup: RemoverSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.videos.delete(UNKNOWN_ID)

    def stop(_: FakeWorkflows, execution: str) -> None:
        if execution == EXECUTION:
            raise StorageFailed("storage_failed", "no")

    monkeypatch.setattr(FakeWorkflows, "stop", stop)
    assert setup.settle() == 1
    assert setup.reported == [VIDEO_ID]
    assert list(setup.videos.deleted_ids(LATER)) == [VIDEO_ID]
    assert setup.left_of(UNKNOWN_ID) == []
