"""Takes files in one piece: through the function itself, or by a form that posts to S3."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from reelway import keys
from reelway.details import Details
from reelway.errors import RequestRefused, StorageFailed
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from upload.allowances import Allowance, Allowances

# Lambda takes an event of 6 MB at most, in which a file is base64, 4 bytes for 3; the rest is for headers.
MAX_FILE_BYTES = 4_400_000
DIRECT_ROUTE, MULTIPART_ROUTE, GRANTS_ROUTE = "/s3/params", "/s3/multipart", "/uploads"
UPLOAD_ROUTE = f"{MULTIPART_ROUTE}/<uploadId>"
# Time in which the client must begin to post the file.
FORM_EXPIRES_S = 900


# A form that has begun to be posted in time may take so long: 5 GiB at 0.5 Mb/s.
_POSTED_WITHIN = timedelta(seconds=FORM_EXPIRES_S, days=1)
_RECEIVED_WITHIN = timedelta(minutes=1)  # twice the 29 s that the function may run
# Until its key is forgotten a request may be repeated, with all of the function's time for itself.
_REPEATED_WITHIN = timedelta(days=1) + _RECEIVED_WITHIN


@dataclass(frozen=True, slots=True)
class Receiver:
    """Methods raise StorageFailed, and RequestRefused 429 where quotas leave no room."""

    uploads: Bucket
    videos: Videos
    allowances: Allowances

    def receive(self, file: bytes, allowed: Allowance) -> str:
        """Store the file, then record the video as UPLOADED. Returns the new video's id.

        An upload that was answered with an error must not become a video later: its file is deleted, also
        where S3 stored it and only the answer was lost. If deleting fails too, maintenance does it, because
        the upload stays pending.
        """
        self.allowances.begin(allowed, size_bytes=len(file), within=_RECEIVED_WITHIN)
        try:
            self._store(allowed.video_id, file)
        except StorageFailed:
            with suppress(StorageFailed):
                self.uploads.delete(keys.upload(allowed.video_id))
            raise
        return allowed.video_id

    def receive_as(self, video_id: str, file: bytes, details: Details) -> None:
        """Store and record the file of a request that may be repeated under this id.

        Without effect for a video that is recorded, or was deleted: an earlier request did it all. What a
        request that fails has stored is left to its repeat.
        """
        allowed = Allowance(video_id, details, len(file), is_new=False)
        if self.allowances.begin(allowed, size_bytes=len(file), within=_REPEATED_WITHIN):
            self._store(video_id, file)

    def direct_form(self, allowed: Allowance, *, size_bytes: object = None) -> dict[str, object]:
        """A presigned POST as Uppy's companion answers it; the S3 event creates the video's record.

        It takes a file of the size that the client declares, or else as large as it may be at most.
        """
        declared_bytes = allowed.declared(size_bytes)
        self.allowances.begin(allowed, size_bytes=declared_bytes, within=_POSTED_WITHIN)
        url, fields = self.uploads.upload_form(
            keys.upload(allowed.video_id),
            max_bytes=declared_bytes or allowed.max_bytes,
            expires_s=FORM_EXPIRES_S,
        )
        return {"method": "POST", "url": url, "fields": dict(fields), "expires": FORM_EXPIRES_S}

    def _store(self, video_id: str, file: bytes) -> None:
        self.uploads.put(
            keys.upload(video_id), file, content_type="application/octet-stream", metadata=keys.RECEIVED
        )
        self.videos.create(video_id, size_bytes=len(file))


def checked(file: bytes, allowed: Allowance) -> bytes:
    """The file itself; raises RequestRefused 413 if it is too large, for its grant or for a function."""
    if len(file) > MAX_FILE_BYTES:
        raise _too_large(len(file))
    allowed.checked(len(file))
    return file


def _too_large(size_bytes: int) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file_too_large",
        f"The file has {size_bytes} bytes; this route takes {MAX_FILE_BYTES} at most. "
        f"Upload larger files directly to storage: POST {MULTIPART_ROUTE} begins an upload in parts, "
        f"GET {DIRECT_ROUTE} gives a form for one.",
    )
