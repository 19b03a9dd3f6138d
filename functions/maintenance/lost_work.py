"""All that looks for lost work, within the time that a run has.

Pending uploads, what is still admitted to processing, and what is unfinished.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from maintenance.admissions import LostAdmissions
from maintenance.cursors import Cursors
from maintenance.deadline import Deadline
from maintenance.pacing import Pace
from maintenance.pending import PendingSweeper
from maintenance.settling import Settler
from maintenance.sweeping import ForEach, Sweeper, Swept
from reelway import keys
from reelway.ports.admissions import Admissions
from reelway.ports.pending import PendingUploads
from reelway.ports.reruns import Reruns
from reelway.ports.storage import Bucket
from reelway.ports.unfinished import UnfinishedVideos
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.timestamps import utc_now

# Step Functions takes ten DescribeExecution a second in most regions, and fifteen in some.
DESCRIBING_INTERVAL_S = 0.1


@dataclass(frozen=True, slots=True)
class LostWork:
    """`send(key)` sends planning the event of an upload, as S3 would have.

    `log_error(message, **about)` logs, and so does `log_exception`, with the exception that is handled. `ago`
    gives the ISO 8601 time that lies so far back.
    """

    uploads: Bucket
    videos: Videos
    reruns: Reruns
    lists: UnfinishedVideos
    pending: PendingUploads
    workflows: Workflows
    admissions: Admissions
    send: Callable[[str], None]
    log_error: Callable[..., None]
    log_exception: Callable[..., None]
    for_each: ForEach = map
    ago: Callable[[timedelta], str] = utc_now

    def run(self, deadline: Deadline) -> Swept:
        """Pending uploads take a quarter of the time at most, admissions as much of what is left."""
        is_looked_for, recorded = self._look_for_pending(deadline.earlier(0.25))
        is_released = self._lost_admissions().release(deadline.earlier(0.25))
        swept = self._sweeper().sweep(deadline)
        swept.settled += recorded
        swept.is_complete &= is_looked_for and is_released
        return swept

    def _look_for_pending(self, deadline: Deadline) -> tuple[bool, int]:
        """Whether all were looked for, and how many were recorded or dropped."""
        now = self.ago(timedelta())
        sweeper = PendingSweeper(self.uploads, self.videos, self.pending, self._replan, lambda: now)
        try:
            settled = sweeper.sweep(self._report, is_over=deadline.is_near)
        except Exception:
            self.log_exception("a list could not be gone through", list="pending")
            return False, 0
        return not deadline.is_near(), settled

    def _lost_admissions(self) -> LostAdmissions:
        logs, pace = (self.log_error, self.log_exception), Pace(DESCRIBING_INTERVAL_S)
        return LostAdmissions(self.admissions, self.workflows, pace.wait, *logs, self.ago)

    def _sweeper(self) -> Sweeper:
        settler = Settler(
            self.uploads,
            self.videos,
            self.reruns,
            self.lists,
            self.workflows,
            self._replan,
            Pace(DESCRIBING_INTERVAL_S).wait,
            self.log_error,
            self.ago,
        )
        return Sweeper(
            self.lists,
            self.workflows,
            settler.settle,
            Cursors(self.uploads),
            self.log_error,
            self.log_exception,
            self.for_each,
            self.ago,
        )

    def _replan(self, video_id: str) -> None:
        self.send(keys.upload(video_id))

    def _report(self, video_id: str) -> None:
        self.log_exception("an upload could not be settled", video_id=video_id)
