"""State machine input `{videoId, runId, job}` → the job area is prepared, and a standard source READY.

The answer adds the chunks' numbers: `{videoId, runId, job, isMany, chunks}`. Where there are many, `chunks`
is empty, and a distributed Map reads their list from S3. Executions that began while the stack was updated
have the video's id only.
"""

from typing import Any

from reelway.adapters import telemetry
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.job_wiring import Jobs
from reelway.adapters.settings import PrepareSettings
from reelway.adapters.step_reports import StepReports
from transcode.job import chunks_to_encode, ffmpeg_mb, plan_of
from transcode.job_folder import job_folder
from transcode.preparing import Preparer

settings = PrepareSettings.from_environ()
logger = telemetry.logger_for("prepare")
jobs = Jobs(settings)
ffmpeg = Ffmpeg(memory_mb=ffmpeg_mb(settings.function_memory_mb), log=logger.warning)
reports = StepReports(logger, telemetry.Metrics(settings.stack_name))


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    video_id = event["videoId"]
    logger.set_correlation_id(video_id)
    with reports.faults(), jobs.of(video_id) as job, job_folder() as folder:
        preparer = Preparer(*job, ffmpeg, settings.step_timeout_s, reports.decided, reports.left_out)
        plan = preparer.prepare(plan_of(event.get("job", video_id), job.uploads), folder)
    return event | {"job": plan.job, **chunks_to_encode(plan)}
