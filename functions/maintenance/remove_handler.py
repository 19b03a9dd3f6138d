"""Stream records of the Videos table → what belonged to deleted videos is removed."""

from typing import Any

from maintenance.removing import Remover
from reelway.adapters import stream_batches, telemetry, video_items, wiring
from reelway.adapters.settings import RemoveSettings

settings = RemoveSettings.from_environ()
logger = telemetry.logger_for("remove")
remover = Remover(
    wiring.bucket(settings.uploads_bucket),
    wiring.bucket(settings.media_bucket),
    wiring.workflows(settings.state_machine_arn),
    wiring.cdn_cache(settings.distribution_id).forget,
)


def remove(record: stream_batches.Record) -> None:
    new = record["dynamodb"]["NewImage"]
    if video_items.is_tombstone(new):
        video_id = new["videoId"]["S"]
        logger.set_correlation_id(video_id)
        try:
            remover.remove(video_id)
        except Exception:
            logger.exception("not removed; it is tried again")
            raise
        logger.info("removed")


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    return stream_batches.handle(event, context, remove)
