"""Notes that a video may have segments that no playlist lists; maintenance looks for them a day later."""

from reelway import keys
from reelway.ports.storage import Bucket
from reelway.timestamps import utc_now


def note_unused(video_id: str, uploads: Bucket) -> None:
    """To be called after new playlists were stored, and before the video's record says so."""
    uploads.put(keys.unused_note(video_id, utc_now()), b"", content_type="text/plain")
