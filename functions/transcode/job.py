"""What the steps of the state machine share: the plan, the upload it is about, a clean folder."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from reelway import failures, keys
from reelway.hls import playlists
from reelway.interruptions import Interruption, interrupted
from reelway.plan import plan as plans
from reelway.plan.chunk_length import Pace
from reelway.plan.plan import Plan
from reelway.ports import Bucket

_MB_PER_VCPU = 1769
_MIN_FREE_BYTES = 1_000_000
_PYTHON_MB = 400  # with boto3, an upload in parts, and the pages of ffmpeg itself


def plan_of(video_id: str, uploads: Bucket) -> Plan:
    """The plan before it was prepared."""
    return _stored_plan(keys.plan(video_id), uploads)


def prepared_plan_of(video_id: str, uploads: Bucket) -> Plan:
    return _stored_plan(keys.prepared_plan(video_id), uploads)


def _stored_plan(key: str, uploads: Bucket) -> Plan:
    stored = uploads.read(key)
    if stored is None:
        raise interrupted(Interruption.PLAN_MISSING, key)
    return plans.from_json(stored.decode())


def check_upload(plan: Plan, uploads: Bucket) -> None:
    """Raises MediaRejected when the file is no longer the one that was probed.

    A presigned form may be posted to again: the limits were checked for the first file only.
    """
    upload = uploads.head(keys.upload(plan.video_id))
    if upload is None:
        raise failures.upload_removed()
    if upload.etag != plan.etag:
        raise failures.upload_replaced()


def check_disk(folder: Path) -> None:
    """ffmpeg's HLS muxer ends well, and without a word, when there is no room for its segments.

    Raises ProcessingInterrupted, for that is the machine's fault.
    """
    if shutil.disk_usage(folder).free < _MIN_FREE_BYTES:
        raise interrupted(Interruption.DISK_FULL)


def put_segment(plan: Plan, segment_id: str, body: bytes, media: Bucket) -> None:
    """Publish a segment for ever; raises ProcessingInterrupted when it is too large to be served."""
    if len(body) > playlists.MAX_SEGMENT_BYTES:
        sizes = f"{segment_id} has {len(body)} bytes; at most {playlists.MAX_SEGMENT_BYTES}"
        raise interrupted(Interruption.SEGMENT_TOO_LARGE, sizes)
    media.put(
        keys.segment(plan.video_id, segment_id),
        body,
        content_type=playlists.SEGMENT_CONTENT_TYPE,
        cache_control=playlists.SEGMENT_CACHE_CONTROL,
    )


@contextmanager
def job_folder() -> Iterator[Path]:
    """An empty folder, wiped afterwards: a warm function keeps /tmp for the next job."""
    with TemporaryDirectory(prefix="reelway-") as folder:
        yield Path(folder)


def vcpus(memory_mb: int) -> float:
    """What a function's memory buys (1,769 MB for each vCPU); not what the host has."""
    return memory_mb / _MB_PER_VCPU


def threads() -> int:
    """Whole vCPUs of this function, at least 1."""
    return max(1, round(vcpus(_function_mb())))


def ffmpeg_mb() -> int:
    """What a program may take of the function's memory: all but what Python needs itself."""
    return max(_PYTHON_MB, _function_mb() - _PYTHON_MB)


def pace() -> Pace:
    """As the template's parameters set it."""
    return Pace(
        target_s=float(os.environ["CHUNK_TARGET_SECONDS"]),
        vcpus=vcpus(int(os.environ["ENCODE_MEMORY_MB"])),
        concurrency=int(os.environ["ENCODE_CONCURRENCY"]),
        timeout_s=float(os.environ["STEP_TIMEOUT_SECONDS"]),
        chunk_s=int(os.environ["CHUNK_SECONDS"]),
    )


def _function_mb() -> int:
    return int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
