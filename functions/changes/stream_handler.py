"""Stream records of the Videos table → every listener; of the Connections table → a new socket's greeting."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from changes.change import change_of
from changes.dispatch import Dispatcher
from changes.removal import RemovalListener
from changes.sockets import SocketsListener
from reelway.adapters import stream_batches, telemetry, wiring
from reelway.adapters.connections_table import connection_of
from reelway.live_status.announcer import Announcer

# Sockets that are sent to at the same time; a boto3 client keeps ten connections.
MAX_CONCURRENT_SENDS = 8

logger = telemetry.logger_for("changes")
announcer = Announcer(
    wiring.videos_table(),
    wiring.connections_table(),
    wiring.sockets(),
    for_each=ThreadPoolExecutor(MAX_CONCURRENT_SENDS).map,
)
# A new listener is a class with `on_change`, and one line here.
listeners = (
    SocketsListener(announcer),
    RemovalListener(wiring.removal_queue().send),
)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    dispatcher = Dispatcher(listeners)

    def take(record: stream_batches.Record) -> None:
        keys = record["dynamodb"]["Keys"]
        logger.set_correlation_id(keys["videoId"]["S"])
        try:
            if "connectionId" in keys:
                announcer.greet(connection_of(record["dynamodb"]["NewImage"]))
            else:
                dispatcher.dispatch(change_of(record))
        except Exception:
            logger.exception("a record failed; it is delivered again")
            raise

    return stream_batches.handle(event, context, take)
