"""Messages of the recall queue → the distribution refuses playback tokens that are void (`recalling`)."""

import time
from typing import Any

from playback.recalling import Recalling
from reelway.adapters import playback_wiring, telemetry, wiring
from reelway.adapters.recall_queue import RecallBatch
from reelway.adapters.settings import RecallSettings
from reelway.errors import StorageFailed

settings = RecallSettings.from_environ()
logger = telemetry.logger_for("recall")
recalling = Recalling(
    wiring.videos_table(settings.videos_table, stack=settings.stack_name),
    wiring.deleted_videos(settings.videos_table, stack=settings.stack_name),
    playback_wiring.key_value_store(settings.store_arn),
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    batch = RecallBatch(event)
    try:
        logger.info("seen to", void=recalling.see_to(batch.video_ids, now=int(time.time())))
    except StorageFailed:
        logger.exception("not done; it is tried again")
        return batch.not_yet()
    return batch.done()
