"""What happens to an uploaded file before it is processed."""

from contextlib import suppress
from http import HTTPStatus

from reelway import keys
from reelway.errors import RequestRefused, StorageFailed
from reelway.ports import Bucket, Videos
from reelway.video import new_video_id

# A Lambda event is 6 MB at most, and base64 makes 4 bytes of 3.
MAX_FILE_BYTES = 4_400_000
DIRECT_ROUTE, MULTIPART_ROUTE = "/s3/params", "/s3/multipart"
FORM_EXPIRES_S = 900


def receive(file: bytes, *, uploads: Bucket, videos: Videos) -> str:
    """Store the file, then record the video as UPLOADED; the new video's id.

    Raises RequestRefused 413 and StorageFailed. What a client was told has failed must not turn up
    later: the file is removed again, also where only S3's answer was lost. If that fails too, planning
    removes it, because it has no record.
    """
    if len(file) > MAX_FILE_BYTES:
        raise too_large(len(file))
    video_id = new_video_id()
    key = keys.upload(video_id)
    try:
        uploads.put(key, file, content_type="application/octet-stream", metadata=keys.RECEIVED)
        videos.create(video_id, size_bytes=len(file))
    except StorageFailed:
        with suppress(StorageFailed):
            uploads.delete(key)
        raise
    return video_id


def direct_form(*, uploads: Bucket, max_bytes: int) -> dict[str, object]:
    """A presigned POST in the form that Uppy's companion gives; the record is made by the S3 event."""
    url, fields = uploads.upload_form(
        keys.upload(new_video_id()), max_bytes=max_bytes, expires_s=FORM_EXPIRES_S
    )
    return {"method": "POST", "url": url, "fields": dict(fields), "expires": FORM_EXPIRES_S}


def too_large(size_bytes: int) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file_too_large",
        f"The file has {size_bytes} bytes; this route takes {MAX_FILE_BYTES} at most. "
        f"Upload larger files directly to storage: POST {MULTIPART_ROUTE} begins an upload in parts, "
        f"GET {DIRECT_ROUTE} gives a form for one.",
    )
