"""A video as `GET /video/{videoId}` describes it."""

from typing import Any

from reelway.documents import to_plain
from reelway.failure_codes import is_retryable
from reelway.video import Failure, Rendition, Video

# The public API's names where they are not those of the table's items.
_PUBLIC_NAMES = {"bandwidthBps": "bandwidth", "averageBandwidthBps": "averageBandwidth"}


def describe(video: Video) -> dict[str, Any]:
    """As JSON data; names whose value is not known yet are left out."""
    known = {
        "videoId": video.video_id,
        "state": video.state,
        "playback": video.playback,
        "title": video.title,
        "externalId": video.external_id,
        "metadata": video.metadata or None,
        "owner": video.owner or None,
        "createdAt": video.created_at,
        "updatedAt": video.updated_at,
        "progress": video.progress,
        "sizeBytes": video.size_bytes,
        "durationSeconds": video.duration_s,
        "renditions": [_describe_rendition(rendition) for rendition in video.renditions],
        "ladder": video.ladder and {"state": video.ladder, "progress": video.ladder_progress},
        "loudness": video.loudness and to_plain(video.loudness),
        "failure": video.failure and _describe_failure(video.failure, has_files=video.removed_at is None),
    }
    return {name: value for name, value in known.items() if value is not None}


def _describe_failure(failure: Failure, *, has_files: bool) -> dict[str, Any]:
    """`retryable` tells that `POST /video/{videoId}/retry` may help."""
    return {**to_plain(failure), "retryable": has_files and is_retryable(failure.code)}


def _describe_rendition(rendition: Rendition) -> dict[str, Any]:
    return {_PUBLIC_NAMES.get(name, name): value for name, value in to_plain(rendition).items()}
