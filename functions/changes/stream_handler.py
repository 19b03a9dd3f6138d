"""Stream records of the Videos table → every listener; of the Connections table → a new socket's greeting."""

from typing import Any

from changes.events import EventsListener
from changes.recall import RecallListener
from changes.records import BatchReader
from changes.removal import RemovalListener
from changes.shelving import ShelvingListener
from changes.sockets import SocketsListener
from reelway.adapters import change_wiring, clients, live_wiring, stream_batches, telemetry
from reelway.adapters.settings import ChangesSettings

settings = ChangesSettings.from_environ()
logger = telemetry.logger_for("changes")
live = live_wiring.live_status(settings, logger.warning)
outlets = change_wiring.outlets(settings, clients.ONCE)
# A new listener is a class with `on_change`, and stands here, or below if it remembers what a batch did.
listeners = (
    SocketsListener(live.broadcast),
    RemovalListener(outlets.order_removal),
    RecallListener(outlets.order_recall),
    ShelvingListener(outlets.find, outlets.shelf_rows),
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    everybody = (*listeners, EventsListener(outlets.bus))
    batch = BatchReader(live.broadcast.greet, everybody, logger.set_correlation_id, logger.exception)
    with live.batch():
        return stream_batches.handle(event, batch.take)
