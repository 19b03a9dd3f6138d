"""Ends videos whose processing has failed, whoever reports it.

The state machine's own Catch sends `{videoId, error}`, EventBridge the executions that FAILED, TIMED_OUT or
were ABORTED, and the dead-letter queue of planning the S3 events of uploads that could not be planned.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reelway import keys
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from transcode.failing import failure_of


@dataclass(frozen=True, slots=True)
class FailedVideos:
    """`about(video_id)` is called before each video, `log_error(message, code, reason)` for one that ends."""

    uploads: Bucket
    videos: Videos
    workflows: Workflows
    about: Callable[[str], None]
    log_error: Callable[..., None]

    def end(self, video_id: str, cause: str | None) -> None:
        """FAILED, or the ladder of a READY video; `cause` is Lambda's error document, other text or None."""
        self.about(video_id)
        failure = failure_of(video_id, cause, self.uploads)
        if self.videos.fail(video_id, failure):
            self.log_error("video failed", code=failure.code, reason=failure.message)
        elif self.videos.fail_ladder(video_id, failure):
            self.log_error("ladder failed", code=failure.code, reason=failure.message)

    def give_up(self, key: str) -> None:
        """End the video of an upload whose S3 event could not be planned; `key` is form-URL-encoded.

        Of several events of one upload, one may have been planned: its execution reports its own end.
        """
        video_id = keys.video_of_upload_event(key)
        if video_id and not self.workflows.was_started(video_id):
            self.end(video_id, None)


def failed_execution_in(event: dict[str, Any]) -> tuple[str, str | None]:
    """The video's id and the cause, out of the event of the state machine or of EventBridge."""
    if event.get("source") == "aws.states":
        return json.loads(event["detail"]["input"])["videoId"], event["detail"].get("cause")
    return event["videoId"], event["error"].get("Cause")
