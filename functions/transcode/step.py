"""What the steps of the state machine share: reading the plan, and a job folder that leaves nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from reelway import keys
from reelway import plan as plans
from reelway.errors import ProcessingInterrupted
from reelway.plan import Plan
from reelway.ports import Bucket

_MB_PER_VCPU = 1769
_PYTHON_MB = 400  # with boto3, an upload in parts, and the pages of ffmpeg itself


def plan_of(video_id: str, uploads: Bucket) -> Plan:
    stored = uploads.read(keys.plan(video_id))
    if stored is None:
        raise ProcessingInterrupted("plan_missing", f"There is no plan for the video {video_id}.")
    return plans.from_json(stored.decode())


@contextmanager
def job_folder() -> Iterator[Path]:
    """An empty folder, wiped afterwards: a warm function keeps /tmp for the next job."""
    with TemporaryDirectory(prefix="reelway-") as folder:
        yield Path(folder)


def vcpus() -> int:
    """Whole vCPUs that the function's memory buys (1,769 MB each), at least 1; not what the host has."""
    return max(1, round(_function_mb() / _MB_PER_VCPU))


def ffmpeg_mb() -> int:
    """What a program may take of the function's memory: all but what Python needs itself."""
    return max(_PYTHON_MB, _function_mb() - _PYTHON_MB)


def _function_mb() -> int:
    return int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
