"""S3 `ObjectRemoved` events of the media bucket, out of a queue → a video without manifest is not listed."""

from typing import Any

from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import UnlistSettings

settings = UnlistSettings.from_environ()
logger = telemetry.logger_for("unlist")
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)


def unlist(key: str) -> None:
    video_id = keys.video_of_manifest(key)
    if video_id:
        logger.set_correlation_id(video_id)
        logger.warning("manifest removed; the video leaves the ready list")
        videos.unlist(video_id)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return events.handle(event, unlist, logger.exception)
