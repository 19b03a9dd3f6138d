"""Messages of the invalidation queue, many at a time → the CDN forgets what it has cached of their videos."""

from typing import Any

from maintenance.invalidating import paths_of
from reelway.adapters import maintenance_wiring, telemetry
from reelway.adapters.invalidation_queue import InvalidationBatch
from reelway.adapters.settings import InvalidateSettings

settings = InvalidateSettings.from_environ()
logger = telemetry.logger_for("invalidate")
cache = maintenance_wiring.cdn_cache(settings.distribution_id)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    batch = InvalidationBatch(event)
    paths = paths_of(batch.video_ids)
    if not cache.forget(paths, reference=batch.reference):
        logger.warning("CloudFront takes no more at the moment; it is tried again", videos=batch.video_ids)
        return batch.not_yet()
    logger.info("invalidated", videos=batch.video_ids, paths=len(paths))
    return batch.done()
