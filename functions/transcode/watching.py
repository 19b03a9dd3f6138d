"""Nobody's work ends: that for a video which was deleted, or failed elsewhere, in the middle of a step."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from reelway.errors import StorageFailed, VideoGone
from reelway.plan.plan import Plan
from reelway.ports.encoder import Progress
from reelway.ports.videos import Videos

# 90 chunks at once are then 90 writes per second to one item; DynamoDB takes 1,000.
_EVERY_S = 1.0


@dataclass(slots=True)
class Watch:
    """Adds the frames that a step encodes to the video's progress; the same write tells that it is wanted."""

    videos: Videos
    plan: Plan
    clock_s: Callable[[], float] = time.monotonic
    _unwritten_frames: int = 0

    def check(self) -> None:
        """Raises VideoGone unless the video, or its ladder, is still being processed by this run.

        A write that fails says nothing: its frames are added to the next one.
        """
        frames, video_id = self._unwritten_frames, self.plan.video_id
        try:
            is_wanted = self.videos.add_progress(video_id, run_id=self.plan.run_id, frames=frames)
        except StorageFailed:
            return
        if not is_wanted:
            raise VideoGone(video_id)
        self._unwritten_frames = 0

    def over(self, run: Generator[Progress, None, None], *, counts_frames: bool = True) -> Iterator[Progress]:
        """Pass on the progress of `run`; raises VideoGone, and ends ffmpeg, when the video is gone.

        Without `counts_frames` those of the run are no progress of the video.
        """
        frames, checked_at_s = 0, self.clock_s()
        with closing(run):
            for progress in run:
                if counts_frames:
                    # ffmpeg counts those of its first output, which may be every second one of the grid.
                    self._unwritten_frames += max(0, progress.frames - frames) * self.plan.rungs[0].frame_step
                    frames = max(frames, progress.frames)
                if self.clock_s() - checked_at_s >= _EVERY_S:
                    self.check()
                    checked_at_s = self.clock_s()
                yield progress
        if self._unwritten_frames:
            self.check()
