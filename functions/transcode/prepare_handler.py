"""State machine input `{videoId}` → the job area is prepared."""

import os
from typing import Any

from reelway.adapters import clients, telemetry
from reelway.adapters.ffmpeg import Ffmpeg
from transcode.preparing import prepare
from transcode.step import ffmpeg_mb, job_folder, plan_of

logger = telemetry.logger_for("prepare")
uploads = clients.uploads_bucket()
encoder = Ffmpeg(memory_mb=ffmpeg_mb())
timeout_s = int(os.environ["STEP_TIMEOUT_SECONDS"])


def lambda_handler(event: dict[str, Any], context: object) -> None:
    logger.set_correlation_id(event["videoId"])
    plan = plan_of(event["videoId"], uploads)
    with job_folder() as folder:
        prepare(plan, folder, uploads=uploads, encoder=encoder, timeout_s=timeout_s)
