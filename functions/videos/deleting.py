"""Deletes a video; what it has in storage is removed a little later, by the stream of the Videos table."""

from reelway.caller import Caller
from reelway.errors import unknown_video
from reelway.ports.videos import Videos
from reelway.video import is_video_id


def delete(video_id: str, videos: Videos, caller: Caller) -> None:
    """Without effect for a video that was deleted before. Raises RequestRefused 404 for an unknown one."""
    if not (is_video_id(video_id) and _may_see(caller, video_id, videos)):
        raise unknown_video(video_id)
    if not (videos.delete(video_id) or videos.find_deleted(video_id)):
        raise unknown_video(video_id)


def _may_see(caller: Caller, video_id: str, videos: Videos) -> bool:
    if caller.sees_all:
        return True
    video = videos.find(video_id) or videos.find_deleted(video_id)
    return video is not None and caller.may_see(video_id, video.owner)
