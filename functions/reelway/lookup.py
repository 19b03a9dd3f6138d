"""The video that a request names, or the refusal that answers it.

Another owner's video is as unknown as one that never was.
"""

from reelway.caller import Caller
from reelway.errors import deleted_video, unknown_video
from reelway.ports.videos import Known
from reelway.video import Video, is_video_id


def known_video(video_id: str, videos: Known, caller: Caller) -> Video:
    """Raises RequestRefused 404 for an unknown video and for a deleted one, as the contract demands."""
    found = videos.find(video_id) if is_video_id(video_id) else None
    if found is None or not caller.may_see(video_id, found.owner):
        raise unknown_video(video_id)
    return found


def known_or_deleted_video(video_id: str, videos: Known, caller: Caller) -> Video:
    """Raises RequestRefused 404 for an unknown video and 410 for a deleted one, beyond the contract."""
    found = videos.find(video_id) if is_video_id(video_id) else None
    if found is None and is_video_id(video_id):
        tombstone = videos.find_deleted(video_id)
        if tombstone and caller.may_see(video_id, tombstone.owner):
            raise deleted_video(video_id)
    if found is None or not caller.may_see(video_id, found.owner):
        raise unknown_video(video_id)
    return found
