"""Finds videos that nothing is working on any more.

S3 may drop an event, and an execution may end without reporting it; both would leave a video in UPLOADED or
PROCESSING for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from reelway import failures, keys
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.timestamps import utc_now
from reelway.video import State, Video

# S3 notifies within seconds, and planning takes 240 s at most. An event whose planning fails waits in its
# queue for up to 14 hours; the video is then planned once more from here, which does no harm.
_LOST_AFTER = timedelta(minutes=10)
# A run may wait for concurrency for 7 days. The end of one that took longer than this is told by the state
# machine and by EventBridge, but not found here, where each video that became READY since then is read.
_LADDERS_OF = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`replan(video_id)` puts an event into the queue of planning, as S3 would have.

    `ago` gives the ISO 8601 time that lies so far back.
    """

    uploads: Bucket
    videos: Videos
    workflows: Workflows
    replan: Callable[[str], None]
    ago: Callable[[timedelta], str] = utc_now

    def sweep(self, report: Callable[[str], None]) -> int:
        """Settle every video that has been unfinished for a while. Returns how many.

        `report(video_id)` is called for a video that could not be settled, while the exception is handled.
        """
        after, before = self.ago(_LADDERS_OF), self.ago(_LOST_AFTER)
        unfinished = chain(
            self.videos.unfinished_since(before), self.videos.unfinished_ladders(after, before)
        )
        return sum(self._settle(video, report) for video in unfinished)

    def _settle(self, video: Video, report: Callable[[str], None]) -> bool:
        """Whether there was anything to do. A video that cannot be settled holds up none of the others."""
        try:
            if self.workflows.is_running(video.execution_name):
                return False
            return self._end_or_replan(video)
        except Exception:
            report(video.video_id)
            return False

    def _end_or_replan(self, video: Video) -> bool:
        if video.state is State.READY:
            return self.videos.fail_ladder(
                video.video_id, failures.processing_lost(), execution=video.execution_name
            )
        # Planning writes PROCESSING before it starts the execution, and may wait for its retry in between.
        if video.state is State.PROCESSING and self.workflows.was_started(video.execution_name):
            return self.videos.fail(
                video.video_id, failures.processing_lost(), execution=video.execution_name
            )
        if self.uploads.head(keys.upload(video.video_id)) is None:
            return self.videos.fail(video.video_id, failures.upload_lost(), execution=video.execution_name)
        return self._replan_once(video.video_id)

    def _replan_once(self, video_id: str) -> bool:
        """The queue keeps an event until it is planned or has failed for good: another one would not help."""
        if self.uploads.head(keys.replanned(video_id)):
            return False
        self.replan(video_id)
        self.uploads.put(keys.replanned(video_id), b"", content_type="text/plain")
        return True
