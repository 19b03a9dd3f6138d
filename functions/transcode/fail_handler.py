"""Whatever ended badly → the video is FAILED, with a reason, or the ladder behind it if it is READY.

Three senders: the state machine's own Catch (`{videoId, error}`), EventBridge for executions that
FAILED, TIMED_OUT or were ABORTED, and Lambda's on-failure destination of the plan function.
"""

import json
from collections.abc import Iterator
from typing import Any

from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.video import Failure
from transcode.failing import failure_of

logger = telemetry.logger_for("fail")
videos = wiring.videos_table()
uploads = wiring.uploads_bucket()


def lambda_handler(event: dict[str, Any], context: object) -> None:
    for video_id, failure in _failures(event):
        logger.set_correlation_id(video_id)
        if videos.fail(video_id, failure):
            logger.error("video failed", code=failure.code, reason=failure.message)
        elif videos.fail_ladder(video_id, failure):
            logger.error("ladder failed", code=failure.code, reason=failure.message)


def _failures(event: dict[str, Any]) -> Iterator[tuple[str, Failure]]:
    if "videoId" in event:
        yield _failed(event["videoId"], event["error"].get("Cause"))
    elif event.get("source") == "aws.states":
        yield _failed(json.loads(event["detail"]["input"])["videoId"], event["detail"].get("cause"))
    else:
        for record in event["requestPayload"]["Records"]:
            video_id = keys.video_of_upload_event(record["s3"]["object"]["key"])
            if video_id:
                yield _failed(video_id, json.dumps(event.get("responsePayload")))


def _failed(video_id: str, cause: Any) -> tuple[str, Failure]:
    return video_id, failure_of(video_id, cause, uploads)
