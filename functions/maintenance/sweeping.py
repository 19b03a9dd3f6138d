"""Finds videos that nothing is working on any more.

S3 may drop an event, and an execution may end without reporting it; both would leave a video in UPLOADED or
PROCESSING for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from reelway import keys
from reelway.ports import Bucket, Videos, Workflows
from reelway.video import Failure, State, Video

_UPLOAD_LOST = Failure("upload_lost", "The uploaded file is no longer in storage. Upload it again.")
_WORK_LOST = Failure("processing_lost", "Processing stopped without a result. Upload the file again.")


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`replan(video_id)` puts an event into the queue of planning, as S3 would have.

    `report(video_id)` is called, while its exception is handled, of a video that could not be settled.
    """

    uploads: Bucket
    videos: Videos
    workflows: Workflows
    replan: Callable[[str], None]
    report: Callable[[str], None]

    def sweep(self, *, after: str, before: str) -> int:
        """Settle every video unfinished since `before`, an ISO 8601 time; how many there were.

        Of those whose ladder is unfinished only what became READY after `after`: no run takes longer.
        """
        unfinished = chain(
            self.videos.unfinished_since(before), self.videos.unfinished_ladders(after, before)
        )
        return sum(self._settle(video) for video in unfinished)

    def _settle(self, video: Video) -> bool:
        """Whether there was anything to do; one video's failure keeps none of the others waiting."""
        try:
            if self.workflows.is_running(video.video_id):
                return False
            return self._end_or_replan(video)
        except Exception:
            self.report(video.video_id)
            return False

    def _end_or_replan(self, video: Video) -> bool:
        if video.state is State.READY:
            return self.videos.fail_ladder(video.video_id, _WORK_LOST)
        # Planning writes PROCESSING before it starts the execution, and may wait for its retry in between.
        if video.state is State.PROCESSING and self.workflows.was_started(video.video_id):
            return self.videos.fail(video.video_id, _WORK_LOST)
        if self.uploads.head(keys.upload(video.video_id)) is None:
            return self.videos.fail(video.video_id, _UPLOAD_LOST)
        return self._replan_once(video.video_id)

    def _replan_once(self, video_id: str) -> bool:
        """The queue keeps an event until it is planned or has failed for good: another one would not help."""
        if self.uploads.head(keys.replanned(video_id)):
            return False
        self.replan(video_id)
        self.uploads.put(keys.replanned(video_id), b"", content_type="text/plain")
        return True
