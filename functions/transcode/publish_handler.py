"""State machine input `{videoId, runId, job}` → the video is READY, with all its renditions."""

from typing import Any

from reelway.adapters import admission_wiring, telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.settings import PublishSettings
from reelway.adapters.step_reports import StepReports
from reelway.video import execution_name
from transcode.job import ffmpeg_mb, prepared_plan_of
from transcode.job_folder import job_folder
from transcode.publishing import Publisher

settings = PublishSettings.from_environ()
logger = telemetry.logger_for("publish")
uploads, media = wiring.bucket(settings.uploads_bucket), wiring.bucket(settings.media_bucket)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
admissions = admission_wiring.admissions(settings.idempotency_table)
ffmpeg = Ffmpeg(memory_mb=ffmpeg_mb(settings.function_memory_mb), log=logger.warning)
reports = StepReports(logger, telemetry.Metrics(settings.stack_name))
publisher = Publisher(uploads, media, videos, ffmpeg, settings.step_timeout_s, reports.left_out)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    logger.set_correlation_id(event["videoId"])
    with reports.faults(), job_folder() as folder:
        if publisher.publish(prepared_plan_of(event["job"], uploads), folder):
            logger.info("all renditions are published")
        admissions.release(execution_name(event["videoId"], event.get("runId")))
