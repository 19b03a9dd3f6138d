"""S3 `ObjectCreated` events of the uploads bucket, out of a queue → planning."""

from typing import Any

from reelway import keys
from reelway.adapters import admission_wiring, telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.settings import PlanSettings
from transcode.plan_settings import caps_of, limits_of, pace_of, target_lufs_of
from transcode.planning import Planner

settings, logger = PlanSettings.from_environ(), telemetry.logger_for("plan")
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
uploads, workflows = wiring.bucket(settings.uploads_bucket), wiring.workflows(settings.state_machine_arn)
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
limits, pace, target_lufs = limits_of(settings), pace_of(settings), target_lufs_of(settings)
admissions = admission_wiring.admissions(settings.idempotency_table, caps_of(settings))
services = (uploads, videos, Ffmpeg(limits=limits), workflows, admissions)
planner = Planner(*services, events.send, logger.info, logger.error, limits, pace, target_lufs)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return events.handle(event, plan, logger.exception)


def plan(key: str) -> None:
    video_id = keys.video_of_upload(key)
    logger.set_correlation_id(video_id)
    failure = planner.accept(video_id) if video_id else None
    if failure:
        logger.warning("rejected", code=failure.code, reason=failure.message)
    elif video_id is None:
        logger.warning("not an upload of ours", key=key)
