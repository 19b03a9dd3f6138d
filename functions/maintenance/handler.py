"""EventBridge schedule (every 5 minutes) → sweep lost work, repeat the state on open sockets."""

from datetime import timedelta
from typing import Any

from maintenance.removing import Remover
from maintenance.sweeping import Sweeper
from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.errors import ReelwayError
from reelway.live_status import Pusher
from reelway.timestamps import utc_now

_LOST_AFTER = timedelta(minutes=10)
_MAX_RUN = timedelta(hours=3)  # the state machine ends after two

logger = telemetry.logger_for("maintenance")
events = wiring.event_queue()
videos = wiring.videos_table()
connections = wiring.connections_table()
pusher = Pusher(videos, connections, wiring.sockets())


def replan(video_id: str) -> None:
    """Put the event into the planning's queue that S3 seems to have dropped."""
    events.put(keys.upload(video_id))


def report(video_id: str) -> None:
    logger.exception("a video could not be settled", video_id=video_id)


uploads, workflows = wiring.uploads_bucket(), wiring.workflows()
sweeper = Sweeper(uploads, videos, workflows, replan, report)
remover = Remover(uploads, wiring.media_bucket(), workflows, wiring.distribution().forget)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    # Sockets first: they die of silence, while lost work can wait.
    sockets = 0
    for connection in connections.all():
        try:
            pusher.repeat(connection)
            sockets += 1
        except ReelwayError:
            logger.exception("a socket could not be reached", connection_id=connection.connection_id)
    settled = sweeper.sweep(after=utc_now(ago=_MAX_RUN), before=utc_now(ago=_LOST_AFTER))
    removed = remover.settle(videos, report, before=utc_now(ago=_MAX_RUN))
    logger.info("swept", settled=settled, removed=removed, sockets=sockets)
    return {"settled": settled, "removed": removed, "sockets": sockets}
