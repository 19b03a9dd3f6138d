"""What a client may fetch of a video, and when; of signed ones, see `admitted`."""

from collections.abc import Callable
from http import HTTPStatus
from typing import NoReturn

from reelway import keys
from reelway.caller import ANYBODY
from reelway.errors import RequestRefused
from reelway.lookup import known_or_deleted_video, known_video
from reelway.ports.storage import Bucket, StoredObject
from reelway.ports.videos import Known
from reelway.video import LadderState, State, Video

# Seconds. Processing takes several, and a client that polls should not wait much longer than it must.
_RETRY_AFTER_S = 2


def playlist(video_id: str, *, rendition: str | None, videos: Known, media: Bucket) -> StoredObject:
    """The manifest (the default media playlist), or the media playlist of a rendition.

    Raises RequestRefused: 404 for an unknown or deleted video and for an unknown rendition, 409 for a video
    that is not READY.
    """
    _check_ready(known_video(video_id, videos, ANYBODY))
    if rendition is None:
        return media.get(keys.manifest(video_id)) or _refuse_missing("playlist")
    return _of_rendition(keys.rendition, video_id, rendition, media)


def i_frames(video_id: str, *, rendition: str, videos: Known, media: Bucket) -> StoredObject:
    """The I-frame playlist of a rendition.

    Raises RequestRefused: 404 for an unknown video, for an unknown rendition and for one that an older
    version published, 410 for a deleted video, 409 for one that is not READY.
    """
    if not keys.is_rendition_name(rendition):
        raise unknown_rendition(rendition)
    _check_ready(known_or_deleted_video(video_id, videos, ANYBODY))
    return _of_rendition(keys.i_frames, video_id, rendition, media)


def master(video_id: str, *, videos: Known, media: Bucket) -> StoredObject:
    """The multivariant playlist.

    Raises RequestRefused: 404 for an unknown video, 410 for a deleted one, 409 for one that is not READY.
    """
    _check_ready(known_or_deleted_video(video_id, videos, ANYBODY))
    return media.get(keys.master(video_id)) or _refuse_missing("playlist")


def still(video_id: str, key: str, *, videos: Known, media: Bucket) -> StoredObject:
    """The poster, the storyboard, or its image; `key` is that of the object in the media bucket.

    Raises RequestRefused: 404 for an unknown video and one without stills, 410 for a deleted one, 409 for one
    that is not READY or whose stills are still being made.
    """
    video = known_or_deleted_video(video_id, videos, ANYBODY)
    _check_ready(video)
    found = media.get(key)
    if found is None and video.ladder is LadderState.ENCODING:
        raise _not_yet("Its stills are being made.")
    return found or _refuse_missing("still")


def segment(
    video_id: str, segment_id: str, *, byte_range: str | None, videos: Known, media: Bucket
) -> StoredObject:
    """One segment, or the given range of its bytes.

    Raises RequestRefused: 404 for an unknown or deleted video and for an unknown segment, 409 for a video
    that is not READY, 416 for a range that the segment does not have.
    """
    _check_ready(known_video(video_id, videos, ANYBODY))
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


def _of_rendition(
    key: Callable[[str, str], str], video_id: str, rendition: str, media: Bucket
) -> StoredObject:
    found = media.get(key(video_id, rendition)) if keys.is_rendition_name(rendition) else None
    if found is None:
        raise unknown_rendition(rendition)
    return found


def unknown_rendition(rendition: str) -> RequestRefused:
    detail = f"The video has no rendition {rendition!r}."
    return RequestRefused(HTTPStatus.NOT_FOUND, "unknown_rendition", detail)


def _check_ready(video: Video) -> None:
    if video.state is State.FAILED:
        reason = video.failure.message if video.failure else ""
        raise RequestRefused(
            HTTPStatus.CONFLICT, "video_failed", f"The video could not be processed. {reason}".strip()
        )
    if video.state is not State.READY:
        raise _not_yet(f"The video is {video.state}, not READY yet.")


def _not_yet(detail: str) -> RequestRefused:
    return RequestRefused(HTTPStatus.CONFLICT, "not_ready", detail, {"Retry-After": str(_RETRY_AFTER_S)})


def _refuse_missing(what: str) -> NoReturn:
    raise RequestRefused(HTTPStatus.NOT_FOUND, "media_missing", f"The video's {what} is not in storage.")
