"""State machine input `{videoId, job, chunk}` → the chunk's segments are published."""

from typing import Any

from reelway.adapters import telemetry
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.job_wiring import JobAccess, Jobs
from reelway.adapters.settings import EncodeSettings
from reelway.adapters.step_reports import StepReports
from transcode.encoding import ChunkEncoder
from transcode.job import ffmpeg_mb, prepared_plan_of, threads
from transcode.job_folder import job_folder
from transcode.rejections import rejection_kept

settings = EncodeSettings.from_environ()
logger = telemetry.logger_for("encode")
jobs = Jobs(settings)
memory_mb, timeout_s = settings.function_memory_mb, settings.step_timeout_s
ffmpeg = Ffmpeg(memory_mb=ffmpeg_mb(memory_mb), log=logger.warning)
reports = StepReports(logger, telemetry.Metrics(settings.stack_name))


def lambda_handler(event: dict[str, Any], context: object) -> None:
    video_id = event["videoId"]
    logger.set_correlation_id(video_id)
    with reports.faults(), jobs.of(video_id) as job, rejection_kept(event["job"], job.uploads):
        plan = prepared_plan_of(event["job"], job.uploads)
        chunk = plan.chunks[event["chunk"]]
        with job_folder() as folder:
            encoder_for(job).encode(plan, chunk, folder)
    logger.info("encoded", chunk=chunk.index, of=len(plan.chunks))


def encoder_for(job: JobAccess) -> ChunkEncoder:
    of = job.uploads, job.media, job.videos
    return ChunkEncoder(*of, ffmpeg, threads(memory_mb), timeout_s, reports.left_out)
