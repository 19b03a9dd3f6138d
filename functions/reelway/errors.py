"""Everything that can go wrong, in one tree.

    ReelwayError                 code and a sentence for a person
    ├── RequestRefused           the client's request cannot be served; carries the HTTP status
    ├── StorageFailed            S3 or DynamoDB refused or did not answer
    ├── MediaRejected            the uploaded file cannot become a video; never retried
    └── ProcessingInterrupted    the machine failed, not the file; Step Functions retries it

The state machine retries ProcessingInterrupted by name, because Lambda reports an exception's
class as Step Functions' error name. The text of an exception starts with its class and code,
so that `transcode.failing` can read them back out of an execution's cause.
"""

from http import HTTPStatus


class ReelwayError(Exception):
    """`code` is a stable snake_case word for programs, `detail` a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{type(self).__name__} {code}: {detail}")
        self.code = code
        self.detail = detail


class RequestRefused(ReelwayError):
    """A request answered with a 4xx status; `headers` are sent with the answer."""

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code, detail)
        self.status = status
        self.headers = headers or {}


class StorageFailed(ReelwayError):
    """An object or a record could not be read or written."""


class MediaRejected(ReelwayError):
    """The file is at fault; `detail` tells the uploader what to do about it."""


class ProcessingInterrupted(ReelwayError):
    """The machine is at fault (killed, timed out, network); the same work may succeed when repeated."""


def unknown_video(video_id: str) -> RequestRefused:
    """404 for a video that was never uploaded here, or whose id is no UUID."""
    return RequestRefused(HTTPStatus.NOT_FOUND, "unknown_video", f"There is no video {video_id!r}.")
