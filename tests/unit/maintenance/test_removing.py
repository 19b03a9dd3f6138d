from dataclasses import dataclass, field

import pytest

from maintenance.removing import Remover
from reelway import keys
from reelway.ports.workflows import ExecutionStatus
from tests.support.doubles.fakes.storage import FakeBucket, versioned
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import EXECUTION, UNKNOWN_ID, VIDEO_ID


@dataclass
class RemoverSetup:
    """Two videos with everything that belongs to them."""

    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    forgotten: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for video_id in (VIDEO_ID, UNKNOWN_ID):
            for key in (keys.upload(video_id), keys.plan(video_id), f"{keys.job_prefix(video_id)}chunks/0"):
                self.uploads.put(key, b"x", content_type="x/y")
            for key in (keys.manifest(video_id), keys.master(video_id), keys.segment(video_id, "a.ts")):
                self.media.put(key, b"x", content_type="x/y")
        self.workflows.running.add(EXECUTION)

    def remove(self, *, is_retry: bool = False) -> None:
        buckets = versioned(self.uploads), versioned(self.media)
        remover = Remover(*buckets, self.workflows, self.forgotten.append)
        remover.remove(VIDEO_ID, EXECUTION, is_retry=is_retry)

    def left_of(self, video_id: str) -> list[str]:
        buckets = self.uploads, self.media
        return [key for bucket in buckets for key in [*bucket.objects, *bucket.old] if video_id in key]


@pytest.fixture
def setup() -> RemoverSetup:
    return RemoverSetup()


def test_nothing_is_left_and_the_cdn_forgets(setup: RemoverSetup) -> None:
    setup.remove()
    assert setup.left_of(VIDEO_ID) == []
    assert setup.forgotten == [VIDEO_ID]
    assert setup.workflows.status(EXECUTION) is ExecutionStatus.STOPPED


def test_other_videos_keep_what_is_theirs(setup: RemoverSetup) -> None:
    before = setup.left_of(UNKNOWN_ID)
    setup.remove()
    assert setup.left_of(UNKNOWN_ID) == before


def test_removing_twice_does_no_harm_and_the_cdn_forgets_once(setup: RemoverSetup) -> None:
    setup.remove()
    setup.remove()
    assert setup.left_of(VIDEO_ID) == []
    assert setup.forgotten == [VIDEO_ID]


def test_where_no_media_were_nothing_is_cached(setup: RemoverSetup) -> None:
    setup.media.objects.clear()
    setup.remove()
    assert setup.left_of(VIDEO_ID) == []
    assert setup.forgotten == []


def test_what_was_hidden_is_removed_without_a_second_invalidation(setup: RemoverSetup) -> None:
    setup.media.delete(keys.segment(VIDEO_ID, "a.ts"))
    setup.remove()
    assert (setup.left_of(VIDEO_ID), setup.forgotten) == ([], [])


def test_the_cdn_forgets_what_a_try_before_had_removed_already(setup: RemoverSetup) -> None:
    """It may have ended between the two."""
    setup.media.objects.clear()
    setup.remove(is_retry=True)
    assert setup.forgotten == [VIDEO_ID]
