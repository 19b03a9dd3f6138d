"""State machine input `{videoId, job, chunk}` → the chunk's segments are published."""

from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.settings import EncodeSettings
from transcode.encoding import ChunkEncoder
from transcode.job import ffmpeg_mb, job_folder, prepared_plan_of, threads
from transcode.rejections import rejection_kept

settings = EncodeSettings.from_environ()
logger = telemetry.logger_for("encode")
uploads, media = wiring.bucket(settings.uploads_bucket), wiring.bucket(settings.media_bucket)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
memory_mb = settings.function_memory_mb
ffmpeg = Ffmpeg(memory_mb=ffmpeg_mb(memory_mb), log=logger.warning)
encoder = ChunkEncoder(uploads, media, videos, ffmpeg, threads(memory_mb), settings.step_timeout_s)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    video_id = event["videoId"]
    logger.set_correlation_id(video_id)
    plan = prepared_plan_of(event["job"], uploads)
    chunk = plan.chunks[event["chunk"]]
    with rejection_kept(event["job"], uploads), job_folder() as folder:
        encoder.encode(plan, chunk, folder)
    logger.info("encoded", chunk=chunk.index, of=len(plan.chunks))
