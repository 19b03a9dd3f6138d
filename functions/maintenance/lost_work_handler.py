"""EventBridge schedule (every 5 minutes) → work that nobody does any more is begun again or ended."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from maintenance.admissions import LostAdmissions
from maintenance.deadline import Context, Deadline
from maintenance.lost_work import DESCRIBING_INTERVAL_S, LostWork
from maintenance.pacing import Pace
from reelway.adapters import admission_wiring, clients, maintenance_wiring, telemetry, wiring
from reelway.adapters.settings import LostWorkSettings

settings = LostWorkSettings.from_environ()
logger, table, stack = telemetry.logger_for("lost-work"), settings.videos_table, settings.stack_name
metrics, backlog = telemetry.Metrics(stack), maintenance_wiring.backlog(table, stack=stack)
uploads = wiring.bucket(settings.uploads_bucket, clients.ANSWERING)
videos = wiring.videos_table(table, stack=stack, config=clients.ANSWERING)
reruns = wiring.reruns_table(table, stack=stack, config=clients.ANSWERING)
lists, pending = maintenance_wiring.unfinished_videos(table), wiring.pending_uploads(table)
workflows = wiring.workflows(settings.state_machine_arn, clients.ANSWERING)
send = wiring.event_queue(settings.event_queue_url, stack=stack).send
logs, for_each = (logger.error, logger.exception), ThreadPoolExecutor(8).map  # a client has 10 connections
lost_work = LostWork(uploads, videos, reruns, lists, pending, workflows, send, *logs, for_each)
admissions = admission_wiring.admissions(settings.idempotency_table, config=clients.ANSWERING)
lost_admissions = LostAdmissions(admissions, workflows, Pace(DESCRIBING_INTERVAL_S).wait, *logs)


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, int]:
    deadline = Deadline.of(context)
    is_all_released = lost_admissions.release(deadline.earlier(0.25))
    swept = lost_work.run(deadline)
    backlog.measure()
    metrics.count("RecordsUnreadable", swept.unreadable)
    if swept.is_complete and is_all_released:
        metrics.count("MaintenanceCompleted", function="lost-work")
    logger.info("swept", extra=swept.counts())
    return swept.counts()
