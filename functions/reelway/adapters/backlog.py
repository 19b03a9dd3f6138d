"""How long the videos that are waiting have been waiting, as a metric."""

from dataclasses import dataclass

from reelway.adapters.telemetry import Metrics
from reelway.adapters.video_lists import VideoLists
from reelway.timestamps import seconds_since


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
