"""A video as `GET /video/{videoId}` describes it."""

from typing import Any

from reelway.video import Rendition, Video


def describe(video: Video) -> dict[str, Any]:
    """JSON-ready; keys whose value is not known yet are left out."""
    known = {
        "videoId": video.video_id,
        "state": video.state,
        "createdAt": video.created_at,
        "updatedAt": video.updated_at,
        "progress": video.progress,
        "sizeBytes": video.size_bytes,
        "durationSeconds": video.duration_s,
        "renditions": [_describe_rendition(rendition) for rendition in video.renditions],
        "ladder": video.ladder and {"state": video.ladder, "progress": video.ladder_progress},
        "failure": video.failure and {"code": video.failure.code, "message": video.failure.message},
    }
    return {name: value for name, value in known.items() if value is not None}


def _describe_rendition(rendition: Rendition) -> dict[str, Any]:
    return {
        "name": rendition.name,
        "width": rendition.width,
        "height": rendition.height,
        "frameRate": rendition.frame_rate,
        "codecs": rendition.codecs,
        "bandwidth": rendition.bandwidth_bps,
        "averageBandwidth": rendition.average_bandwidth_bps,
    }
