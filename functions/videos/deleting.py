"""Deletes a video; what it has in storage is removed a little later, by the stream of the Videos table."""

from reelway.errors import unknown_video
from reelway.ports.videos import Videos
from reelway.video import is_video_id


def delete(video_id: str, videos: Videos) -> None:
    """Without effect for a video that was deleted before. Raises RequestRefused 404 for an unknown one."""
    if not (is_video_id(video_id) and (videos.delete(video_id) or videos.was_deleted(video_id))):
        raise unknown_video(video_id)
