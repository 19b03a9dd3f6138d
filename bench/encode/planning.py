"""The pipeline's plan for a file, made without a running system; by default of one chunk."""

from pathlib import Path

from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.plan.chunk_length import Pace
from reelway.plan.plan import Plan, plan_for
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits

_LIMITS = Limits()
_ONE_CHUNK_S = 1_000_000  # longer than any clip


def plan_of(file: Path, *, chunk_s: int = _ONE_CHUNK_S) -> Plan:
    """Raises MediaRejected when the file is not a video."""
    source = source_of(Ffmpeg(limits=_LIMITS).probe(str(file)), file.stat().st_size, _LIMITS)
    pace = Pace(target_s=1, vcpus=1, concurrency=1, timeout_s=1, chunk_s=chunk_s)
    return plan_for("bench", source, run_id="", token="", etag="", pace=pace)
