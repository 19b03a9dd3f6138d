"""Ends videos whose processing has failed, whoever reports it, with a reason for the uploader.

The state machine's own Catch sends `{videoId, runId, job, error}`, EventBridge the executions that FAILED,
TIMED_OUT or were ABORTED, and the dead-letter queue of planning the S3 events of uploads that could not be
planned.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reelway import failures, keys
from reelway.errors import ProcessingInterrupted
from reelway.ports.admissions import Admissions
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.recording import record_direct
from reelway.video import Failure, execution_name
from transcode.rejections import failure_in, stored_rejection


@dataclass(frozen=True, slots=True)
class EndedRun:
    """`job` is that of `keys.job`, None where the run was not begun; `cause` is that of `failure_behind`."""

    video_id: str
    execution: str
    job: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class FailedVideos:
    """`about(video_id)` is called before each video, `log_error(message, code, reason)` for one that ends."""

    uploads: Bucket
    videos: Videos
    workflows: Workflows
    admissions: Admissions
    about: Callable[[str], None]
    log_error: Callable[..., None]

    def end(self, run: EndedRun) -> None:
        """The video becomes FAILED; if it is READY, its ladder does.

        Without effect when it was not the video's last run: its end fails no later one.
        """
        video_id, execution = run.video_id, run.execution
        self.about(video_id)
        failure = failure_behind(run.job, run.cause, self.uploads)
        if self.videos.fail(video_id, failure, execution=execution):
            self.log_error("video failed", code=failure.code, reason=failure.message)
        elif self.videos.fail_ladder(video_id, failure, execution=execution):
            self.log_error("ladder failed", code=failure.code, reason=failure.message)
        self.admissions.release(execution)

    def give_up(self, key: str) -> None:
        """End the video of an upload whose S3 event, about the object `key`, could not be planned.

        An upload straight to S3 may have no record until then. Of several events of one upload, one may have
        been planned: its execution reports its own end.
        """
        video_id = keys.video_of_upload(key)
        if video_id is None:
            return
        execution = self.videos.execution_of(video_id)
        if self.workflows.status(execution) is None:
            upload = self.uploads.head(key)
            if upload:  # perhaps without a record, of which nobody would see that it has failed
                record_direct(video_id, upload, self.videos)
            self.end(EndedRun(video_id, execution))


def ended_run_in(event: dict[str, Any]) -> EndedRun:
    """Out of the event of the state machine or of EventBridge."""
    if event.get("source") == "aws.states":
        begun, cause = json.loads(event["detail"]["input"]), event["detail"].get("cause")
    else:
        begun, cause = event, event["error"].get("Cause")
    video_id = begun["videoId"]
    execution = execution_name(video_id, begun.get("runId"))
    return EndedRun(video_id, execution, begun.get("job", video_id), cause)


def failure_behind(job: str | None, cause: str | None, uploads: Bucket) -> Failure:
    """The failure in the cause of a failed state: Lambda's error document as JSON, other text, or None.

    Only a MediaRejected is the file's fault; whatever else went wrong is ours. A distributed Map passes no
    cause on: the rejection of a chunk is in the job area.
    """
    return _failure_in_cause(cause) or _failure_of_chunk(job, uploads) or failures.processing_failed()


def _failure_in_cause(cause: str | None) -> Failure | None:
    try:
        return failure_in(json.loads(cause or "null"))
    except ValueError:
        return None


def _failure_of_chunk(job: str | None, uploads: Bucket) -> Failure | None:
    """A rejection that cannot be read is ignored: the video must fail, whatever the reason is."""
    try:
        return stored_rejection(job, uploads) if job else None
    except ProcessingInterrupted:
        return None
