"""Where objects live in the two buckets.

    uploads bucket   uploads/{videoId}                      the file as it was uploaded
                     jobs/{videoId}/…                       intermediate files of the first run
                     jobs/{videoId}/{runId}/…               those of a run that was begun again
                     unused/{time}/{videoId}                a note: some segments may be in no playlist
                     maintenance/{list}.json                where a run has stopped in a list
    media bucket     stream/{videoId}/manifest              the manifest: the default media playlist
                     stream/{videoId}/renditions/{name}     one media playlist per rendition
                     stream/{videoId}/iframes/{name}        one I-frame playlist per rendition
                     stream/{videoId}/master                the multivariant playlist
                     stream/{videoId}/segment/{segmentId}   MPEG-TS segments
                     stream/{videoId}/poster                a still, as JPEG
                     stream/{videoId}/storyboard            WebVTT, whose cues are tiles of storyboard.jpg
                     lists/ready                            a snapshot of the ready list

The intermediate files of one run are its job; `job` names it in the functions below.

Keys of segments are the paths of their URLs, so that the CDN serves them from the bucket without a function
in between.
"""

import re

from reelway.video import is_video_id

UPLOAD_PREFIX = "uploads/"
MEDIA_PREFIX = "stream/"
UNUSED_PREFIX = "unused/"
SPRITE_NAME = "storyboard.jpg"
READY_LIST = "lists/ready"
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


def job(video_id: str, run_id: str | None = None) -> str:
    """The job of the video's first run, or of this later one: no run finds what another has left."""
    return f"{video_id}/{run_id}" if run_id else video_id


def job_prefix(video_id: str) -> str:
    """The prefix of all intermediate files, of all runs."""
    return f"jobs/{video_id}/"


def media_prefix(video_id: str) -> str:
    """The prefix of everything that is published."""
    return f"{MEDIA_PREFIX}{video_id}/"


def plan(job: str) -> str:
    return f"jobs/{job}/plan.json"


def remuxed_source(job: str) -> str:
    return f"jobs/{job}/source"


def audio(job: str) -> str:
    return f"jobs/{job}/audio.m4a"


def prepared_plan(job: str) -> str:
    """The plan after preparing, which may have changed it."""
    return f"jobs/{job}/prepared.json"


def chunk_list(job: str) -> str:
    """The chunks' numbers, for the state machine's distributed Map."""
    return f"jobs/{job}/chunks.json"


def chunk_report(job: str, index: int) -> str:
    return f"jobs/{job}/chunks/{index:05d}.json"


def chunk_tiles(job: str, index: int) -> str:
    return f"jobs/{job}/chunks/{index:05d}.mjpeg"


def chunk_poster(job: str) -> str:
    return f"jobs/{job}/poster.jpg"


def source_report(job: str) -> str:
    """The report of the passthrough rendition."""
    return f"jobs/{job}/source.json"


def rejection(job: str) -> str:
    """Why a chunk was rejected, which the failure of a distributed Map does not contain."""
    return f"jobs/{job}/rejection.json"


def cursor(work: str) -> str:
    """Where maintenance has stopped in a list of unfinished work."""
    return f"maintenance/{work}.json"


def unused_note(video_id: str, since: str) -> str:
    """`since` is an ISO 8601 time, so that the oldest is the first in a list of keys."""
    return f"{unused_since(since)}/{video_id}"


def unused_since(time: str) -> str:
    return f"{UNUSED_PREFIX}{time}"


def video_of_note(key: str) -> str:
    """The video id in the key of a note."""
    return key.rpartition("/")[2]


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


def segment_prefix(video_id: str) -> str:
    return f"stream/{video_id}/segment/"


def segment(video_id: str, segment_id: str) -> str:
    return f"stream/{video_id}/segment/{segment_id}"


def playlists_and_segments(video_id: str) -> tuple[str, ...]:
    """The prefixes of what `master` refers to."""
    return tuple(f"stream/{video_id}/{folder}/" for folder in ("renditions", "iframes", "segment"))


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
