"""State machine input `{videoId}` → the job area is prepared, and a standard source READY.

The answer tells the state machine of the chunks: `{videoId, isMany, chunks}`; where there are many, `chunks`
is empty and their list is in S3.
"""

import os
from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from transcode.job import ffmpeg_mb, job_folder, plan_of
from transcode.preparing import Preparer

# An inline Map runs 40 iterations at once at most, and its input must fit into 256 KB.
_MAX_INLINE = 40

logger = telemetry.logger_for("prepare")
uploads = wiring.uploads_bucket()
preparer = Preparer(
    uploads=uploads,
    media=wiring.media_bucket(),
    videos=wiring.videos_table(),
    encoder=Ffmpeg(memory_mb=ffmpeg_mb()),
    timeout_s=float(os.environ["STEP_TIMEOUT_SECONDS"]),
    tell=lambda what, why: logger.info(what, reason=why),
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    video_id = event["videoId"]
    logger.set_correlation_id(video_id)
    plan = plan_of(video_id, uploads)
    with job_folder() as folder:
        chunks = [chunk.index for chunk in preparer.prepare(plan, folder).chunks]
    is_many = len(chunks) > _MAX_INLINE
    return {"videoId": video_id, "isMany": is_many, "chunks": [] if is_many else chunks}
