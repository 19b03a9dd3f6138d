"""Messages of the recall queue → the distribution refuses void tokens; a daily schedule → upkeep."""

import time
from typing import Any

from playback.recalling import Recalling
from reelway.adapters import playback_wiring, telemetry, wiring
from reelway.adapters.recall_queue import videos_in
from reelway.adapters.settings import RecallSettings

settings = RecallSettings.from_environ()
logger = telemetry.logger_for("recall")
recalling = Recalling(
    wiring.videos_table(settings.videos_table, stack=settings.stack_name),
    wiring.deleted_videos(settings.videos_table, stack=settings.stack_name),
    playback_wiring.key_value_store(settings.store_arn),
)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """Raises when the store does not take it: SQS delivers the batch again."""
    now = int(time.time())
    video_ids = videos_in(event)
    with telemetry.failure_logged(logger, "not done; it is tried again"):
        if video_ids is None:
            logger.info("forgotten", entries=len(recalling.forget(now=now)))
        else:
            logger.info("seen to", videos=video_ids, void=recalling.see_to(video_ids, now=now))
