"""S3 `ObjectRemoved` events of the media bucket → a video without its manifest leaves the ready list."""

from typing import Any

from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import UnlistSettings

settings = UnlistSettings.from_environ()
logger = telemetry.logger_for("unlist")
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    for record in event["Records"]:
        video_id = keys.video_of_manifest(record["s3"]["object"]["key"])
        if video_id:
            logger.set_correlation_id(video_id)
            logger.warning("manifest removed; the video leaves the ready list")
            videos.unlist(video_id)
