"""The video that a request names, or the refusal that answers it."""

from reelway.errors import deleted_video, unknown_video
from reelway.ports.videos import Videos
from reelway.video import Video, is_video_id


def known_video(video_id: str, videos: Videos) -> Video:
    """Raises RequestRefused 404 for an unknown video and for a deleted one, as the contract demands."""
    found = videos.find(video_id) if is_video_id(video_id) else None
    if found is None:
        raise unknown_video(video_id)
    return found


def known_or_deleted_video(video_id: str, videos: Videos) -> Video:
    """Raises RequestRefused 404 for an unknown video and 410 for a deleted one, beyond the contract."""
    found = videos.find(video_id) if is_video_id(video_id) else None
    if found is None:
        was_here = is_video_id(video_id) and videos.was_deleted(video_id)
        raise deleted_video(video_id) if was_here else unknown_video(video_id)
    return found
