"""Stream records of the Videos table → every listener; of the Connections table → a new socket's greeting."""

from typing import Any

from changes.records import BatchReader
from changes.removal import RemovalListener
from changes.shelving import ShelvingListener
from changes.sockets import SocketsListener
from reelway.adapters import live_wiring, queue_wiring, stream_batches, telemetry, wiring
from reelway.adapters.settings import ChangesSettings

settings = ChangesSettings.from_environ()
logger = telemetry.logger_for("changes")
live = live_wiring.live_status(
    settings.videos_table,
    settings.connections_table,
    settings.idempotency_table,
    settings.announcement_queue_url,
    stack=settings.stack_name,
    report=logger.warning,
)
removals = queue_wiring.removal_queue(settings.removal_queue_url)
shelving = ShelvingListener(live.broadcast.videos.find, wiring.shelf_rows(settings.videos_table))
# A new listener is a class with `on_change`, and one line here.
listeners = (SocketsListener(live.broadcast), RemovalListener(removals.send), shelving)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    batch = BatchReader(live.broadcast.greet, listeners, logger.set_correlation_id, logger.exception)
    with live.batch():
        return stream_batches.handle(event, batch.take)
