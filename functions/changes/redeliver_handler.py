"""Stream records that Lambda has given up, named in a queue → what the listeners would have done is done."""

from collections.abc import Sequence
from typing import Any

from changes.again import Again
from changes.events import EventsListener
from changes.recall import RecallListener
from changes.records import BatchReader
from changes.removal import RemovalListener
from changes.shelving import ShelvingListener
from reelway.adapters import change_wiring, clients, queue_wiring, telemetry
from reelway.adapters.settings import RedeliverSettings
from reelway.adapters.stream_batches import Record

settings = RedeliverSettings.from_environ()
logger = telemetry.logger_for("redeliver")
again = Again(queue_wiring.announcement_queue(settings.announcement_queue_url, stack=settings.stack_name))
outlets = change_wiring.outlets(settings, clients.PROMPT)
orders = RemovalListener(outlets.order_removal), RecallListener(outlets.order_recall)
listeners = (again, *orders, ShelvingListener(outlets.find, outlets.shelf_rows))
batches = queue_wiring.lost_batches()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return batches.handle(event, redeliver, logger.exception)


def redeliver(records: Sequence[Record]) -> Sequence[Record]:
    logger.warning("changes were given up; they are announced", records=len(records))
    everybody = (*listeners, EventsListener(outlets.bus))
    batch = BatchReader(again.greet, everybody, logger.set_correlation_id, logger.exception)
    return batch.take(records)
