"""The command that encodes a chunk: one decode for every rung and picture."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelway.ffmpeg.audio import packets_of
from reelway.ffmpeg.filter_graph import filter_graph
from reelway.ffmpeg.inputs import ONE_CLOCK, Input, ffmpeg, progress, reading
from reelway.ffmpeg.outputs import (
    chunk_poster,
    chunk_tiles,
    chunk_times,
    gop_files,
    no_extras,
)
from reelway.ffmpeg.stills import POSTER_QUALITY, TILE_QUALITY, jpegs
from reelway.ffmpeg.x264 import decoding_lead_s, encoder, idrs_at
from reelway.frame_grid import FrameGrid
from reelway.plan.chunks import Chunk
from reelway.plan.plan import Plan
from reelway.probe.source import VideoStream

# How far before a chunk to land, tried in turn; None is the start of the file. Whoever lands too late
# notices, and every second more is read and decoded again: so the first is just what the filters want, and
# nothing for equally distant progressive frames, of which the wanted one may be a keyframe.
PREROLLS_S = (0, 2, 30, None)
_PREROLL_FRAMES = Fraction(4)
_ON_THE_FRAME = Fraction(-1, 4)
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


@dataclass(frozen=True, slots=True)
class ChunkInputs:
    """The (possibly remuxed) picture, and the sound, if there is any; the same file may have both."""

    video: Input
    audio: Input | None


def encode_chunk(
    plan: Plan,
    chunk: Chunk,
    inputs: ChunkInputs,
    folder: Path,
    *,
    threads: int,
    preroll_s: int | None = PREROLLS_S[0],
) -> list[str]:
    """One decode of the chunk feeds every rung and the pictures; all of it lands in `folder`.

    `chunk_playlist` lists a file for each GOP of a rung, and `chunk_times` the frames' times. Progress is
    reported on stdout once a second.
    """
    command = [*ffmpeg(), *progress(1), *ONE_CLOCK]
    is_one_file = inputs.audio == inputs.video
    picture = replace(inputs.video, bounds=plan.source.bounds)
    least = _ON_THE_FRAME if plan.source.video.is_steady and not is_one_file else _least_preroll(plan)
    command += [*_seek(picture, plan.grid, chunk, preroll_s, least), *_decoder(plan.source.video)]
    command += reading(picture, threads=threads)
    sound = []
    if inputs.audio:
        sound = ["-map", f"{int(not is_one_file)}:{inputs.audio.sound}", "-c:a", "copy"]
        sound += packets_of(plan, chunk)
    if inputs.audio and not is_one_file:
        command += _seek(inputs.audio, plan.grid, chunk, preroll_s, _least_preroll(plan))
        command += reading(inputs.audio, threads=1)
    command += ["-filter_complex_threads", str(threads)]
    command += ["-filter_complex", filter_graph(plan, chunk, picture)]
    for rung in plan.rungs:
        command += ["-map", f"[{rung.name}]", *encoder(rung, plan.rungs, plan.grid, threads)]
        command += idrs_at(plan, chunk)
        if rung is plan.rungs[0]:
            command += ["-stats_enc_pre:v", str(chunk_times(folder)), "-stats_enc_pre_fmt:v", "{t}"]
        command += [*sound, *no_extras(), *gop_files(folder, rung.name)]
    command += jpegs("tiles", TILE_QUALITY, ["-f", "mjpeg", str(chunk_tiles(folder))])
    if plan.stills.has_poster(chunk):
        one = ["-frames:v", "1", "-update", "1", "-f", "image2"]
        command += jpegs("poster", POSTER_QUALITY, [*one, str(chunk_poster(folder))])
    return command


def _seek(
    file: Input, grid: FrameGrid, chunk: Chunk, preroll_s: int | None, min_frames: Fraction
) -> list[str]:
    """Land before the chunk, or on its first frame; `trim` finds the exact one.

    Frames between the keyframe and the wanted time are kept: the last of them may be the one that a gap
    in the source shows on, into the chunk.
    """
    if chunk.start_frame is None or preroll_s is None:
        return []
    earlier_s = max(Fraction(preroll_s), min_frames / grid.rate) if preroll_s else min_frames / grid.rate
    time_s = float(chunk.start_frame / grid.rate - earlier_s) - file.offset_s
    return ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", f"{time_s:.6f}"] if time_s > 0 else []


def _least_preroll(plan: Plan) -> Fraction:
    """Frames: what the filters want to see, and the sound that is dealt out with the first picture."""
    return max(_PREROLL_FRAMES, decoding_lead_s(plan.grid, plan.rungs) * plan.grid.rate + 1)


def _decoder(video: VideoStream) -> list[str]:
    """ffmpeg's own decoders of VP8 and VP9 do not read the alpha that stands beside the picture."""
    decoder = _ALPHA_DECODERS.get(video.codec) if video.has_alpha else None
    return ["-c:v", decoder] if decoder else []
