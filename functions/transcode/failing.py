"""Why an execution failed, as its uploader is told."""

import json
import re
from typing import Any

from reelway import failures, keys
from reelway.errors import MediaRejected
from reelway.ports import Bucket
from reelway.video import Failure

_REJECTION = re.compile(r"^MediaRejected (?P<code>[a-z_]+): (?P<message>.+)$", re.DOTALL)


def failure_of(video_id: str, cause: Any, uploads: Bucket) -> Failure:
    """Read the cause of a failed state: JSON of Lambda's error document, or anything else.

    Only a MediaRejected is the file's fault; whatever else went wrong is ours. A distributed Map hands no
    cause on: its chunks leave theirs in the job area.
    """
    return _rejection_in(cause) or _stored_rejection(video_id, uploads) or failures.processing_failed()


def put_rejection(video_id: str, rejection: MediaRejected, uploads: Bucket) -> None:
    body = json.dumps({"errorMessage": str(rejection)})
    uploads.put(keys.rejection(video_id), body.encode(), content_type="application/json")


def _stored_rejection(video_id: str, uploads: Bucket) -> Failure | None:
    stored = uploads.read(keys.rejection(video_id))
    return _rejection_in(stored.decode()) if stored else None


def _rejection_in(cause: Any) -> Failure | None:
    try:
        document = json.loads(cause)
    except (TypeError, ValueError):
        return None
    message = document.get("errorMessage") if isinstance(document, dict) else None
    match = _REJECTION.match(message) if isinstance(message, str) else None
    return Failure(match["code"], match["message"]) if match else None
