"""Puts together what looks for lost work."""

from collections.abc import Callable
from dataclasses import dataclass

from maintenance.cursors import Cursors
from maintenance.pacing import Pace
from maintenance.settling import Settler
from maintenance.sweeping import ForEach, Sweeper
from reelway import keys
from reelway.ports.storage import Bucket
from reelway.ports.unfinished import UnfinishedVideos
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows

# Step Functions takes ten DescribeExecution a second in most regions, and fifteen in some.
_DESCRIBING_INTERVAL_S = 0.1


@dataclass(frozen=True, slots=True)
class LostWork:
    """`send(key)` sends planning the event of an upload, as S3 would have."""

    uploads: Bucket
    videos: Videos
    lists: UnfinishedVideos
    workflows: Workflows
    send: Callable[[str], None]

    def sweeper(
        self, log_error: Callable[..., None], log_exception: Callable[..., None], for_each: ForEach
    ) -> Sweeper:
        pace = Pace(_DESCRIBING_INTERVAL_S)
        settler = Settler(self.uploads, self.videos, self.lists, self.workflows, self._replan, pace.wait)
        cursors = Cursors(self.uploads)
        return Sweeper(
            self.lists, self.workflows, settler.settle, cursors, log_error, log_exception, for_each
        )

    def _replan(self, video_id: str) -> None:
        self.send(keys.upload(video_id))
