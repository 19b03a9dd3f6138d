"""Commands of one plain ffmpeg: the pipeline's for a whole file, without what only the pipeline needs.

The commands come from `reelway.ffmpeg`, so that the settings cannot drift apart.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reelway import ffmpeg
from reelway.plan.chunks import Chunk
from reelway.plan.plan import Plan

# Progress, the list of frame times, and the cutting of a chunk's audio.
_PIPELINE_ONLY = ("-progress", "-stats_period", "-stats_enc_pre:v", "-stats_enc_pre_fmt:v", "-bsf:a", "-t")


def ladder(plan: Plan, clip: Path, folder: Path, *, threads: int) -> list[str]:
    """One decode with `split`, all rungs of `plan` in one pass, HLS into `folder`: `{rung}.m3u8`."""
    whole = Chunk(0, None, plan.chunks[-1].end_frame)
    file = ffmpeg.uploaded(plan.source, str(clip))
    inputs = ffmpeg.ChunkInputs(file, file if plan.source.audio else None)
    one = replace(plan, chunks=(whole,))
    command = _without_audio_list(ffmpeg.encode_chunk(one, whole, inputs, folder, threads=threads), folder)
    command = without_outputs(
        command, {"tiles": ffmpeg.chunk_tiles(folder), "poster": ffmpeg.chunk_poster(folder)}
    )
    # The pipeline has a file written per GOP and joins them. A frame less than a segment, so that rounding
    # does not make the muxer wait for the GOP after the next.
    return changed(
        without(command, _PIPELINE_ONLY), {"-hls_time": f"{float(plan.grid.segment_s) - 0.04:.2f}"}
    )


def _without_audio_list(command: list[str], folder: Path) -> list[str]:
    listed = str(ffmpeg.chunk_audio_packets(folder))
    if listed not in command:
        return command
    end = command.index(listed)
    first = max(n for n in range(end) if command[n] == "-map")
    return [*command[:first], *command[end + 1 :]]


def copy(clip: Path, folder: Path) -> list[str]:
    """Cut a file into HLS by stream copy: the minimum that publishing a standard source can cost."""
    output = ["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", str(folder / "copy.m3u8")]
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(clip), "-c", "copy", *output]


def decode(clip: Path, *, threads: int) -> list[str]:
    """Decode every frame and discard it."""
    plain = ["ffmpeg", "-nostdin", "-v", "error", "-threads", str(threads), "-i", str(clip)]
    return [*plain, "-map", "0:V:0", "-f", "null", "-"]


def audio(plan: Plan, clip: Path, folder: Path) -> list[str]:
    """Encode the audio, as the pipeline does when it cannot copy it; raises ValueError without audio."""
    if plan.source.audio is None:
        raise ValueError(f"{clip} has no audio")
    foreign = replace(plan.source.audio, codec="foreign")
    source = replace(plan.source, audio=foreign)
    other = replace(plan, source=source)
    return ffmpeg.audio(other, foreign, ffmpeg.uploaded(source, str(clip)), folder)


def value_of(command: Sequence[str], option: str) -> str:
    """The first value of `option`; ValueError when the command does not have it."""
    return command[list(command).index(option) + 1]


def without(command: Sequence[str], options: Sequence[str]) -> list[str]:
    """`command` without those `options`, each of which has one value."""
    dropped = {n + offset for n, part in enumerate(command) if part in options for offset in (0, 1)}
    return [part for n, part in enumerate(command) if n not in dropped]


def without_outputs(command: Sequence[str], outputs: Mapping[str, Path]) -> list[str]:
    """`command` without the branches of its filter graph of these names, and the files made of them."""
    kept = list(command)
    for outlet, file in outputs.items():
        if f"[{outlet}]" in kept:
            first = kept.index(f"[{outlet}]") - 1  # the -map before it
            del kept[first : kept.index(str(file), first) + 1]
    return changed(
        kept, {"-filter_complex": without_branches(value_of(kept, "-filter_complex"), set(outputs))}
    )


def without_branches(graph: str, outlets: set[str]) -> str:
    """A filter graph of `shared,split=n[s0][s1]…;[s0]…[name];…` without the branches of these names."""
    shared, *branches = re.split(r";(?=\[s\d+\])", graph)
    left = [re.sub(r"^\[s\d+\]", "", b) for b in branches if b.rpartition("[")[2].rstrip("]") not in outlets]
    inlets = [f"[s{n}]" for n in range(len(left))]
    shared = re.sub(r"split=\d+(\[s\d+\])+$", f"split={len(left)}{''.join(inlets)}", shared)
    return ";".join([shared, *(inlet + branch for inlet, branch in zip(inlets, left, strict=True))])


def changed(command: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """`command` with other values of options that it has, at each place; KeyError when one is missing."""
    missing = set(values) - set(command)
    if missing:
        raise KeyError(f"not in the command: {sorted(missing)}")
    return [values.get(before, part) for before, part in zip(["", *command], command, strict=False)]


def extended(command: Sequence[str], x264_params: str) -> list[str]:
    """`command` with further x264 options, `key=value:…`, for every rung."""
    made: list[str] = []
    for part in command:
        made += [part, "-x264-params", x264_params] if x264_params and part == "libx264" else [part]
    return made
