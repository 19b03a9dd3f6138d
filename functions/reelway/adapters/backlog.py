"""What has been waiting for too long, as metrics."""

from dataclasses import dataclass
from datetime import timedelta

from reelway.adapters import video_items
from reelway.adapters.telemetry import Metrics
from reelway.adapters.video_lists import VideoLists
from reelway.ports.unfinished import UnfinishedVideos, Work
from reelway.timestamps import seconds_since, utc_now

# Maintenance looks at a deleted video after 16 minutes, and five minutes later whether anything is left.
_OVERDUE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OverdueRemovals:
    """Deleted videos of which something is still served, or in storage for longer than it is to be `kept`."""

    lists: VideoLists
    metrics: Metrics
    kept: timedelta

    def measure(self) -> None:
        """Write `DeletedNotRemoved`: how many were to be hidden or removed for half an hour, and are not."""
        count = self.lists.count(video_items.DELETED_LIST, before=utc_now(_OVERDUE))
        count += self.lists.count(video_items.HIDDEN_LIST, before=utc_now(self.kept + _OVERDUE))
        self.metrics.gauge("DeletedNotRemoved", count)


@dataclass(frozen=True, slots=True)
class Backlog:
    unfinished: UnfinishedVideos
    metrics: Metrics

    def measure(self) -> None:
        """For how long the oldest unfinished video, and the oldest unfinished ladder of a READY one, are so.

        Both are 0 when there is none.
        """
        self.metrics.measure_seconds("OldestUnfinishedSeconds", self._age_s(Work.VIDEOS))
        self.metrics.measure_seconds("OldestLadderSeconds", self._age_s(Work.LADDERS))

    def _age_s(self, work: Work) -> float:
        oldest = self.unfinished.page(work, after=None, before=utc_now(), limit=1)
        return seconds_since(oldest[0].listed_at) if oldest else 0
