"""EventBridge schedule (every 5 minutes) → nothing is served or left of what nobody needs (`deletions`)."""

from typing import Any

from maintenance.deletions import Deletions
from maintenance.leftovers import Leftovers
from maintenance.unused import UnusedMedia
from reelway.adapters import maintenance_wiring, queue_wiring, telemetry, wiring
from reelway.adapters.settings import DeletionsSettings

settings = DeletionsSettings.from_environ()
logger = telemetry.logger_for("deletions")
metrics = telemetry.Metrics(settings.stack_name)
uploads, media = map(maintenance_wiring.versioned_bucket, (settings.uploads_bucket, settings.media_bucket))
removals = maintenance_wiring.removals_table(settings.videos_table)
overdue = maintenance_wiring.overdue_removals(settings)
order = queue_wiring.removal_queue(settings.removal_queue_url).send
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
leftovers = Leftovers(uploads, media, removals, order)
unused = UnusedMedia(uploads.objects, media.objects, videos)
deletions = Deletions(removals, leftovers, unused, settings.window_days, settings.failed_days)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    done = deletions.run(_report)
    overdue.measure()
    metrics.count("MaintenanceCompleted", function="deletions")
    logger.info("settled", counts=done)
    return done


def _report(name: str) -> None:
    logger.exception("something that nobody needs could not be removed", what=name)
