"""Takes files in one piece: through the function itself, or by a form that posts to S3."""

from contextlib import suppress
from http import HTTPStatus

from reelway import keys
from reelway.errors import RequestRefused, StorageFailed
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.video import new_video_id

# Lambda takes an event of 6 MB at most, in which a file is base64, 4 bytes for 3; the rest is for headers.
MAX_FILE_BYTES = 4_400_000
DIRECT_ROUTE, MULTIPART_ROUTE = "/s3/params", "/s3/multipart"
# Time in which the client must begin to post the file.
FORM_EXPIRES_S = 900


def receive(file: bytes, *, uploads: Bucket, videos: Videos) -> str:
    """Store the file, then record the video as UPLOADED. Returns the new video's id.

    Raises RequestRefused 413 and StorageFailed. An upload that was answered with an error must not become
    a video later: its file is deleted, also where S3 stored it and only the answer was lost. If deleting
    fails too, planning does it, because the file has no record.
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
    """A presigned POST as Uppy's companion answers it; the S3 event creates the video's record."""
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
