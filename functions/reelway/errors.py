"""What can go wrong with a request, a file or a machine, in one tree.

    ReelwayError                 code and a sentence for a person
    ├── RequestRefused           the client's request cannot be served; carries the HTTP status
    ├── StorageFailed            S3 or DynamoDB refused or did not answer
    ├── MediaRejected            the uploaded file cannot become a video; never retried (`reelway.failures`)
    ├── ProcessingInterrupted    the machine failed, not the file; retried (`reelway.interruptions`)
    │   └── ProcessingAborted    so that the same work would cost as much again; retried a few times only
    └── VideoGone                the video was deleted or failed meanwhile; what was being done for it ends

The state machine chooses by name how to retry, because Lambda reports an exception's class as Step
Functions' error name. The text of an exception starts with its class and code, so that
`transcode.rejections` can read them back out of an execution's cause.
"""

from http import HTTPStatus
from typing import Literal

# Every `code` that an HTTP answer of ours has; docs/openapi.yaml lists the same.
AnswerCode = Literal[
    "bad_cursor",
    "bad_description",
    "bad_events",
    "bad_expires_in",
    "bad_external_id",
    "bad_idempotency_key",
    "bad_key",
    "bad_limit",
    "bad_max_bytes",
    "bad_max_duration",
    "bad_metadata",
    "bad_owner",
    "bad_part_numbers",
    "bad_playback",
    "bad_playback_token",
    "bad_size",
    "bad_state",
    "bad_title",
    "bad_url",
    "deleted_video",
    "delivery_changed",
    "empty_file",
    "file_too_large",
    "grant_used",
    "insufficient_scope",
    "internal_error",
    "invalid_part",
    "malformed_json",
    "malformed_multipart",
    "media_missing",
    "method_not_allowed",
    "no_file",
    "no_key",
    "not_found",
    "not_multipart",
    "not_ready",
    "not_restorable",
    "not_retryable",
    "nothing_to_retry",
    "part_too_small",
    "quota_exceeded",
    "range_not_satisfiable",
    "read_only",
    "secret_changed",
    "several_files",
    "source_gone",
    "storage_failed",
    "token_required",
    "too_many_webhooks",
    "unknown_delivery",
    "unknown_field",
    "unknown_rendition",
    "unknown_segment",
    "unknown_upload",
    "unknown_video",
    "unknown_webhook",
    "upgrade_required",
    "upload_in_progress",
    "video_failed",
    "webhook_loop",
]


class ReelwayError(Exception):
    """`code` is a stable snake_case word for programs, `detail` a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{type(self).__name__} {code}: {detail}")
        self.code = code
        self.detail = detail


class RequestRefused(ReelwayError):
    """A request answered with a 4xx status; `headers` are sent with the answer."""

    code: AnswerCode

    def __init__(
        self, status: HTTPStatus, code: AnswerCode, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code, detail)
        self.status = status
        self.headers = headers or {}


class StorageFailed(ReelwayError):
    """An object or a record could not be read or written."""

    code: AnswerCode

    def __init__(self, code: AnswerCode, detail: str) -> None:
        super().__init__(code, detail)


class MediaRejected(ReelwayError):
    """The file cannot become a video; `detail` says why, and what the uploader should do.

    `reelway.failures` makes them all.
    """


class ProcessingInterrupted(ReelwayError):
    """The machine failed (killed, timed out, network); the same work may succeed when repeated.

    `reelway.interruptions` makes them all.
    """


class ProcessingAborted(ProcessingInterrupted):
    """A program was ended, or its output is of no use, after work that a retry has to do from the start."""


class VideoGone(ReelwayError):
    """Nobody waits for this work any more. Never retried, and no failure of the video."""

    def __init__(self, video_id: str) -> None:
        problem = f"The video {video_id!r} was deleted, has failed, or has a later run."
        super().__init__("video_gone", f"{problem} POST /video/{video_id}/retry begins a failed one again.")


def bad_request(code: AnswerCode, detail: str) -> RequestRefused:
    """400 for a request that must not be repeated as it is."""
    return RequestRefused(HTTPStatus.BAD_REQUEST, code, detail)


def deleted_video(video_id: str) -> RequestRefused:
    """410 for a video that was here."""
    return RequestRefused(HTTPStatus.GONE, "deleted_video", f"The video {video_id!r} was deleted.")


def unknown_video(video_id: str) -> RequestRefused:
    """404 for a video that was never uploaded here, or whose id is no UUID."""
    return RequestRefused(HTTPStatus.NOT_FOUND, "unknown_video", f"There is no video {video_id!r}.")
