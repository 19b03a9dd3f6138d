"""State machine input `{videoId, chunk}` → the chunk's segments are published."""

import os
from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import MediaRejected
from transcode.encoding import ChunkEncoder
from transcode.job import ffmpeg_mb, job_folder, prepared_plan_of, threads
from transcode.rejections import put_rejection

logger = telemetry.logger_for("encode")
uploads = wiring.uploads_bucket()
chunk_encoder = ChunkEncoder(
    uploads=uploads,
    media=wiring.media_bucket(),
    videos=wiring.videos_table(),
    encoder=Ffmpeg(memory_mb=ffmpeg_mb()),
    threads=threads(),
    timeout_s=int(os.environ["STEP_TIMEOUT_SECONDS"]),
)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    logger.set_correlation_id(event["videoId"])
    plan = prepared_plan_of(event["videoId"], uploads)
    chunk = plan.chunks[event["chunk"]]
    try:
        with job_folder() as folder:
            chunk_encoder.encode(plan, chunk, folder)
    except MediaRejected as rejection:
        put_rejection(event["videoId"], rejection, uploads)
        raise
    logger.info("encoded", chunk=chunk.index, of=len(plan.chunks))
