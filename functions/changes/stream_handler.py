"""Stream records of the Videos table → every listener; of the Connections table → a new socket's greeting."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from changes.records import BatchReader
from changes.removal import RemovalListener
from changes.sockets import SocketsListener
from reelway.adapters import stream_batches, telemetry, wiring
from reelway.adapters.settings import ChangesSettings
from reelway.live_status.announcer import Announcer

# Sockets that are sent to at the same time; a boto3 client keeps ten connections.
MAX_CONCURRENT_SENDS = 8

settings = ChangesSettings.from_environ()
logger = telemetry.logger_for("changes")
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
connections = wiring.connections_table(settings.connections_table)
pool = ThreadPoolExecutor(MAX_CONCURRENT_SENDS)
announcer = Announcer(videos, connections, wiring.sockets(), for_each=pool.map)
# A new listener is a class with `on_change`, and one line here.
listeners = (
    SocketsListener(announcer),
    RemovalListener(wiring.removal_queue(settings.removal_queue_url).send),
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    batch = BatchReader(announcer.greet_all, listeners, logger.set_correlation_id, logger.exception)
    return stream_batches.handle(event, batch.take)
