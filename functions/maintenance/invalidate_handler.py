"""Messages of the invalidation queue, many at a time → the CDN forgets what it has cached of their videos."""

from typing import Any

from maintenance.invalidating import forget
from reelway.adapters import maintenance_wiring, telemetry
from reelway.adapters.invalidation_queue import InvalidationBatch
from reelway.adapters.settings import InvalidateSettings

settings = InvalidateSettings.from_environ()
logger = telemetry.logger_for("invalidate")
cache = maintenance_wiring.cdn_cache(settings.distribution_id)
later = maintenance_wiring.invalidation_queue(settings.invalidation_queue_url)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    batch = InvalidationBatch(event)
    paths = forget(batch.video_ids, batch.refusals, batch.reference, cache=cache, later=later)
    if paths is None or paths == "later":
        logger.warning("CloudFront takes no more at the moment; it is tried again", videos=batch.video_ids)
        return batch.done() if paths else batch.not_yet()
    logger.info("invalidated", videos=batch.video_ids, paths=paths)
    return batch.done()
