"""Stream records of the Videos and Connections tables → messages on sockets."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from reelway.adapters import stream_batches, telemetry, video_items, wiring
from reelway.adapters.connections_table import connection_of
from reelway.errors import ReelwayError
from reelway.interruptions import Interruption, interrupted
from reelway.live_status import Pusher

logger = telemetry.logger_for("push")
# Sockets that are told something at the same time; a client of boto3 keeps ten connections.
AT_ONCE = 8
pusher = Pusher(
    wiring.videos_table(),
    wiring.connections_table(),
    wiring.sockets(),
    for_each=ThreadPoolExecutor(AT_ONCE).map,
)
# Videos of which a change could not be told; those after it in the batch must wait for the retry.
held_up: set[str] = set()


def push(record: stream_batches.Record) -> None:
    images = record["dynamodb"]
    new, old = images["NewImage"], images.get("OldImage", {})
    video_id = new["videoId"]["S"]
    logger.set_correlation_id(video_id)
    if "connectionId" in new:
        pusher.greet(connection_of(new))
        return
    if video_id in held_up:
        raise interrupted(Interruption.HELD_UP)
    try:
        if video_items.is_tombstone(new):
            pusher.dismiss(video_id)
        else:
            pusher.announce(video_items.video_of(new), only_progress=old.get("version") == new["version"])
    except ReelwayError:
        held_up.add(video_id)
        raise


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    held_up.clear()
    return stream_batches.handle(event, context, push)
