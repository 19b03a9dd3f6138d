"""Why an execution failed, in the words that its uploader gets."""

import json
from typing import Any

from reelway import failures
from reelway.errors import ProcessingInterrupted
from reelway.ports.storage import Bucket
from reelway.video import Failure
from transcode.rejections import failure_in, stored_rejection


def failure_of(video_id: str, cause: Any, uploads: Bucket) -> Failure:
    """The failure in the cause of a failed state: Lambda's error document as JSON, or anything else.

    Only a MediaRejected is the file's fault; whatever else went wrong is ours. A distributed Map passes no
    cause on: the rejection of a chunk is in the job area.
    """
    return _failure_in_cause(cause) or _failure_of_chunk(video_id, uploads) or failures.processing_failed()


def _failure_in_cause(cause: Any) -> Failure | None:
    try:
        return failure_in(json.loads(cause))
    except (TypeError, ValueError):
        return None


def _failure_of_chunk(video_id: str, uploads: Bucket) -> Failure | None:
    """A rejection that cannot be read is passed over: the video must fail, whatever the reason is."""
    try:
        return stored_rejection(video_id, uploads)
    except ProcessingInterrupted:
        return None
