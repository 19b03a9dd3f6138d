"""Finds videos that nothing is working on any more.

S3 may drop an event, and an execution may end without a word; both would leave a video in
UPLOADED or PROCESSING for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reelway import keys
from reelway.ports import Bucket, Videos, Workflows
from reelway.video import Failure, State, Video

_UPLOAD_LOST = Failure("upload_lost", "The uploaded file is no longer in storage. Upload it again.")
_WORK_LOST = Failure("processing_lost", "Processing stopped without a result. Upload the file again.")


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`replan(video_id)` starts planning again, as the S3 event would have."""

    uploads: Bucket
    videos: Videos
    workflows: Workflows
    replan: Callable[[str], None]

    def sweep(self, before: str) -> int:
        """Settle every video unfinished since before the ISO 8601 time; how many there were."""
        lost = [video for video in self.videos.unfinished_since(before) if self._is_lost(video)]
        for video in lost:
            self._settle(video)
        return len(lost)

    def _is_lost(self, video: Video) -> bool:
        return not self.workflows.is_running(video.video_id)

    def _settle(self, video: Video) -> None:
        if video.state is State.PROCESSING:
            self.videos.fail(video.video_id, _WORK_LOST)
        elif self.uploads.head(keys.upload(video.video_id)) is None:
            self.videos.fail(video.video_id, _UPLOAD_LOST)
        else:
            self.replan(video.video_id)
