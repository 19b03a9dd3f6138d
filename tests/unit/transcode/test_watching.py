from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest

from reelway.errors import ProcessingInterrupted, VideoGone
from reelway.failures import processing_failed
from reelway.plan.plan import Plan
from reelway.ports.encoder import Progress
from reelway.video import LadderState
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RUN_ID, SOURCE, VIDEO_ID, plan
from transcode.watching import Watch


@dataclass
class Running:
    """A run that reports 10 frames more each second, and whether it was ended."""

    videos: FakeVideos = field(default_factory=FakeVideos)
    clock_s: float = 0.0
    has_ended: bool = False
    plan: Plan = field(default_factory=plan)

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
        self.watch = Watch(self.videos, self.plan, lambda: self.clock_s)

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


@dataclass
class Encoding:
    """All chunks of a video at once, each at the same pace, by a clock that moves half a second a turn."""

    plan: Plan
    encoding_s: int
    videos: FakeVideos = field(default_factory=FakeVideos)
    clock_s: float = 0.0

    def __post_init__(self) -> None:
        self.looked_at_s: dict[int, list[float]] = {}
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)

    def run(self, frames: int) -> Generator[Progress, None, None]:
        turns = 2 * self.encoding_s
        for turn in range(1, turns + 1):
            yield Progress(frames * turn // turns)

    def all_chunks(self) -> list[tuple[float, int]]:
        """(time, frames) of each write that counted some."""
        written = []
        runs = []
        for chunk in self.plan.chunks:
            asked = _Asked(self.videos, self.looked_at_s.setdefault(chunk.index, []), lambda: self.clock_s)
            watch = Watch(asked, self.plan, lambda: self.clock_s, chunk.index)  # type: ignore[arg-type]
            end = min(chunk.end_frame, self.plan.total_frames)
            runs.append(watch.over(self.run(end - (chunk.start_frame or 0))))
        while runs:
            self.clock_s += 0.5
            counted = len(self.videos.frames.get(VIDEO_ID, []))
            runs = [run for run in runs if next(run, None)]
            written += [(self.clock_s, n) for n in self.videos.frames.get(VIDEO_ID, [])[counted:]]
        return written


@dataclass
class _Asked:
    videos: FakeVideos
    at_s: list[float]
    clock_s: Callable[[], float]

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> bool:
        self.at_s.append(self.clock_s())
        return self.videos.add_progress(video_id, run_id=run_id, frames=frames)


def hours(seconds: float, chunk_s: int) -> Plan:
    video = replace(SOURCE.video, duration_s=seconds)
    return plan(replace(SOURCE, duration_s=seconds, video=video, audio=None), chunk_s=chunk_s)


@pytest.mark.parametrize(
    ("seconds", "chunk_s", "encoding_s"),
    [(30, 30, 8), (600, 600, 300), (3600, 30, 30), (14_400, 120, 300), (3600, 400, 300)],
)
def test_a_video_is_written_every_two_seconds_or_percent_and_at_the_end_of_each_chunk(
    seconds: int, chunk_s: int, encoding_s: int
) -> None:
    encoding = Encoding(hours(seconds, chunk_s), encoding_s)
    written = encoding.all_chunks()
    assert sum(frames for _, frames in written) == encoding.plan.total_frames
    chunks = len(encoding.plan.chunks)
    # Two for each chunk: that which was spread, and that at its end.
    assert len(written) <= 100 + encoding_s / 2 + 2 * chunks
    assert max(b - a for a, b in pairwise([0, *(at_s for at_s, _ in written)])) <= max(2, encoding_s / 20)


def test_many_chunks_do_not_write_at_the_same_time() -> None:
    encoding = Encoding(hours(3600, 30), 30)
    assert len(encoding.plan.chunks) > 100
    before_the_end = [at_s for at_s, _ in encoding.all_chunks() if at_s < 30]
    assert len(before_the_end) > 60
    assert max(Counter(before_the_end).values()) <= 4


@pytest.mark.parametrize(("seconds", "chunk_s"), [(14_400, 120), (3600, 400)])
def test_each_chunk_looks_often_enough_to_end_within_half_a_minute_of_a_deletion(
    seconds: int, chunk_s: int
) -> None:
    encoding = Encoding(hours(seconds, chunk_s), 100)
    encoding.all_chunks()
    for looks in encoding.looked_at_s.values():
        assert max(b - a for a, b in pairwise([0, *looks, 100])) <= 21


def test_the_state_machine_does_not_retry_what_nobody_waits_for() -> None:
    assert not issubclass(VideoGone, ProcessingInterrupted)
