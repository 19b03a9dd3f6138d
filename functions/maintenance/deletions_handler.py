"""EventBridge schedule (every 5 minutes) → what deleted videos have left is removed once more."""

from datetime import timedelta
from typing import Any

from maintenance.removing import Remover
from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import DeletionsSettings
from reelway.timestamps import utc_now

# Deleting a video ends its run; what was called before may take 15 min, a retry of the deletion 12.
_LAST_WRITE = timedelta(hours=3)

settings = DeletionsSettings.from_environ()
logger = telemetry.logger_for("deletions")
metrics = telemetry.Metrics(settings.stack_name)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
remover = Remover(
    wiring.bucket(settings.uploads_bucket),
    wiring.bucket(settings.media_bucket),
    wiring.workflows(settings.state_machine_arn),
    wiring.cdn_cache(settings.distribution_id).forget,
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """How many deleted videos were `removed`."""
    removed = remover.settle(videos, _report, before=utc_now(_LAST_WRITE))
    metrics.count("MaintenanceCompleted", function="deletions")
    logger.info("removed", removed=removed)
    return {"removed": removed}


def _report(video_id: str) -> None:
    logger.exception("a deleted video could not be removed", video_id=video_id)
