"""An execution or planning has failed → the video is FAILED, or the ladder behind it if it is READY."""

from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import FailSettings
from transcode.failing import failure_of
from transcode.failure_events import causes_in

settings = FailSettings.from_environ()
logger = telemetry.logger_for("fail")
uploads = wiring.bucket(settings.uploads_bucket)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    for video_id, cause in causes_in(event):
        logger.set_correlation_id(video_id)
        failure = failure_of(video_id, cause, uploads)
        if videos.fail(video_id, failure):
            logger.error("video failed", code=failure.code, reason=failure.message)
        elif videos.fail_ladder(video_id, failure):
            logger.error("ladder failed", code=failure.code, reason=failure.message)
