"""S3 `ObjectCreated` events of the uploads bucket, out of a queue → planning."""

from typing import Any

from reelway import keys
from reelway.adapters import admission_wiring, telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.job_wiring import Jobs
from reelway.adapters.settings import PlanSettings
from transcode.plan_settings import caps_of, limits_of, planners

settings, logger = PlanSettings.from_environ(), telemetry.logger_for("plan")
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
ffmpeg, workflows = Ffmpeg(limits=limits_of(settings)), wiring.workflows(settings.state_machine_arn)
admissions = admission_wiring.admissions(settings.idempotency_table, caps_of(settings))
services = (ffmpeg, workflows, admissions, events.send, logger.info, logger.error)
planner_for, jobs = planners(settings, *services), Jobs(settings)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return events.handle(event, plan, logger.exception)


def plan(key: str) -> None:
    logger.set_correlation_id(video_id := keys.video_of_upload(key))
    if video_id:
        with jobs.of(video_id) as job:
            if failure := planner_for(job.uploads, job.uploads.versions, job.videos).accept(video_id):
                logger.warning("rejected", code=failure.code, reason=failure.message)
    else:
        logger.warning("not an upload of ours", key=key)
