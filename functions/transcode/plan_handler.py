"""S3 `ObjectCreated` events of the uploads bucket, out of a queue → planning."""

from typing import Any

from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.job_wiring import Jobs
from reelway.adapters.settings import PlanSettings
from transcode.plan_settings import limits_of, pace_of, target_lufs_of
from transcode.planning import Planner

settings = PlanSettings.from_environ()
logger = telemetry.logger_for("plan")
jobs = Jobs(settings)
workflows = wiring.workflows(settings.state_machine_arn)
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
limits, pace, target_lufs = limits_of(settings), pace_of(settings), target_lufs_of(settings)
ffmpeg = Ffmpeg(limits=limits)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return events.handle(event, plan, logger.exception)


def plan(key: str) -> None:
    video_id = keys.video_of_upload(key)
    logger.set_correlation_id(video_id)
    if video_id is None:
        logger.warning("not an upload of ours", key=key)
        return
    with jobs.of(video_id) as job:
        planner = Planner(job.uploads, job.videos, ffmpeg, workflows, limits, pace, target_lufs)
        failure = planner.accept(video_id)
    if failure:
        logger.warning("rejected", code=failure.code, reason=failure.message)
