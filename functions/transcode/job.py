"""What the steps of the state machine share: the plan, the upload that it is about, memory and disk."""

import shutil
from pathlib import Path

from reelway import failures, keys
from reelway.hls import playlists
from reelway.interruptions import Interruption, interrupted
from reelway.plan.plan import Plan
from reelway.plan.plan_document import PLAN
from reelway.ports.storage import Bucket

# The retries of an inline Map's chunks are in one history, of 25,000 events at most. So many chunks can be
# throttled for as long as the state machine may run; in a distributed Map each has a history of its own.
MAX_INLINE_CHUNKS = 6
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
_MB_PER_VCPU = 1769
_MIN_FREE_BYTES = 1_000_000  # with less, some file could not be written to its end
_PYTHON_MB = 400  # with boto3, an upload in parts, and the pages of ffmpeg itself


def plan_of(job: str, uploads: Bucket) -> Plan:
    """The plan as planning wrote it; raises ProcessingInterrupted when there is none that can be read."""
    return _stored_plan(keys.plan(job), uploads)


def prepared_plan_of(job: str, uploads: Bucket) -> Plan:
    """The plan as preparing left it; raises ProcessingInterrupted when there is none that can be read."""
    return _stored_plan(keys.prepared_plan(job), uploads)


def _stored_plan(key: str, uploads: Bucket) -> Plan:
    stored = uploads.read(key)
    if stored is None:
        raise interrupted(Interruption.PLAN_MISSING, key)
    return PLAN.load(stored)


def chunks_to_encode(plan: Plan) -> dict[str, object]:
    """`{isMany, chunks}` with the chunks' numbers; none where there are many: a Map reads them from S3."""
    is_many = len(plan.chunks) > MAX_INLINE_CHUNKS
    return {"isMany": is_many, "chunks": [] if is_many else [chunk.index for chunk in plan.chunks]}


def check_upload(plan: Plan, uploads: Bucket) -> None:
    """Raises MediaRejected when the file is no longer the one that was probed.

    A presigned form can be used twice, and the limits were checked for the first file only.
    """
    upload = uploads.head(keys.upload(plan.video_id))
    if upload is None:
        raise failures.upload_removed()
    if upload.etag != plan.etag:
        raise failures.upload_replaced()


def check_disk(folder: Path) -> None:
    """Raises ProcessingInterrupted when the disk is full.

    ffmpeg's HLS muxer reports neither an error nor a failure when there is no room for its segments.
    """
    if shutil.disk_usage(folder).free < _MIN_FREE_BYTES:
        raise interrupted(Interruption.DISK_FULL)


def put_segment(plan: Plan, segment_id: str, body: bytes, media: Bucket) -> None:
    """Put a segment into the media bucket; raises ProcessingInterrupted when it is too large to be served."""
    if len(body) > playlists.MAX_SEGMENT_BYTES:
        sizes = f"{segment_id} has {len(body)} bytes; at most {playlists.MAX_SEGMENT_BYTES}"
        raise interrupted(Interruption.SEGMENT_TOO_LARGE, sizes)
    media.put(
        keys.segment(plan.video_id, segment_id),
        body,
        content_type=playlists.SEGMENT_CONTENT_TYPE,
        cache_control=playlists.SEGMENT_CACHE_CONTROL,
    )


def vcpus(memory_mb: int) -> float:
    """What a function's memory buys, a share of a vCPU included; the host may have more."""
    return memory_mb / _MB_PER_VCPU


def threads(memory_mb: int) -> int:
    """Whole vCPUs of a function with this memory, at least 1."""
    return max(1, round(vcpus(memory_mb)))


def ffmpeg_mb(memory_mb: int) -> int:
    """What ffmpeg may take of a function's memory: all but what Python needs itself."""
    return max(_PYTHON_MB, memory_mb - _PYTHON_MB)
