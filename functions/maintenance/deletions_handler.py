"""EventBridge schedule (every 5 minutes) → nothing is served or left of what nobody needs (`deletions`)."""

from typing import Any

from maintenance import deletion_wiring
from reelway.adapters import maintenance_wiring, telemetry
from reelway.adapters.settings import DeletionsSettings

settings = DeletionsSettings.from_environ()
logger = telemetry.logger_for("deletions")
metrics = telemetry.Metrics(settings.stack_name)
overdue = maintenance_wiring.overdue_removals(
    settings.videos_table, stack=settings.stack_name, window_days=settings.window_days
)
deletions = deletion_wiring.deletions(settings)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    done = deletions.run(_report)
    overdue.measure()
    metrics.count("MaintenanceCompleted", function="deletions")
    logger.info("settled", counts=done)
    return done


def _report(name: str) -> None:
    logger.exception("something that nobody needs could not be removed", what=name)
