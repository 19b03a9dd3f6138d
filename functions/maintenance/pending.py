"""Finds uploads of which nobody was told that they have arrived, and ends the wait for those that never will.

S3 may drop the event of an upload, and the function that receives one may die before it is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from reelway import keys
from reelway.ports.pending import PendingUpload, PendingUploads
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.recording import record_direct
from reelway.timestamps import later, utc_now

# The first pause is as long as the upload has been expected by then, as is each one that follows, up to this.
_MAX_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PendingSweeper:
    """`replan(video_id)` puts an event into the queue of planning, as S3 would have.

    `now` gives ISO 8601 times.
    """

    uploads: Bucket
    videos: Videos
    pending: PendingUploads
    replan: Callable[[str], None]
    now: Callable[[], str] = utc_now

    def sweep(self, report: Callable[[str], None], *, is_over: Callable[[], bool] = lambda: False) -> int:
        """Look for every upload for which it is time, the one that waits for longest first.

        Each is then recorded, dropped or put off, so that the next sweep goes on where this one was ended,
        by `is_over` or by Lambda. Returns how many were recorded or dropped. `report(video_id)` is called for
        an upload that could not be settled, while the exception is handled.
        """
        looked_for = takewhile(lambda _: not is_over(), self.pending.due(self.now()))
        return sum(self._settle(upload, report) for upload in looked_for)

    def _settle(self, upload: PendingUpload, report: Callable[[str], None]) -> bool:
        """Whether it was recorded or dropped. One that cannot be settled holds up none of the others."""
        try:
            return self._is_settled(upload)
        except Exception:
            report(upload.video_id)
            return False

    def _is_settled(self, upload: PendingUpload) -> bool:
        found = self.uploads.head(keys.upload(upload.video_id))
        if found and record_direct(upload.video_id, found, self.videos):
            # From here on it is a video like others, whose event the sweeper of lost work repeats.
            self.replan(upload.video_id)
            return True
        now = self.now()
        if now < upload.expected_until:
            self.pending.defer(upload.video_id, until=later(now, _pause(upload, now)))
            return False
        if found:  # its client was answered with an error, and will not repeat its request any more
            self.uploads.delete(keys.upload(upload.video_id))
        self.pending.end(upload.video_id)
        return True


def _pause(upload: PendingUpload, now: str) -> timedelta:
    expected_for = datetime.fromisoformat(now) - datetime.fromisoformat(upload.created_at)
    return min(expected_for, _MAX_PAUSE)
