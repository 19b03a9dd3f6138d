"""Queues of other functions' work, as `ports.orders.FileOrders`."""

from dataclasses import dataclass

from reelway import keys
from reelway.adapters.invalidation_queue import InvalidationQueue
from reelway.adapters.removal_queue import RemovalQueue
from reelway.adapters.s3_events import EventQueue


@dataclass(frozen=True, slots=True)
class FileOrderQueues:
    invalidations: InvalidationQueue
    removals: RemovalQueue
    events: EventQueue

    def forget(self, video_id: str) -> None:
        self.invalidations.send(video_id)

    def plan(self, video_id: str) -> None:
        self.events.send(keys.upload(video_id))

    def look_again(self, video_id: str, execution: str) -> None:
        self.removals.look_again(video_id, execution)
