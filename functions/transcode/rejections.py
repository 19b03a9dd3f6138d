"""The rejection that a chunk leaves in the job area, as a distributed Map does not pass on why it failed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reelway import documents, failures, keys
from reelway.documents import DocumentFormat
from reelway.errors import MediaRejected
from reelway.ports.storage import Bucket
from reelway.video import Failure

# The text of a MediaRejected, as reelway.errors writes it.
_REJECTION = re.compile(r"^MediaRejected (?P<code>[a-z_]+): (?P<message>.+)$", re.DOTALL)


def failure_in(error: object) -> Failure | None:
    """The failure in Lambda's error document, when the error was a MediaRejected."""
    text = error.get("errorMessage") if isinstance(error, dict) else None
    match = _REJECTION.match(text) if isinstance(text, str) else None
    return Failure(match["code"], match["message"]) if match else None


def _out_of_error_document(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 was a part of Lambda's error document."""
    plain: dict[str, Any] = documents.to_plain(failure_in(data))
    return plain


# Version 2: a Failure (`documents.DocumentFormat` says when to count up).
REJECTION = DocumentFormat("rejection", Failure, version=2, upgrades={1: _out_of_error_document})


@contextmanager
def rejection_kept(job: str, uploads: Bucket) -> Iterator[None]:
    """Leave a MediaRejected of the body in the job area, for `stored_rejection`, and raise it on."""
    try:
        yield
    except MediaRejected as rejection:
        body = REJECTION.dump(failures.failure_of(rejection))
        uploads.put(keys.rejection(job), body, content_type=documents.CONTENT_TYPE)
        raise


def stored_rejection(job: str, uploads: Bucket) -> Failure | None:
    """None where no chunk was rejected; raises ProcessingInterrupted when it cannot be read."""
    stored = uploads.read(keys.rejection(job))
    return REJECTION.load(stored) if stored else None
