"""EventBridge schedule (every 5 minutes) → sweep lost work, repeat the state on open sockets."""

import json
import os
from datetime import timedelta
from typing import Any

from maintenance.removing import Remover
from maintenance.sweeping import Sweeper
from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.errors import ReelwayError
from reelway.live_status.announcer import Announcer
from reelway.timestamps import utc_now

_LOST_AFTER = timedelta(minutes=10)
_MAX_RUN = timedelta(hours=3)  # the state machine ends after two

logger = telemetry.logger_for("maintenance")
lambda_client = wiring.lambda_client()
videos = wiring.videos_table()
connections = wiring.connections_table()
announcer = Announcer(videos, connections, wiring.sockets())


def replan(video_id: str) -> None:
    """Send the plan function the event that S3 seems to have dropped."""
    event = {"Records": [{"s3": {"object": {"key": keys.upload(video_id)}}}]}
    lambda_client.invoke(
        FunctionName=os.environ["PLAN_FUNCTION"], InvocationType="Event", Payload=json.dumps(event)
    )


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
            announcer.repeat(connection)
            sockets += 1
        except ReelwayError:
            logger.exception("a socket could not be reached", connection_id=connection.connection_id)
    settled = sweeper.sweep(after=utc_now(ago=_MAX_RUN), before=utc_now(ago=_LOST_AFTER))
    removed = remover.settle(videos, report, before=utc_now(ago=_MAX_RUN))
    logger.info("swept", settled=settled, removed=removed, sockets=sockets)
    return {"settled": settled, "removed": removed, "sockets": sockets}
