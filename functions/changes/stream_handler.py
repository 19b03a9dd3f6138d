"""Stream records of the Videos table → every listener; of the Connections table → a new socket's greeting."""

from typing import Any

from changes.events import EventsListener
from changes.recall import RecallListener
from changes.records import BatchReader
from changes.removal import RemovalListener
from changes.shelving import ShelvingListener
from changes.sockets import SocketsListener
from reelway.adapters import (
    clients,
    live_wiring,
    playback_wiring,
    queue_wiring,
    stream_batches,
    telemetry,
    wiring,
)
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
bus = queue_wiring.event_bus(settings.event_bus, stack=settings.stack_name, config=clients.ONCE)
removals = queue_wiring.removal_queue(settings.removal_queue_url)
recalls = playback_wiring.recall_queue(settings.recall_queue_url)
rows = wiring.shelf_rows(settings.videos_table)
# A new listener is a class with `on_change`, and stands here, or below if it remembers what a batch did.
listeners = (
    SocketsListener(live.broadcast),
    RemovalListener(removals.send),
    RecallListener(recalls.send),
    ShelvingListener(live.broadcast.videos.find, rows),
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    everybody = (*listeners, EventsListener(bus))
    batch = BatchReader(live.broadcast.greet, everybody, logger.set_correlation_id, logger.exception)
    with live.batch():
        return stream_batches.handle(event, batch.take)
