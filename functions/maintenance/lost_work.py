"""Looks for lost work: uploads that arrived unnoticed, then videos and ladders that nothing is working on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from maintenance.cursors import Cursors
from maintenance.deadline import Deadline
from maintenance.pacing import Pace
from maintenance.pending import PendingSweeper
from maintenance.settling import Settler
from maintenance.sweeping import ForEach, Sweeper, Swept
from reelway import keys
from reelway.ports.pending import PendingUploads
from reelway.ports.storage import Bucket
from reelway.ports.unfinished import UnfinishedVideos
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.timestamps import utc_now

# Step Functions takes ten DescribeExecution a second in most regions, and fifteen in some.
_DESCRIBING_INTERVAL_S = 0.1
_UNFINISHED_SHARE = 0.8  # of the time that a run has; what is left of it is for pending uploads


@dataclass(frozen=True, slots=True)
class LostWork:
    """`send(key)` sends planning the event of an upload, as S3 would have.

    `ago` gives the ISO 8601 time that lies so far back.
    """

    uploads: Bucket
    videos: Videos
    lists: UnfinishedVideos
    pending: PendingUploads
    workflows: Workflows
    send: Callable[[str], None]
    log_error: Callable[..., None]
    log_exception: Callable[..., None]
    for_each: ForEach = map
    ago: Callable[[timedelta], str] = utc_now

    def find(self, deadline: Deadline) -> Swept:
        """Settle what is lost. A list that cannot be gone through does not end this, but for the last one."""
        swept = self._sweeper().sweep(deadline.earlier(_UNFINISHED_SHARE))
        pending = PendingSweeper(self.uploads, self.videos, self.pending, self._replan, self._now)
        swept.settled += pending.sweep(self._report, is_over=deadline.is_near)
        return swept

    def _now(self) -> str:
        return self.ago(timedelta())

    def _sweeper(self) -> Sweeper:
        pace = Pace(_DESCRIBING_INTERVAL_S)
        settler = Settler(
            self.uploads, self.videos, self.lists, self.workflows, self._replan, pace.wait, self.ago
        )
        cursors, logs = Cursors(self.uploads), (self.log_error, self.log_exception)
        return Sweeper(self.lists, self.workflows, settler.settle, cursors, *logs, self.for_each, self.ago)

    def _replan(self, video_id: str) -> None:
        self.send(keys.upload(video_id))

    def _report(self, video_id: str) -> None:
        self.log_exception("a pending upload could not be settled", video_id=video_id)
