"""Finds videos that nothing is working on any more.

S3 may drop an event, and an execution may end without a word; both would leave a video in
UPLOADED or PROCESSING for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from reelway import failures, keys
from reelway.ports import Bucket, Videos, Workflows
from reelway.video import State, Video


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`replan(video_id)` starts planning again, as the S3 event would have.

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
            self._end_or_replan(video)
        except Exception:
            self.report(video.video_id)
            return False
        return True

    def _end_or_replan(self, video: Video) -> None:
        if video.state is State.READY:
            self.videos.fail_ladder(video.video_id, failures.processing_lost())
        elif video.state is State.PROCESSING:
            self.videos.fail(video.video_id, failures.processing_lost())
        elif self.uploads.head(keys.upload(video.video_id)) is None:
            self.videos.fail(video.video_id, failures.upload_lost())
        else:
            self.replan(video.video_id)
