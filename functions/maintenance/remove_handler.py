"""Messages of the removal queue → files of videos are hidden, brought back or removed (`deleted_files`)."""

from typing import Any

from maintenance.deletion_wiring import deleted_files
from reelway.adapters import telemetry
from reelway.adapters.removal_queue import removals_in
from reelway.adapters.settings import RemoveSettings

logger = telemetry.logger_for("remove")
files = deleted_files(RemoveSettings.from_environ())


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """Raises when a video could not be seen to: SQS delivers the batch, which is one message, again."""
    for removal in removals_in(event):
        logger.set_correlation_id(removal.video_id)
        with telemetry.failure_logged(logger, "not done; it is tried again"):
            done = files.see_to(removal.video_id, removal.execution, is_retry=removal.is_retry)
        logger.info(done)
