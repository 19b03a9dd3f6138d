"""State machine input `{videoId, job, chunk}` → the chunk's segments are published."""

from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.settings import EncodeSettings
from reelway.adapters.step_reports import StepReports
from transcode.encoding import ChunkEncoder
from transcode.job import ffmpeg_mb, prepared_plan_of, threads
from transcode.job_folder import job_folder
from transcode.rejections import rejection_kept

settings = EncodeSettings.from_environ()
logger = telemetry.logger_for("encode")
uploads, media = wiring.bucket(settings.uploads_bucket), wiring.bucket(settings.media_bucket)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
memory_mb, timeout_s = settings.function_memory_mb, settings.step_timeout_s
ffmpeg = Ffmpeg(memory_mb=ffmpeg_mb(memory_mb), log=logger.warning)
reports = StepReports(logger, telemetry.Metrics(settings.stack_name))
encoder = ChunkEncoder(uploads, media, videos, ffmpeg, threads(memory_mb), timeout_s, reports.left_out)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    video_id = event["videoId"]
    logger.set_correlation_id(video_id)
    with reports.faults(), rejection_kept(event["job"], uploads), job_folder() as folder:
        plan = prepared_plan_of(event["job"], uploads)
        chunk = plan.chunks[event["chunk"]]
        encoder.encode(plan, chunk, folder)
    logger.info("encoded", chunk=chunk.index, of=len(plan.chunks))
