"""The record that an upload gets once its file is in storage."""

from reelway import keys
from reelway.ports.storage import ObjectHead
from reelway.ports.videos import Videos


def record_direct(video_id: str, upload: ObjectHead, videos: Videos) -> bool:
    """Record an upload that went straight to storage as UPLOADED, unless it is recorded already.

    False, and without effect, for an upload through `POST /upload`: that function records it itself, or has
    answered its client with an error.
    """
    if upload.metadata == keys.RECEIVED:
        return False
    videos.create(video_id, size_bytes=upload.size_bytes)
    return True
