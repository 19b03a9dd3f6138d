"""State machine input `{videoId}` → the video is READY, with all its renditions."""

import os
from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from transcode.job import ffmpeg_mb, job_folder, prepared_plan_of
from transcode.publishing import Publisher

logger = telemetry.logger_for("publish")
uploads = wiring.uploads_bucket()
publisher = Publisher(
    uploads=uploads,
    media=wiring.media_bucket(),
    videos=wiring.videos_table(),
    encoder=Ffmpeg(memory_mb=ffmpeg_mb()),
    timeout_s=float(os.environ["STEP_TIMEOUT_SECONDS"]),
)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    logger.set_correlation_id(event["videoId"])
    with job_folder() as folder:
        if publisher.publish(prepared_plan_of(event["videoId"], uploads), folder):
            logger.info("all renditions are published")
