"""The events that report a failure, from three senders.

The state machine's own Catch sends `{videoId, error}`, EventBridge the executions that FAILED, TIMED_OUT or
were ABORTED, and the plan function's on-failure destination the S3 event that it could not process.
"""

import json
from collections.abc import Iterator
from typing import Any

from reelway import keys


def causes_in(event: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each failed video's id and its cause: Lambda's error document as JSON, other text, or None."""
    if "videoId" in event:
        yield event["videoId"], event["error"].get("Cause")
    elif event.get("source") == "aws.states":
        yield json.loads(event["detail"]["input"])["videoId"], event["detail"].get("cause")
    else:
        yield from _failed_plans(event)


def _failed_plans(event: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for record in event["requestPayload"]["Records"]:
        video_id = keys.video_of_upload_event(record["s3"]["object"]["key"])
        if video_id:
            yield video_id, json.dumps(event.get("responsePayload"))
