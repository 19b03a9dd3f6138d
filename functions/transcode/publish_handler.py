"""State machine input `{videoId}` → the video is READY."""

from typing import Any

from reelway.adapters import clients, telemetry
from transcode.publishing import publish
from transcode.step import plan_of

logger = telemetry.logger_for("publish")
uploads = clients.uploads_bucket()
media = clients.media_bucket()
videos = clients.videos_table()


def lambda_handler(event: dict[str, Any], context: object) -> None:
    logger.set_correlation_id(event["videoId"])
    if publish(plan_of(event["videoId"], uploads), uploads=uploads, media=media, videos=videos):
        logger.info("ready")
