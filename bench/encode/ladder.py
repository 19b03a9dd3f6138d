"""The whole ladder: the pipeline, one bare ffmpeg and shaka-streamer, one after the other, several times."""

from typing import Any

from bench.encode.clip_encoder import ClipEncoder, caps_bps
from bench.encode.clips import Clip
from bench.spread import ratios, spread


def measure(clip_encoder: ClipEncoder, clips: list[Clip], runs: int) -> dict[str, Any]:
    """Wall-clock and CPU seconds per clip, and their ratios pair by pair."""
    return {clip.name: _measured(clip_encoder, clip, runs) for clip in clips}


def _measured(clip_encoder: ClipEncoder, clip: Clip, runs: int) -> dict[str, Any]:
    rungs, preset = clip_encoder.rungs(clip), clip_encoder.preset(clip)
    ours, bare, shaka = [], [], []
    for _ in range(runs):
        ours.append(clip_encoder.by_pipeline(clip))
        bare.append(clip_encoder.by_bare(clip))
        shaka.append(clip_encoder.by_shaka(clip, caps_bps(rungs), preset=preset))
    wall_s, cpu_s = [run.whole_s for run in ours], [run.cpu_s for run in ours]
    bare_wall_s, bare_cpu_s = [run.wall_s for run in bare], [run.cpu_s for run in bare]
    shaka_wall_s, shaka_cpu_s = [run.wall_s for run in shaka], [run.cpu_s for run in shaka]
    return {
        "rungs": [rung.name for rung in rungs],
        "chunks": len(clip_encoder.plan(clip).chunks),
        "threads": clip_encoder.threads,
        "preset": preset,
        "pipeline": {"wall_s": spread(wall_s), "cpu_s": spread(cpu_s)},
        "bare": {"wall_s": spread(bare_wall_s), "cpu_s": spread(bare_cpu_s)},
        "shaka": {"wall_s": spread(shaka_wall_s), "cpu_s": spread(shaka_cpu_s)},
        "cpu_to_bare": ratios(cpu_s, bare_cpu_s),
        "wall_to_bare": ratios(wall_s, bare_wall_s),
        "wall_to_shaka": ratios(wall_s, shaka_wall_s),
        "cpu_to_shaka": ratios(cpu_s, shaka_cpu_s),
    }
