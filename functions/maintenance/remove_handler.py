"""Messages of the removal queue → what belonged to deleted videos is removed."""

from typing import Any

from maintenance.removing import Remover
from reelway.adapters import telemetry, wiring
from reelway.adapters.removal_queue import video_ids_of

logger = telemetry.logger_for("remove")
remover = Remover(
    wiring.uploads_bucket(), wiring.media_bucket(), wiring.workflows(), wiring.distribution().forget
)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """Raises when a video could not be removed: SQS delivers the batch, which is one message, again."""
    for video_id in video_ids_of(event):
        logger.set_correlation_id(video_id)
        try:
            remover.remove(video_id)
        except Exception:
            logger.exception("not removed; it is tried again")
            raise
        logger.info("removed")
