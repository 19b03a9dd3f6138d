"""Messages of the removal queue → what belonged to deleted videos is removed."""

from typing import Any

from maintenance.removing import Remover
from reelway.adapters import maintenance_wiring, telemetry, wiring
from reelway.adapters.removal_queue import removals_in
from reelway.adapters.settings import RemoveSettings

settings = RemoveSettings.from_environ()
logger = telemetry.logger_for("remove")
remover = Remover(
    wiring.bucket(settings.uploads_bucket),
    wiring.bucket(settings.media_bucket),
    wiring.workflows(settings.state_machine_arn),
    maintenance_wiring.invalidation_queue(settings.invalidation_queue_url).send,
)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """Raises when a video could not be removed: SQS delivers the batch, which is one message, again."""
    for removal in removals_in(event):
        logger.set_correlation_id(removal.video_id)
        with telemetry.failure_logged(logger, "not removed; it is tried again"):
            remover.remove(removal.video_id, removal.execution, is_retry=removal.is_retry)
        logger.info("removed")
