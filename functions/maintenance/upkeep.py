"""What is done every few minutes: quiet sockets are kept open, lost work and leftovers are settled."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from maintenance.removing import Remover
from maintenance.sweeping import Sweeper
from reelway.errors import ReelwayError
from reelway.ports.connections import Connection, Connections
from reelway.ports.videos import Videos
from reelway.timestamps import utc_now

# S3 notifies within seconds, and planning takes 240 s at most. An event whose planning fails waits in its
# queue for up to 25 hours; the video is then planned once more from here, which does no harm.
_LOST_AFTER = timedelta(minutes=10)
# A run may wait for concurrency for 7 days. The end of one that took longer than this is told by the state
# machine and by EventBridge, but not found here, where each video that became READY since then is read.
_LADDERS_OF = timedelta(days=1)
# Deleting a video ends its run; what was called before may take 15 min, a retry of the deletion 12.
_LAST_WRITE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`repeat` sends a socket the present state; `log_exception(message, **about)` logs what is handled.

    `ago` gives the ISO 8601 time that lies so far back.
    """

    connections: Connections
    repeat: Callable[[Connection], None]
    videos: Videos
    sweeper: Sweeper
    remover: Remover
    log_exception: Callable[..., None]
    ago: Callable[[timedelta], str] = utc_now

    def run(self) -> dict[str, int]:
        """How many videos were `settled`, deleted videos `removed`, and `sockets` kept open."""
        # Sockets first: API Gateway closes one that was quiet for 10 minutes, while lost work can wait.
        sockets = sum(map(self._keep_open, self.connections.all()))
        settled = self.sweeper.sweep(self._report, after=self.ago(_LADDERS_OF), before=self.ago(_LOST_AFTER))
        removed = self.remover.settle(self.videos, self._report, before=self.ago(_LAST_WRITE))
        return {"settled": settled, "removed": removed, "sockets": sockets}

    def _keep_open(self, connection: Connection) -> bool:
        """Whether the socket could be reached; one that could not holds up none of the others."""
        try:
            self.repeat(connection)
        except ReelwayError:
            self.log_exception("a socket could not be reached", connection_id=connection.connection_id)
            return False
        return True

    def _report(self, video_id: str) -> None:
        self.log_exception("a video could not be settled", video_id=video_id)
