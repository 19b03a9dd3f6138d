"""State machine input `{videoId, runId, job}` → the video is READY, with all its renditions."""

from typing import Any

from reelway.adapters import admission_wiring, telemetry
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.job_wiring import Jobs
from reelway.adapters.settings import PublishSettings
from reelway.adapters.step_reports import StepReports
from reelway.video import execution_name
from transcode.job import ffmpeg_mb, prepared_plan_of
from transcode.job_folder import job_folder
from transcode.publishing import Publisher

settings = PublishSettings.from_environ()
logger = telemetry.logger_for("publish")
jobs = Jobs(settings)
admissions = admission_wiring.admissions(settings.idempotency_table)
ffmpeg = Ffmpeg(memory_mb=ffmpeg_mb(settings.function_memory_mb), log=logger.warning)
reports = StepReports(logger, telemetry.Metrics(settings.stack_name))


def lambda_handler(event: dict[str, Any], context: object) -> None:
    video_id = event["videoId"]
    logger.set_correlation_id(video_id)
    with reports.faults(), jobs.of(video_id) as job, job_folder() as folder:
        publisher = Publisher(*job, ffmpeg, settings.step_timeout_s, reports.left_out)
        if publisher.publish(prepared_plan_of(event["job"], job.uploads), folder):
            logger.info("all renditions are published")
        admissions.release(execution_name(video_id, event.get("runId")))
