"""EventBridge schedule (every 5 minutes) → work that nobody does any more is begun again or ended."""

from typing import Any

from maintenance.pending import PendingSweeper
from maintenance.sweeping import Sweeper
from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import LostWorkSettings

settings = LostWorkSettings.from_environ()
logger = telemetry.logger_for("lost-work")
metrics = telemetry.Metrics(settings.stack_name)
uploads = wiring.bucket(settings.uploads_bucket)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
backlog = wiring.backlog(settings.videos_table, stack=settings.stack_name)
workflows = wiring.workflows(settings.state_machine_arn)
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
sweeper = Sweeper(uploads, videos, workflows, lambda video_id: events.send(keys.upload(video_id)))
pending = wiring.pending_uploads(settings.videos_table)
pending_sweeper = PendingSweeper(uploads, videos, pending, sweeper.replan)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """How many videos and pending uploads were `settled`."""
    settled = pending_sweeper.sweep(_report) + sweeper.sweep(_report)
    backlog.measure()
    metrics.count("MaintenanceCompleted", function="lost-work")
    logger.info("swept", settled=settled)
    return {"settled": settled}


def _report(video_id: str) -> None:
    logger.exception("a video could not be settled", video_id=video_id)
