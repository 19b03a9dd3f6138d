"""Why an execution failed, as its uploader is told."""

import json
import re
from typing import Any

from reelway.video import Failure

_REJECTION = re.compile(r"^MediaRejected (?P<code>[a-z_]+): (?P<message>.+)$", re.DOTALL)
_OUR_FAULT = Failure(
    "processing_failed", "Processing broke down; this is not the file's fault. Upload it again."
)


def failure_of(cause: Any) -> Failure:
    """Read the cause of a failed state: JSON of Lambda's error document, or anything else.

    Only a MediaRejected is the file's fault; whatever else went wrong is ours.
    """
    try:
        document = json.loads(cause)
    except (TypeError, ValueError):
        return _OUR_FAULT
    message = document.get("errorMessage") if isinstance(document, dict) else None
    match = _REJECTION.match(message) if isinstance(message, str) else None
    return Failure(match["code"], match["message"]) if match else _OUR_FAULT
