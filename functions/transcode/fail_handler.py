"""An execution or planning has failed → the video is FAILED, or the ladder behind it if it is READY."""

from typing import Any

from reelway.adapters import admission_wiring, telemetry, wiring
from reelway.adapters.settings import FailSettings
from transcode.failing import FailedVideos, ended_run_in

settings = FailSettings.from_environ()
logger = telemetry.logger_for("fail")
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
uploads = wiring.bucket(settings.uploads_bucket)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
workflows = wiring.workflows(settings.state_machine_arn)
admissions = admission_wiring.admissions(settings.idempotency_table)
failed = FailedVideos(uploads, videos, workflows, admissions, logger.set_correlation_id, logger.error)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any] | None:
    if "Records" in event:
        return events.handle(event, failed.give_up, logger.exception)
    failed.end(ended_run_in(event))
    return None
