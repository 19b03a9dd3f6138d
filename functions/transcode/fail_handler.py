"""Whatever ended badly → the video is FAILED, with a reason, or the ladder behind it if it is READY.

Three senders: the state machine's own Catch (`{videoId, error}`), EventBridge for executions that FAILED,
TIMED_OUT or were ABORTED, and the dead-letter queue of planning, with the S3 events of uploads.
"""

import json
from typing import Any

from reelway import keys
from reelway.adapters import telemetry, wiring
from transcode.failing import failure_of

logger = telemetry.logger_for("fail")
events = wiring.event_queue()
videos = wiring.videos_table()
uploads = wiring.uploads_bucket()
workflows = wiring.workflows()


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any] | None:
    if "Records" in event:
        return events.handle(event, give_up, logger.exception)
    if event.get("source") == "aws.states":
        fail(json.loads(event["detail"]["input"])["videoId"], event["detail"].get("cause"))
    else:
        fail(event["videoId"], event["error"].get("Cause"))
    return None


def give_up(key: str) -> None:
    """Of several events of one upload, one may have been planned: its execution reports its own end."""
    video_id = keys.video_of_upload_event(key)
    if video_id and not workflows.was_started(video_id):
        fail(video_id, None)


def fail(video_id: str, cause: Any) -> None:
    logger.set_correlation_id(video_id)
    failure = failure_of(video_id, cause, uploads)
    if videos.fail(video_id, failure):
        logger.error("video failed", code=failure.code, reason=failure.message)
    elif videos.fail_ladder(video_id, failure):
        logger.error("ladder failed", code=failure.code, reason=failure.message)
