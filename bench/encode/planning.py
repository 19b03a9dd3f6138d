"""The pipeline's plan for a file, made without a running system; by default of one chunk."""

import subprocess
from pathlib import Path

from reelway import ffmpeg
from reelway.plan.chunk_length import Pace
from reelway.plan.plan import Plan, plan_for
from reelway.probe.ffprobe_json import parsed
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits

_LIMITS = Limits()
_ONE_CHUNK_S = 1_000_000  # longer than any clip


def plan_of(file: Path, binaries: Path, *, chunk_s: int = _ONE_CHUNK_S) -> Plan:
    """Raises CalledProcessError when ffprobe cannot read the file, MediaRejected when it is not a video."""
    program, *arguments = ffmpeg.probe(str(file), _LIMITS.bounds)
    printed = subprocess.run([binaries / program, *arguments], check=True, capture_output=True).stdout
    source = source_of(parsed(printed.decode()), file.stat().st_size, _LIMITS)
    pace = Pace(target_s=1, vcpus=1, concurrency=1, timeout_s=1, chunk_s=chunk_s)
    return plan_for("bench", source, run_id="", token="", etag="", pace=pace)
