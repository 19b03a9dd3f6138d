"""The command that encodes a chunk: one decode for every rung and the stills."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelway.ffmpeg.chunk_audio import audio_preroll_s, chunk_audio, whole_frames
from reelway.ffmpeg.filter_graph import filter_graph
from reelway.ffmpeg.inputs import ONE_CLOCK, WATCH_S, Input, ffmpeg, progress, reading
from reelway.ffmpeg.outputs import (
    TIMES_FORMAT,
    chunk_audio_packets,
    chunk_poster,
    chunk_tiles,
    chunk_times,
    gop_files,
    no_extras,
)
from reelway.ffmpeg.stills import POSTER_QUALITY, TILE_QUALITY, jpegs, only_tiles
from reelway.ffmpeg.x264 import decoding_lead_s, encoder, idrs_at
from reelway.frame_grid import FrameGrid
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan
from reelway.probe.streams import VideoStream

# Seconds before a chunk to seek to, tried in turn until its first frame comes out; None is the file's start.
# Every second more is read and decoded in vain, so the first attempt is only what the filters need.
PREROLLS_S = (0, 2, 30, None)
_PREROLL_FRAMES = 4  # of the source: bwdif looks at the frames around one, fps at the frame before
# Of steady video nothing is needed before the wanted frame, which may be a keyframe: aim a quarter of a frame
# behind its start, which rounding cannot turn into the frame before.
_ON_THE_FRAME = Fraction(-1, 4)
# ffmpeg's own decoders of VP8 and VP9 do not read the alpha beside the video.
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


@dataclass(frozen=True, slots=True)
class ChunkInputs:
    """The files with the (possibly remuxed) video and with the audio, if there is any; maybe the same."""

    video: Input
    audio: Input | None

    @property
    def is_one_file(self) -> bool:
        return self.video == self.audio


def encode_chunk(
    plan: Plan,
    chunk: Chunk,
    inputs: ChunkInputs,
    folder: Path,
    *,
    threads: int,
    preroll_s: int | None = PREROLLS_S[0],
) -> list[str]:
    """One decode of the chunk feeds every rung and the stills; all of it lands in `folder`.

    `chunk_playlist` lists a file for each GOP of a rung, `chunk_times` the frames' times, and
    `chunk_audio_packets` the audio. Progress is reported on stdout once a second.
    """
    seek = _seek(inputs.video, plan.grid, chunk, preroll_s, _min_video_frames(plan, inputs))
    return [
        *(*ffmpeg(), *progress(WATCH_S), *ONE_CLOCK),
        *(*seek, *_reading(plan, chunk, inputs, threads=threads, preroll_s=preroll_s)),
        *("-filter_complex_threads", str(threads)),
        *("-filter_complex", filter_graph(plan, chunk, inputs.video, is_from_start=not seek)),
        *_rungs(plan, chunk, inputs, folder, threads=threads),
        *_listed(_audio(plan, chunk, plan.rungs[0], inputs), folder),
        *_stills(plan, chunk, folder),
    ]


def _reading(
    plan: Plan, chunk: Chunk, inputs: ChunkInputs, *, threads: int, preroll_s: int | None
) -> list[str]:
    video = replace(inputs.video, bounds=plan.source.bounds)
    options = [*_decoder(plan.source.video), *(whole_frames(plan) if inputs.is_one_file else [])]
    options += reading(video, threads=threads)
    if inputs.audio and not inputs.is_one_file:
        options += [
            *_seek(inputs.audio, plan.grid, chunk, preroll_s, _min_audio_frames(plan)),
            *whole_frames(plan),
        ]
        options += reading(inputs.audio, threads=1)
    return options


def _rungs(plan: Plan, chunk: Chunk, inputs: ChunkInputs, folder: Path, *, threads: int) -> list[str]:
    options = []
    for rung in plan.rungs:
        options += ["-map", f"[{rung.name}]", *encoder(rung, plan.rungs, plan.grid, threads)]
        options += idrs_at(plan, chunk)
        if rung is plan.rungs[0]:  # the times are those of all rungs
            options += ["-stats_enc_pre:v", str(chunk_times(folder)), "-stats_enc_pre_fmt:v", TIMES_FORMAT]
        options += _audio(plan, chunk, rung, inputs)
        options += [*no_extras(), *gop_files(folder, rung.name)]
    return options


def _audio(plan: Plan, chunk: Chunk, rung: Rung, inputs: ChunkInputs) -> list[str]:
    if inputs.audio is None:
        return []
    return chunk_audio(plan, chunk, rung, f"{int(not inputs.is_one_file)}:{inputs.audio.audio}")


def _listed(audio: list[str], folder: Path) -> list[str]:
    """The audio packets that the rungs get, as a list, to know when they end."""
    as_they_are = ["-avoid_negative_ts", "disabled", "-f", "framecrc", str(chunk_audio_packets(folder))]
    return [*audio, *no_extras(), *as_they_are] if audio else []


def _stills(plan: Plan, chunk: Chunk, folder: Path) -> list[str]:
    options = jpegs(
        "tiles", TILE_QUALITY, [*only_tiles(plan.stills, plan.grid), "-f", "mjpeg", str(chunk_tiles(folder))]
    )
    if plan.stills.has_poster(chunk):
        one = ["-frames:v", "1", "-update", "1", "-f", "image2"]
        options += jpegs("poster", POSTER_QUALITY, [*one, str(chunk_poster(folder))])
    return options


def _seek(
    file: Input, grid: FrameGrid, chunk: Chunk, preroll_s: int | None, min_frames: Fraction
) -> list[str]:
    """Seek to before the chunk, or to its first frame; `trim` finds the exact one.

    Frames between the keyframe and the wanted time are kept (-noaccurate_seek): the last of them may be the
    one that is shown during a gap in the source, into the chunk. Times are the job's, without the file's
    start added (-seek_timestamp).
    """
    if chunk.start_frame is None or preroll_s is None:
        return []
    earlier_s = max(Fraction(preroll_s), min_frames / grid.rate) if preroll_s else min_frames / grid.rate
    time_s = float(chunk.start_frame / grid.rate - earlier_s) - file.offset_s
    return ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", f"{time_s:.6f}"] if time_s > 0 else []


def _min_video_frames(plan: Plan, inputs: ChunkInputs) -> Fraction:
    if inputs.is_one_file:
        return _min_audio_frames(plan)
    return _ON_THE_FRAME if plan.source.video.is_steady else _min_preroll_frames(plan)


def _min_audio_frames(plan: Plan) -> Fraction:
    return _min_preroll_frames(plan) + audio_preroll_s(plan) * plan.grid.rate


def _min_preroll_frames(plan: Plan) -> Fraction:
    """What the filters need, and the audio that is dealt out with the chunk's first frame; on the grid."""
    filtered = _PREROLL_FRAMES * max(Fraction(1), plan.grid.rate / plan.source.video.frame_rate)
    return max(filtered, decoding_lead_s(plan.grid, plan.rungs) * plan.grid.rate + 1)


def _decoder(video: VideoStream) -> list[str]:
    decoder = _ALPHA_DECODERS.get(video.codec) if video.has_alpha else None
    return ["-c:v", decoder] if decoder else []
