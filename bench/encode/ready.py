"""Time until a standard source is READY, compared with a bare stream copy into HLS."""

from typing import Any

from bench.encode.clip_encoder import ClipEncoder
from bench.encode.clips import Clip
from bench.spread import differences, spread


def measure(clip_encoder: ClipEncoder, clips: list[Clip], runs: int) -> dict[str, Any]:
    """Seconds per clip, upload and bare copy alternating; the first upload, which is cold, is not counted."""
    return {clip.name: _measured(clip_encoder, clip, runs) for clip in clips}


def _measured(clip_encoder: ClipEncoder, clip: Clip, runs: int) -> dict[str, Any]:
    cold = clip_encoder.by_pipeline(clip)
    ready_s, copy_s, whole_s = [], [], []
    for _ in range(runs):
        processed = clip_encoder.by_pipeline(clip)
        ready_s.append(processed.ready_s)
        whole_s.append(processed.whole_s)
        copy_s.append(clip_encoder.by_copying(clip).wall_s)
    return {
        "ready_s": spread(ready_s),
        "copy_s": spread(copy_s),
        "difference_s": differences(ready_s, copy_s),
        "whole_ladder_s": spread(whole_s),
        "cold_ready_s": round(cold.ready_s, 3),
    }
