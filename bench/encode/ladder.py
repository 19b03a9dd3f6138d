"""The whole ladder: the pipeline, one bare ffmpeg and shaka-streamer, one after the other, several times."""

from typing import Any

from bench.encode.clips import Clip
from bench.encode.workshop import Workshop, caps_bps
from bench.spread import ratios, spread


def measure(workshop: Workshop, clips: list[Clip], runs: int) -> dict[str, Any]:
    """Wall-clock and CPU seconds per clip, and their ratios pair by pair."""
    return {clip.name: _measured(workshop, clip, runs) for clip in clips}


def _measured(workshop: Workshop, clip: Clip, runs: int) -> dict[str, Any]:
    rungs, preset = workshop.rungs(clip), workshop.preset(clip)
    ours, bare, shaka = [], [], []
    for _ in range(runs):
        ours.append(workshop.by_pipeline(clip))
        bare.append(workshop.by_bare(clip))
        shaka.append(workshop.by_shaka(clip, caps_bps(rungs), preset=preset))
    wall_s, cpu_s = [run.whole_s for run in ours], [run.cpu_s for run in ours]
    bare_wall_s, bare_cpu_s = [run.wall_s for run in bare], [run.cpu_s for run in bare]
    shaka_wall_s, shaka_cpu_s = [run.wall_s for run in shaka], [run.cpu_s for run in shaka]
    return {
        "rungs": [rung.name for rung in rungs],
        "chunks": len(workshop.plan(clip).chunks),
        "threads": workshop.threads,
        "preset": preset,
        "pipeline": {"wall_s": spread(wall_s), "cpu_s": spread(cpu_s)},
        "bare": {"wall_s": spread(bare_wall_s), "cpu_s": spread(bare_cpu_s)},
        "shaka": {"wall_s": spread(shaka_wall_s), "cpu_s": spread(shaka_cpu_s)},
        "cpu_to_bare": ratios(cpu_s, bare_cpu_s),
        "wall_to_bare": ratios(wall_s, bare_wall_s),
        "wall_to_shaka": ratios(wall_s, shaka_wall_s),
        "cpu_to_shaka": ratios(cpu_s, shaka_cpu_s),
    }
