from collections.abc import Generator
from dataclasses import dataclass, field

import pytest

from reelway.errors import ProcessingInterrupted, VideoGone
from reelway.failures import processing_failed
from reelway.ports.encoder import Progress
from reelway.video import LadderState
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RUN_ID, VIDEO_ID, plan
from transcode.watching import Watch


@dataclass
class Running:
    """A run that reports 10 frames more each second, and whether it was ended."""

    videos: FakeVideos = field(default_factory=FakeVideos)
    clock_s: float = 0.0
    has_ended: bool = False

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
        self.watch = Watch(self.videos, plan(), lambda: self.clock_s)

    def run(self) -> Generator[Progress, None, None]:
        try:
            for second in range(1, 6):
                self.clock_s += 1
                yield Progress(10 * second)
        finally:
            self.has_ended = True

    @property
    def counted(self) -> list[int]:
        return self.videos.frames.get(VIDEO_ID, [])


@pytest.fixture
def running() -> Running:
    return Running()


def test_the_frames_of_a_run_are_added_up(running: Running) -> None:
    assert [progress.frames for progress in running.watch.over(running.run())] == [10, 20, 30, 40, 50]
    assert running.counted == [10] * 5


@pytest.mark.parametrize("fate", ["deleted", "failed", "ladder failed"])
def test_a_run_ends_when_its_video_is_gone(running: Running, fate: str) -> None:
    videos = running.videos
    if fate == "ladder failed":
        videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=LadderState.ENCODING)
    progress = running.watch.over(running.run())
    assert [next(progress).frames, next(progress).frames] == [10, 20]
    {
        "deleted": lambda: videos.delete(VIDEO_ID),
        "failed": lambda: videos.fail(VIDEO_ID, processing_failed()),
        "ladder failed": lambda: videos.fail_ladder(VIDEO_ID, processing_failed()),
    }[fate]()
    with pytest.raises(VideoGone, match=VIDEO_ID):
        next(progress)
    assert running.has_ended
    assert running.counted == [10, 10]


def test_work_for_a_video_that_is_gone_does_not_begin(running: Running) -> None:
    running.watch.check()
    running.videos.delete(VIDEO_ID)
    with pytest.raises(VideoGone):
        running.watch.check()


def test_a_write_that_fails_ends_nothing_and_its_frames_are_added_later(running: Running) -> None:
    for progress in running.watch.over(running.run()):
        running.videos.refuses = progress.frames < 40
    assert running.counted == [10, 40]


def test_frames_that_are_only_copied_are_no_progress(running: Running) -> None:
    for _ in running.watch.over(running.run(), counts_frames=False):
        pass
    assert running.counted == []


def test_the_state_machine_does_not_retry_what_nobody_waits_for() -> None:
    assert not issubclass(VideoGone, ProcessingInterrupted)
