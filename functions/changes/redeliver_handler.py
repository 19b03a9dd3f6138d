"""Stream records that Lambda has given up, named in a queue → what the listeners would have done is done."""

from collections.abc import Sequence
from typing import Any

from changes.again import Again
from changes.records import BatchReader
from changes.removal import RemovalListener
from changes.shelving import ShelvingListener
from reelway.adapters import clients, queue_wiring, telemetry, wiring
from reelway.adapters.settings import RedeliverSettings
from reelway.adapters.stream_batches import Record

settings = RedeliverSettings.from_environ()
logger = telemetry.logger_for("redeliver")
again = Again(queue_wiring.announcement_queue(settings.announcement_queue_url, stack=settings.stack_name))
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=clients.PROMPT)
listeners = (
    again,
    RemovalListener(queue_wiring.removal_queue(settings.removal_queue_url).send),
    ShelvingListener(videos.find, wiring.shelf_rows(settings.videos_table)),
)
batches = queue_wiring.lost_batches()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return batches.handle(event, redeliver, logger.exception)


def redeliver(records: Sequence[Record]) -> Sequence[Record]:
    logger.warning("changes were given up; they are announced", records=len(records))
    batch = BatchReader(again.greet, listeners, logger.set_correlation_id, logger.exception)
    return batch.take(records)
