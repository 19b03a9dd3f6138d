"""What a client may fetch of a video, and when."""

from http import HTTPStatus

from reelway import keys
from reelway.errors import RequestRefused, deleted_video, unknown_video
from reelway.ports import Bucket, StoredObject, Videos
from reelway.video import LadderState, State, Video, is_video_id

_RETRY_AFTER_S = 2


def playlist(
    video_id: str, *, rendition: str | None = None, master: bool = False, videos: Videos, media: Bucket
) -> StoredObject:
    """The default media playlist, that of a rendition, or the multivariant playlist.

    Raises RequestRefused: 404 for an unknown video or rendition, 409 for a video that is not READY. A deleted
    video is 410 where that is no part of the contract, which knows 404 only.
    """
    _ready_video(video_id, videos, is_frozen=not master)
    if rendition is not None and not keys.is_rendition_name(rendition):
        raise _no_rendition(rendition)
    if rendition is not None:
        found = media.get(keys.rendition(video_id, rendition))
    else:
        found = media.get(keys.master(video_id) if master else keys.manifest(video_id))
    if found is None:
        raise _no_rendition(rendition) if rendition else _gone("playlist")
    return found


def picture(video_id: str, key: str, *, videos: Videos, media: Bucket) -> StoredObject:
    """The poster, the storyboard, or its sprite; `key` is the media bucket's.

    Raises RequestRefused: 404 for an unknown video and one without pictures, 409 for a video that is not
    READY or whose pictures are still being made.
    """
    video = _ready_video(video_id, videos, is_frozen=False)
    found = media.get(key)
    if found is None:
        raise (
            _not_yet("Its pictures are being made.")
            if video.ladder is LadderState.ENCODING
            else _gone("picture")
        )
    return found


def segment(
    video_id: str, segment_id: str, *, byte_range: str | None, videos: Videos, media: Bucket
) -> StoredObject:
    """One segment or the asked range of it.

    Raises RequestRefused: 404 for an unknown video or segment, 409 for a video that is not READY,
    416 for a range that the segment does not have.
    """
    _ready_video(video_id, videos)
    found = (
        media.get(keys.segment(video_id, segment_id), byte_range=byte_range)
        if keys.is_segment_id(segment_id)
        else None
    )
    if found is None:
        raise RequestRefused(
            HTTPStatus.NOT_FOUND, "unknown_segment", f"The video has no segment {segment_id!r}."
        )
    return found


def _ready_video(video_id: str, videos: Videos, *, is_frozen: bool = True) -> Video:
    video = videos.find(video_id) if is_video_id(video_id) else None
    if video is None:
        was_deleted = not is_frozen and is_video_id(video_id) and videos.was_deleted(video_id)
        raise deleted_video(video_id) if was_deleted else unknown_video(video_id)
    if video.state is State.READY:
        return video
    if video.state is State.FAILED:
        reason = video.failure.message if video.failure else ""
        raise RequestRefused(
            HTTPStatus.CONFLICT, "video_failed", f"The video could not be processed. {reason}".strip()
        )
    raise _not_yet(f"The video is {video.state}, not READY yet.")


def _not_yet(detail: str) -> RequestRefused:
    return RequestRefused(HTTPStatus.CONFLICT, "not_ready", detail, {"Retry-After": str(_RETRY_AFTER_S)})


def _no_rendition(name: str) -> RequestRefused:
    return RequestRefused(HTTPStatus.NOT_FOUND, "unknown_rendition", f"The video has no rendition {name!r}.")


def _gone(what: str) -> RequestRefused:
    return RequestRefused(HTTPStatus.NOT_FOUND, "media_missing", f"The video's {what} is not in storage.")
