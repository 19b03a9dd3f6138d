"""EventBridge schedule (every 5 minutes) → work that nobody does any more is begun again or ended."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from maintenance.deadline import Context, Deadline
from maintenance.lost_work import LostWork
from maintenance.shelving import Backfill
from reelway.adapters import admission_wiring, clients, maintenance_wiring, telemetry, wiring
from reelway.adapters.settings import LostWorkSettings

settings, logger = LostWorkSettings.from_environ(), telemetry.logger_for("lost-work")
table, stack, logs = settings.videos_table, settings.stack_name, (logger.error, logger.exception)
metrics, backlog = telemetry.Metrics(stack), maintenance_wiring.backlog(table, stack=stack)
uploads = wiring.bucket(settings.uploads_bucket, clients.ANSWERING)
videos, reruns, _ = wiring.video_tables(table, stack=stack, config=clients.ANSWERING)
lists, pending = maintenance_wiring.unfinished_videos(table), wiring.pending_uploads(table)
workflows = wiring.workflows(settings.state_machine_arn, clients.ANSWERING)
admissions = admission_wiring.admissions(settings.idempotency_table, config=clients.ANSWERING)
# A client has 10 connections.
send, for_each = wiring.event_queue(settings.event_queue_url, stack=stack).send, ThreadPoolExecutor(8).map
lost_work = LostWork(uploads, videos, reruns, lists, pending, workflows, admissions, send, *logs, for_each)
shelving = Backfill(uploads, *maintenance_wiring.shelf_lists(table), wiring.shelf_rows(table))


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, int]:
    swept = lost_work.run(Deadline.of(context))
    backlog.measure()
    metrics.count("RecordsUnreadable", swept.unreadable)
    metrics.count("MaintenanceCompleted", int(swept.is_complete), function="lost-work")
    logger.info("swept", shelved=shelving.run(Deadline.of(context), logger.exception), extra=swept.counts())
    return swept.counts()
