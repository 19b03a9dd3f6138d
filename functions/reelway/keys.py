"""Where objects live in the two buckets.

    uploads bucket   uploads/{videoId}                      the file as it was uploaded
                     jobs/{videoId}/…                       intermediate files of processing
                     maintenance/{list}.json                where a run has stopped in a list
    media bucket     stream/{videoId}/manifest              the manifest: the default media playlist
                     stream/{videoId}/renditions/{name}     one media playlist per rendition
                     stream/{videoId}/iframes/{name}        one I-frame playlist per rendition
                     stream/{videoId}/master                the multivariant playlist
                     stream/{videoId}/segment/{segmentId}   MPEG-TS segments
                     stream/{videoId}/poster                a still, as JPEG
                     stream/{videoId}/storyboard            WebVTT, whose cues are tiles of storyboard.jpg

Keys of segments are the paths of their URLs, so that the CDN serves them from the bucket without a function
in between.
"""

import re

from reelway.video import is_video_id

UPLOAD_PREFIX = "uploads/"
SPRITE_NAME = "storyboard.jpg"
# S3 metadata of an upload through `POST /upload`, whose function writes the video's record, or answers that
# the upload failed. The records of all other uploads are created by their S3 events.
RECEIVED = {"recorded-by": "receiver"}
# Wider than `segment_id` makes them, and narrow enough for a URL path and an S3 key.
_SEGMENT_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\.ts")
_RENDITION = re.compile(r"[0-9]{1,5}p")


def upload(video_id: str) -> str:
    return f"{UPLOAD_PREFIX}{video_id}"


def video_of_upload(key: str) -> str | None:
    """The video id in an upload's key, or None if the key is not one that `upload` makes."""
    video_id = key.removeprefix(UPLOAD_PREFIX)
    return video_id if is_video_id(video_id) and key == upload(video_id) else None


def job_prefix(video_id: str) -> str:
    """The prefix of all intermediate files."""
    return f"jobs/{video_id}/"


def media_prefix(video_id: str) -> str:
    """The prefix of everything that is published."""
    return f"stream/{video_id}/"


def plan(video_id: str) -> str:
    return f"jobs/{video_id}/plan.json"


def remuxed_source(video_id: str) -> str:
    return f"jobs/{video_id}/source"


def audio(video_id: str) -> str:
    return f"jobs/{video_id}/audio.m4a"


def prepared_plan(video_id: str) -> str:
    """The plan after preparing, which may have changed it."""
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
    """The report of the passthrough rendition."""
    return f"jobs/{video_id}/source.json"


def rejection(video_id: str) -> str:
    """Why a chunk was rejected, which the failure of a distributed Map does not contain."""
    return f"jobs/{video_id}/rejection.json"


def cursor(work: str) -> str:
    """Where maintenance has stopped in a list of unfinished work."""
    return f"maintenance/{work}.json"


def manifest(video_id: str) -> str:
    return f"stream/{video_id}/manifest"


def video_of_manifest(key: str) -> str | None:
    """The video id in a manifest's key, or None if the key is not one that `manifest` makes."""
    video_id = key.removeprefix("stream/").removesuffix("/manifest")
    return video_id if is_video_id(video_id) and key == manifest(video_id) else None


def rendition(video_id: str, name: str) -> str:
    return f"stream/{video_id}/renditions/{name}"


def i_frames(video_id: str, name: str) -> str:
    return f"stream/{video_id}/iframes/{name}"


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


def encoded_segments(video_id: str, token: str, rendition_name: str) -> str:
    """The prefix of the segments of a rendition that was encoded by this plan; `token` as in `segment_id`."""
    return segment(video_id, f"{token}-{rendition_name}-")


def is_segment_id(text: str) -> bool:
    return _SEGMENT_ID.fullmatch(text) is not None


def is_rendition_name(text: str) -> bool:
    return _RENDITION.fullmatch(text) is not None


def segment_id(token: str, rendition_name: str, chunk_index: int | None, index: int) -> str:
    """`token` is unguessable and belongs to one plan, so an id is never used for another segment.

    `chunk_index` is None for passthrough segments, which belong to no chunk. The id ends in `.ts` because
    ffmpeg's HLS demuxer compares a segment's extension with its format.
    """
    part = "source" if chunk_index is None else f"{chunk_index:05d}"
    return f"{token}-{rendition_name}-{part}-{index:03d}.ts"
