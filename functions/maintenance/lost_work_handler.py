"""EventBridge schedule (every 5 minutes) → work that nobody does any more is begun again or ended."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from maintenance.deadline import Context, Deadline
from maintenance.lost_work import LostWork
from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import LostWorkSettings

settings = LostWorkSettings.from_environ()
logger, metrics = telemetry.logger_for("lost-work"), telemetry.Metrics(settings.stack_name)
uploads = wiring.bucket(settings.uploads_bucket, wiring.ANSWERING)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=wiring.ANSWERING)
lists = wiring.unfinished_videos(settings.videos_table)
pending = wiring.pending_uploads(settings.videos_table)
workflows = wiring.workflows(settings.state_machine_arn, wiring.ANSWERING)
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
backlog = wiring.backlog(settings.videos_table, stack=settings.stack_name)
logs = logger.error, logger.exception
# Fewer threads than the ten connections that a boto3 client keeps.
work = LostWork(uploads, videos, lists, pending, workflows, events.send, *logs, ThreadPoolExecutor(8).map)


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, int]:
    swept = work.find(Deadline.of(context))
    backlog.measure()
    metrics.count("RecordsUnreadable", swept.unreadable)
    if swept.is_complete:
        metrics.count("MaintenanceCompleted", function="lost-work")
    logger.info("swept", extra=swept.counts())
    return swept.counts()
