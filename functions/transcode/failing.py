"""Ends videos whose processing has failed, whoever reports it, with a reason for the uploader.

The state machine's own Catch sends `{videoId, runId, error}`, EventBridge the executions that FAILED,
TIMED_OUT or were ABORTED, and the dead-letter queue of planning the S3 events of uploads that could not be
planned.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reelway import failures, keys
from reelway.errors import ProcessingInterrupted
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.video import Failure, execution_name
from transcode.rejections import failure_in, stored_rejection


@dataclass(frozen=True, slots=True)
class FailedVideos:
    """`about(video_id)` is called before each video, `log_error(message, code, reason)` for one that ends."""

    uploads: Bucket
    videos: Videos
    workflows: Workflows
    about: Callable[[str], None]
    log_error: Callable[..., None]

    def end(self, video_id: str, execution: str, cause: str | None) -> None:
        """The video becomes FAILED; if it is READY, its ladder does. `cause` is that of `failure_behind`.

        Without effect when `execution` is not the video's last one: the end of a run fails no later run.
        """
        self.about(video_id)
        failure = failure_behind(video_id, cause, self.uploads)
        if self.videos.fail(video_id, failure, execution=execution):
            self.log_error("video failed", code=failure.code, reason=failure.message)
        elif self.videos.fail_ladder(video_id, failure, execution=execution):
            self.log_error("ladder failed", code=failure.code, reason=failure.message)

    def give_up(self, key: str) -> None:
        """End the video of an upload whose S3 event, about the object `key`, could not be planned.

        Of several events of one upload, one may have been planned: its execution reports its own end.
        """
        video_id = keys.video_of_upload(key)
        if video_id is None:
            return
        execution = self.videos.execution_of(video_id)
        if not self.workflows.was_started(execution):
            self.end(video_id, execution, None)


def failed_execution_in(event: dict[str, Any]) -> tuple[str, str, str | None]:
    """The video, its execution and the cause, out of the event of the state machine or of EventBridge."""
    if event.get("source") == "aws.states":
        begun, cause = json.loads(event["detail"]["input"]), event["detail"].get("cause")
    else:
        begun, cause = event, event["error"].get("Cause")
    return begun["videoId"], execution_name(begun["videoId"], begun.get("runId")), cause


def failure_behind(video_id: str, cause: str | None, uploads: Bucket) -> Failure:
    """The failure in the cause of a failed state: Lambda's error document as JSON, other text, or None.

    Only a MediaRejected is the file's fault; whatever else went wrong is ours. A distributed Map passes no
    cause on: the rejection of a chunk is in the job area.
    """
    return _failure_in_cause(cause) or _failure_of_chunk(video_id, uploads) or failures.processing_failed()


def _failure_in_cause(cause: str | None) -> Failure | None:
    try:
        return failure_in(json.loads(cause or "null"))
    except ValueError:
        return None


def _failure_of_chunk(video_id: str, uploads: Bucket) -> Failure | None:
    """A rejection that cannot be read is ignored: the video must fail, whatever the reason is."""
    try:
        return stored_rejection(video_id, uploads)
    except ProcessingInterrupted:
        return None
