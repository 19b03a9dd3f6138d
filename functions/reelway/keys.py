"""Where objects live in the two buckets.

    uploads bucket   uploads/{videoId}                      the file as it was uploaded
                     jobs/{videoId}/…                       intermediate files of processing
    media bucket     stream/{videoId}/manifest              the default media playlist
                     stream/{videoId}/renditions/{name}     one media playlist per rendition
                     stream/{videoId}/master                the multivariant playlist
                     stream/{videoId}/segment/{segmentId}   MPEG-TS segments
                     stream/{videoId}/poster                a picture of the video
                     stream/{videoId}/storyboard            WebVTT, of the tiles in storyboard.jpg

Keys of segments are the URL paths that clients ask for, so that the CDN serves them
from the bucket without a function in between.
"""

import re
from urllib.parse import unquote_plus

from reelway.video import is_video_id

UPLOAD_PREFIX = "uploads/"
SPRITE_NAME = "storyboard.jpg"
# Metadata of an upload that came through us: its receiver writes the record, or has told the client that
# the upload failed. The record of an upload without it is made by the S3 event.
RECEIVED = {"recorded-by": "receiver"}
_SEGMENT_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\.ts")
_RENDITION = re.compile(r"[0-9]{1,5}p")


def upload(video_id: str) -> str:
    return f"{UPLOAD_PREFIX}{video_id}"


def video_of_upload(key: str) -> str | None:
    """The video id in an upload's key, or None if the key is not one that `upload` makes."""
    video_id = key.removeprefix(UPLOAD_PREFIX)
    return video_id if is_video_id(video_id) and key == upload(video_id) else None


def video_of_upload_event(event_key: str) -> str | None:
    """The same of the form-URL-encoded object key of an S3 event."""
    return video_of_upload(unquote_plus(event_key))


def job_prefix(video_id: str) -> str:
    """Of all intermediate files."""
    return f"jobs/{video_id}/"


def media_prefix(video_id: str) -> str:
    """Of everything that is published."""
    return f"stream/{video_id}/"


def plan(video_id: str) -> str:
    return f"jobs/{video_id}/plan.json"


def remuxed_source(video_id: str) -> str:
    return f"jobs/{video_id}/source"


def audio(video_id: str) -> str:
    return f"jobs/{video_id}/audio.m4a"


def prepared_plan(video_id: str) -> str:
    """The plan as preparing it has left it."""
    return f"jobs/{video_id}/prepared.json"


def chunk_list(video_id: str) -> str:
    """The chunks' numbers, for the state machine's distributed Map."""
    return f"jobs/{video_id}/chunks.json"


def chunk_report(video_id: str, index: int) -> str:
    return f"jobs/{video_id}/chunks/{index:05d}.json"


def chunk_tiles(video_id: str, index: int) -> str:
    return f"jobs/{video_id}/chunks/{index:05d}.mjpeg"


def chunk_poster(video_id: str) -> str:
    return f"jobs/{video_id}/poster.jpg"


def source_report(video_id: str) -> str:
    """The rendition that is the source's own stream."""
    return f"jobs/{video_id}/source.json"


def rejection(video_id: str) -> str:
    """Why a chunk was rejected: a distributed Map does not hand that on."""
    return f"jobs/{video_id}/rejection.json"


def replanned(video_id: str) -> str:
    """Exists once maintenance has asked for the video to be planned."""
    return f"jobs/{video_id}/replanned"


def manifest(video_id: str) -> str:
    return f"stream/{video_id}/manifest"


def video_of_manifest(event_key: str) -> str | None:
    """The video id in the object key of an S3 event, or None if the object is not a default manifest."""
    parts = unquote_plus(event_key).split("/")
    is_manifest = len(parts) == 3 and parts[0] == "stream" and parts[2] == "manifest"
    return parts[1] if is_manifest and is_video_id(parts[1]) else None


def rendition(video_id: str, name: str) -> str:
    return f"stream/{video_id}/renditions/{name}"


def master(video_id: str) -> str:
    return f"stream/{video_id}/master"


def poster(video_id: str) -> str:
    return f"stream/{video_id}/poster"


def storyboard(video_id: str) -> str:
    return f"stream/{video_id}/storyboard"


def sprite(video_id: str) -> str:
    return f"stream/{video_id}/{SPRITE_NAME}"


def segment(video_id: str, segment_id: str) -> str:
    return f"stream/{video_id}/segment/{segment_id}"


def is_segment_id(text: str) -> bool:
    return _SEGMENT_ID.fullmatch(text) is not None


def is_rendition_name(text: str) -> bool:
    return _RENDITION.fullmatch(text) is not None


def segment_id(token: str, rendition_name: str, chunk_index: int | None, index: int) -> str:
    """`token` is unguessable and belongs to one plan, so an id never changes its meaning.

    Segments of the source's own stream belong to no chunk. The ending is `.ts` because HLS demuxers check a
    segment's extension against its format.
    """
    part = "source" if chunk_index is None else f"{chunk_index:05d}"
    return f"{token}-{rendition_name}-{part}-{index:03d}.ts"
