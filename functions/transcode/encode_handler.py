"""State machine input `{videoId, job, chunk}` → the chunk's segments are published."""

from typing import Any

from reelway.adapters import telemetry
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.job_wiring import Jobs
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
bounds = threads(memory_mb), timeout_s


def lambda_handler(event: dict[str, Any], context: object) -> None:
    logger.set_correlation_id(event["videoId"])
    with reports.faults(), jobs.of(event["videoId"]) as job, rejection_kept(event["job"], job.uploads):
        plan = prepared_plan_of(event["job"], job.uploads)
        with job_folder() as folder:
            encoder = ChunkEncoder(*job, ffmpeg, *bounds, reports.left_out)
            encoder.encode(plan, plan.chunks[event["chunk"]], folder)
    logger.info("encoded", chunk=event["chunk"], of=len(plan.chunks))
