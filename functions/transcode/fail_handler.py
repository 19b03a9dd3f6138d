"""Whatever ended badly → the video is FAILED, with a reason.

Three senders: the state machine's own Catch (`{videoId, error}`), EventBridge for executions that
FAILED, TIMED_OUT or were ABORTED, and Lambda's on-failure destination of the plan function.
"""

import json
from collections.abc import Iterator
from typing import Any

from reelway import keys
from reelway.adapters import clients, telemetry
from reelway.video import Failure
from transcode.failing import failure_of

logger = telemetry.logger_for("fail")
videos = clients.videos_table()


def lambda_handler(event: dict[str, Any], context: object) -> None:
    for video_id, failure in _failures(event):
        logger.set_correlation_id(video_id)
        if videos.fail(video_id, failure):
            logger.error("video failed", code=failure.code, reason=failure.message)


def _failures(event: dict[str, Any]) -> Iterator[tuple[str, Failure]]:
    if "videoId" in event:
        yield event["videoId"], failure_of(event["error"].get("Cause"))
    elif event.get("source") == "aws.states":
        yield json.loads(event["detail"]["input"])["videoId"], failure_of(event["detail"].get("cause"))
    else:
        for record in event["requestPayload"]["Records"]:
            video_id = keys.video_of_upload(record["s3"]["object"]["key"])
            if video_id:
                yield video_id, failure_of(json.dumps(event.get("responsePayload")))
