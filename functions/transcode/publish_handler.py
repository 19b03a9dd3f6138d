"""State machine input `{videoId}` → the video is READY, with all its renditions."""

import os
from typing import Any

from reelway.adapters import clients, telemetry
from reelway.adapters.ffmpeg import Ffmpeg
from transcode.publishing import Publisher
from transcode.step import ffmpeg_mb, job_folder, prepared_plan_of

logger = telemetry.logger_for("publish")
uploads = clients.uploads_bucket()
publisher = Publisher(
    uploads=uploads,
    media=clients.media_bucket(),
    videos=clients.videos_table(),
    encoder=Ffmpeg(memory_mb=ffmpeg_mb()),
    timeout_s=float(os.environ["STEP_TIMEOUT_SECONDS"]),
)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    logger.set_correlation_id(event["videoId"])
    with job_folder() as folder:
        if publisher.publish(prepared_plan_of(event["videoId"], uploads), folder):
            logger.info("all renditions are published")
