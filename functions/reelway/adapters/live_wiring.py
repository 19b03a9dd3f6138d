"""`live_status` over boto3's clients, for the functions that announce changes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from reelway.adapters import clients, queue_wiring, wiring
from reelway.adapters.announcement_queue import AnnouncementQueue
from reelway.adapters.push_lag import PushLag
from reelway.adapters.settings import AnnounceSettings, ChangesSettings
from reelway.adapters.telemetry import Metrics
from reelway.errors import StorageFailed
from reelway.live_status.announcer import Announcer
from reelway.live_status.broadcast import Broadcast

# Sockets that are sent to at the same time; a boto3 client keeps ten connections.
MAX_CONCURRENT_SENDS = 8


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """What tells sockets of changes, and measures how late they hear of them."""

    announcer: Announcer
    broadcast: Broadcast
    announcements: AnnouncementQueue
    metrics: Metrics
    push_lag: PushLag

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Around what one call of the function does."""
        self.announcer.begin_batch()
        yield
        if self.announcer.lag_s is not None:
            self.metrics.measure_seconds("PushLag", self.announcer.lag_s)
            with suppress(StorageFailed):  # the metric tells it as well
                self.push_lag.note(self.announcer.lag_s)


def live_status(settings: ChangesSettings | AnnounceSettings, report: Callable[..., None]) -> LiveStatus:
    """`report` is told of sockets that could not be reached, as `Broadcast` says."""
    stack = settings.stack_name
    videos = wiring.videos_table(settings.videos_table, stack=stack, config=clients.PROMPT)
    connections = wiring.connections_table(settings.connections_table, clients.PROMPT)
    pool = ThreadPoolExecutor(MAX_CONCURRENT_SENDS)
    announcer = Announcer(videos, connections, wiring.sockets(), for_each=pool.map)
    announcements = queue_wiring.announcement_queue(settings.announcement_queue_url, stack=stack)
    broadcast = Broadcast(videos, connections, announcer, announcements, report)
    lag = wiring.push_lag(settings.idempotency_table, clients.PROMPT)
    return LiveStatus(announcer, broadcast, announcements, Metrics(stack), lag)
