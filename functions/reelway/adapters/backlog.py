"""What has been waiting for too long, as metrics."""

from dataclasses import dataclass
from datetime import timedelta

from reelway.adapters import video_items
from reelway.adapters.telemetry import Metrics
from reelway.adapters.video_lists import VideoLists
from reelway.timestamps import seconds_since, utc_now

# Maintenance looks at a deleted video after 16 minutes, and five minutes later whether anything is left.
_OVERDUE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OverdueRemovals:
    """Deleted videos of which something is still in storage, or may be."""

    lists: VideoLists
    metrics: Metrics

    def measure(self) -> None:
        """Write `DeletedNotRemoved`: how many were deleted over half an hour ago and are not settled."""
        count = self.lists.count(video_items.DELETED_LIST, before=utc_now(_OVERDUE))
        self.metrics.gauge("DeletedNotRemoved", count)


@dataclass(frozen=True, slots=True)
class Backlog:
    lists: VideoLists
    metrics: Metrics

    def measure(self) -> None:
        """Write `OldestUnfinishedSeconds`, which is 0 when no video is unfinished.

        An alarm sounds when it has not been written for 15 minutes: it is the sign that maintenance runs.
        """
        oldest = self.lists.oldest_unfinished()
        self.metrics.measure_seconds("OldestUnfinishedSeconds", seconds_since(oldest) if oldest else 0)
