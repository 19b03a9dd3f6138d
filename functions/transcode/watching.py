"""Nobody's work ends: that for a video which was deleted, or failed elsewhere, in the middle of a step."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from reelway.errors import StorageFailed, VideoGone
from reelway.plan.plan import Plan
from reelway.ports.encoder import Progress
from reelway.ports.videos import Videos

# Frames are written when they are 1 % of the video, or 2 s after the last ones of any chunk, if all chunks
# are encoded at once: every write is a record of the stream of changes, and perhaps a message to sockets.
_SHARE = 0.01
_EVERY_S = 2.0
# A look writes nothing that would be such a record. With it, a chunk ends within 30 s of a deletion.
_LOOK_S = 20.0
# Of the golden ratio: its multiples, without their whole parts, are spread evenly over 0..1.
_GOLDEN = 0.618034


@dataclass(slots=True)
class Watch:
    """Adds the frames that a step encodes to the video's progress; the same write tells that it is wanted.

    Chunks that are encoded at once begin at the same time. `chunk` is the index of one: by it, the first
    writes of all chunks are spread over the time between two of one.
    """

    videos: Videos
    plan: Plan
    clock_s: Callable[[], float] = time.monotonic
    chunk: int = 0
    _unwritten_frames: int = 0
    _has_written: bool = False
    _written_at_s: float | None = None
    _looked_at_s: float = 0.0

    def check(self) -> None:
        """Raises VideoGone unless the video, or its ladder, is still being processed by this run."""
        self._add(self._unwritten_frames)

    def look(self) -> None:
        """As `check`, but seldom: for work that reports no progress, and asks this at each of its steps."""
        if self.clock_s() - self._looked_at_s >= _LOOK_S:
            self._add(0)

    def over(self, run: Generator[Progress, None, None], *, counts_frames: bool = True) -> Iterator[Progress]:
        """Pass on the progress of `run`; raises VideoGone, and ends ffmpeg, when the video is gone.

        Without `counts_frames` those of the run are no progress of the video.
        """
        frames, self._looked_at_s = 0, self.clock_s()
        if self._written_at_s is None:
            self._written_at_s = self._looked_at_s
        with closing(run):
            for progress in run:
                if counts_frames:
                    # ffmpeg counts those of its first output, which may be every second one of the grid.
                    self._unwritten_frames += max(0, progress.frames - frames) * self.plan.rungs[0].frame_step
                    frames = max(frames, progress.frames)
                if self._is_due:
                    self._add(self._unwritten_frames)
                elif self.clock_s() - self._looked_at_s >= _LOOK_S:
                    self._add(0)
                yield progress
        if self._unwritten_frames:
            self.check()

    @property
    def _is_due(self) -> bool:
        part = 1.0 if self._has_written else (self.chunk + 1) * _GOLDEN % 1
        waited_s = self.clock_s() - (self._written_at_s or 0.0)
        is_enough = self._unwritten_frames >= part * _SHARE * self.plan.total_frames
        is_long_ago = waited_s >= part * _EVERY_S * len(self.plan.chunks)
        return self._unwritten_frames > 0 and (is_enough or is_long_ago)

    def _add(self, frames: int) -> None:
        """A write that fails says nothing: its frames are added to the next one."""
        video_id, self._looked_at_s = self.plan.video_id, self.clock_s()
        try:
            is_wanted = self.videos.add_progress(video_id, run_id=self.plan.run_id, frames=frames)
        except StorageFailed:
            return
        if not is_wanted:
            self._looked_at_s = -math.inf  # what is done side by side finds the same at its next look
            raise VideoGone(video_id)
        if frames:
            self._unwritten_frames, self._written_at_s, self._has_written = 0, self._looked_at_s, True
