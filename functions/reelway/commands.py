"""The command lines of ffprobe and ffmpeg, as data.

Every function returns an argument list and runs nothing. The options that keep hostile files
from reading other files, calling out, or eating the machine stand in `_GUARDS` and are part
of each input.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from reelway.grid import Chunk, FrameGrid
from reelway.ladder import AUDIO_BPS, Rung
from reelway.source import AudioTrack, HdrColor, Source, VideoTrack

# Without these two lists a playlist or script named .mp4 makes ffmpeg open other files and
# URLs; hls, dash, concat, sdp and image2 must never be added.
_PROTOCOLS = "file,pipe,https,http,tls,tcp"
_FORMATS = "mov,matroska,mpegts,mpeg,avi,flv,asf,ogg,mpegvideo,rm"
_GUARDS = [
    *("-protocol_whitelist", _PROTOCOLS),
    *("-format_whitelist", _FORMATS),
    *("-max_streams", "32"),
    *("-probesize", "10M"),
    *("-analyzeduration", "10M"),
]
# A connection that says nothing for 3 s (in microseconds) is given up; probing has time for three of them.
_IMPATIENCE = ["-rw_timeout", "3000000"]
_RETRIES = ["-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "5"]
_DECODER_GUARDS = ["-max_alloc", "536870912", "-max_error_rate", "0.05"]
# 8192x4320, the most that the template takes: pictures may grow after the probe has seen them.
_MOST_PIXELS = 35_389_440

# Timestamps are kept, and moved by `Input.offset_s`, so that all chunks and the separately made audio
# share one clock. -start_at_zero would count from the first of the streams that one command reads.
_ONE_CLOCK = ["-copyts"]
# How far before a chunk to land, tried in turn; None is the start of the file.
PREROLLS_S = (2, 30, None)
_PREROLL_FRAMES = 4
# One constant for all chunks: it keeps B-frame and AAC priming timestamps positive.
_TS_OFFSET_S = 10

_PRESET = "veryfast"
_CRF = 23
_B_FRAME_DELAY = 2  # frames, with the preset's pyramid of B-frames
_SAMPLE_RATE_HZ = 48_000
_AAC_FRAME_SAMPLES = 1024


def probe(url: str) -> list[str]:
    shown = ["-show_format", "-show_streams", "-of", "json"]
    return ["ffprobe", "-v", "error", *_GUARDS, *_IMPATIENCE, *shown, url]


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read; `offset_s` added to its timestamps gives the job's clock, 0 where the upload starts."""

    url: str
    offset_s: float = 0.0


def uploaded(source: Source, url: str) -> Input:
    return Input(url, -source.start_s)


def remux(container: str, upload: Input, output: Path) -> list[str]:
    """Copy the picture into a container that seeks exactly; the sound is prepared apart."""
    return [
        *_ffmpeg(),
        *_ONE_CLOCK,
        *("-fflags", "+genpts"),
        *_input(upload),
        *("-map", "0:V:0", "-c", "copy"),
        *_no_extras(),
        *("-avoid_negative_ts", "disabled"),
        *("-f", container, str(output)),
    ]


def audio(source: Source, sound: AudioTrack, upload: Input, output: Path) -> list[str]:
    """The sound of the whole file, once: copied where it can be, else AAC-LC stereo.

    Encoding it per chunk would drift by an encoder delay at every joint.
    """
    codec = (
        ["-c:a", "copy"]
        if source.keeps_audio
        else [
            # Silence fills gaps, a late start and an early end, so that the clock of the file is kept.
            *("-af", f"aresample=async=1:first_pts=0,apad=whole_dur={source.picture_end_s:.6f}"),
            *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(AUDIO_BPS)),
            *("-ac", "2", "-ar", str(_SAMPLE_RATE_HZ)),
        ]
    )
    return [
        *_ffmpeg(),
        *_ONE_CLOCK,
        *_input(upload),
        *("-map", f"0:{sound.index}"),
        *_no_extras(),
        *codec,
        *("-f", "mp4", str(output)),
    ]


def audio_rate_hz(source: Source) -> int:
    """The sample rate, and so the time base, of what `audio` makes."""
    return source.audio.sample_rate_hz if source.audio and source.keeps_audio else _SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class ChunkInputs:
    """The (possibly remuxed) picture and the prepared sound, if there is any."""

    video: Input
    audio: Input | None
    audio_rate_hz: int


def encode_chunk(
    source: Source,
    grid: FrameGrid,
    chunk: Chunk,
    rungs: Sequence[Rung],
    inputs: ChunkInputs,
    folder: Path,
    *,
    threads: int,
    max_segments: int,
    preroll_s: int | None = PREROLLS_S[0],
) -> list[str]:
    """One decode of the chunk feeds every rung; segments and a playlist per rung land in `folder`.

    `{folder}/{rung}.m3u8` lists `{rung}-000.ts`, … and `chunk_times` the frames' times. Progress is
    reported on stdout once a second.
    """
    command = [*_ffmpeg(), "-progress", "pipe:1", "-stats_period", "1", *_ONE_CLOCK]
    command += [*_seek(inputs.video, grid, chunk, preroll_s), *_input(inputs.video)]
    if inputs.audio:
        command += [*_seek(inputs.audio, grid, chunk, preroll_s), *_input(inputs.audio)]
    command += ["-filter_complex_threads", str(threads)]
    command += ["-filter_complex", _filter_graph(source, grid, chunk, rungs)]
    for rung in rungs:
        command += ["-map", f"[{rung.name}]", *_encoder(rung, rungs, grid, threads)]
        if rung is rungs[0]:
            command += ["-stats_enc_pre:v", str(chunk_times(folder)), "-stats_enc_pre_fmt:v", "{t}"]
        if inputs.audio:
            command += ["-map", "1:a:0", "-c:a", "copy", *_packets_of(grid, chunk, inputs.audio_rate_hz)]
        command += [*_no_extras(), *_hls(rung, grid, folder, max_segments)]
    return command


def chunk_playlist(folder: Path, rung: Rung) -> Path:
    return folder / f"{rung.name}.m3u8"


def chunk_times(folder: Path) -> Path:
    """A line for each frame that the first rung got: its time in seconds on the job's clock."""
    return folder / "frames.txt"


def _ffmpeg() -> list[str]:
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", *_DECODER_GUARDS]


def _input(file: Input) -> list[str]:
    network = [*_IMPATIENCE, *_RETRIES] if file.url.startswith("http") else []
    clock = ["-itsoffset", f"{file.offset_s:.6f}"]
    return [*_GUARDS, "-max_pixels", str(_MOST_PIXELS), *network, *clock, "-i", file.url]


def _no_extras() -> list[str]:
    return ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]


def _seek(file: Input, grid: FrameGrid, chunk: Chunk, preroll_s: int | None) -> list[str]:
    """Land before the chunk; `trim` finds the exact frame.

    Frames between the keyframe and the wanted time are kept: the last of them may be the one that a gap
    in the source shows on, into the chunk.
    """
    if chunk.start_frame is None or preroll_s is None:
        return []
    earlier_s = max(Fraction(preroll_s), _PREROLL_FRAMES / grid.rate)
    time_s = float(chunk.start_frame / grid.rate - earlier_s) - file.offset_s
    return ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", f"{time_s:.6f}"] if time_s > 0 else []


def _filter_graph(source: Source, grid: FrameGrid, chunk: Chunk, rungs: Sequence[Rung]) -> str:
    """After `fps` one tick is one frame of the grid, so `trim` by ticks is exact."""
    video = source.video
    start = "" if chunk.start_frame is None else f"start_pts={chunk.start_frame}:"
    shared = [
        *(["bwdif=mode=send_frame:deint=interlaced"] if video.is_interlaced else []),
        f"fps={grid.rate}",
        *(["tpad=stop=-1:stop_mode=clone"] if source.is_held else []),  # until the last chunk's end
        f"trim={start}end_pts={chunk.end_frame}",
        *(_tone_map(video.hdr) if video.hdr else []),
        f"split={len(rungs)}",
    ]
    outlets = "".join(f"[s{n}]" for n in range(len(rungs)))
    branches = [f"[s{n}]{_scale(video, grid, rung)}[{rung.name}]" for n, rung in enumerate(rungs)]
    return ";".join([f"[0:V:0]{','.join(shared)}{outlets}", *branches])


def _tone_map(color: HdrColor) -> list[str]:
    """To SDR in BT.709. The file's header counts: pictures often do not repeat what it says of colors."""
    return [
        f"setparams=color_trc={color.transfer}:color_primaries={color.primaries}:colorspace={color.matrix}",
        "zscale=transfer=linear:npl=100",
        "format=gbrpf32le",
        "zscale=primaries=bt709",
        "tonemap=hable:desat=0",
        "zscale=transfer=bt709:matrix=bt709:range=tv",
        "format=yuv420p",
    ]


def _scale(video: VideoTrack, grid: FrameGrid, rung: Rung) -> str:
    matrix = "bt709" if video.hdr else video.color_matrix
    matrices = f"in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"
    thinned = [f"framestep={rung.frame_step}", f"fps={rung.rate(grid)}"] if rung.frame_step > 1 else []
    return ",".join(
        [
            *thinned,
            f"scale={rung.width}:{rung.height}:flags=bicubic:{matrices}",
            "setsar=1",
            "format=yuv420p",
        ]
    )


def _encoder(rung: Rung, rungs: Sequence[Rung], grid: FrameGrid, threads: int) -> list[str]:
    gop = str(grid.gop_frames // rung.frame_step)
    return [
        *("-fps_mode", "passthrough"),
        *("-c:v", "libx264", "-preset", _PRESET, "-crf", str(_CRF)),
        # A buffer of one second: twice that costs 2 to 7 % more of peak rate for less than 0.1 of VMAF.
        *("-maxrate", str(rung.max_bps), "-bufsize", str(rung.max_bps)),
        *("-profile:v", "high", "-level:v", rung.level(grid)),
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
        *("-threads", str(threads)),
        *_decoded_as_early(rung, rungs),
    ]


def _decoded_as_early(rung: Rung, rungs: Sequence[Rung]) -> list[str]:
    """Let the times of decoding run as far ahead as in rungs with fewer frames per second.

    x264 decodes B-frames two frames ahead. The muxer deals out the sound by times of decoding, so without
    this a change of rung between two segments would leave out, or repeat, two frames of sound.
    """
    slowest = max(other.frame_step for other in rungs)
    frames = _B_FRAME_DELAY * (slowest // rung.frame_step - 1)
    return ["-bsf:v", f"setts=pts=PTS:dts=DTS-{frames}"] if frames else []


def _packets_of(grid: FrameGrid, chunk: Chunk, rate_hz: int) -> list[str]:
    """A bitstream filter that lets only the chunk's share of the audio packets pass, by time."""
    # Before 0 is what an edit list cut away, but for the frame that primes the decoder.
    first = -_AAC_FRAME_SAMPLES if chunk.start_frame is None else _samples(chunk.start_frame, grid, rate_hz)
    last = _samples(chunk.end_frame, grid, rate_hz)
    return ["-bsf:a", rf"noise=amount=0:drop='lt(pts\,{first})+gte(pts\,{last})'"]


def _samples(frame: int, grid: FrameGrid, rate_hz: int) -> int:
    return int(frame / grid.rate * rate_hz)


def _hls(rung: Rung, grid: FrameGrid, folder: Path, max_segments: int) -> list[str]:
    """Cut at every second IDR frame.

    The muxer cuts at the first IDR past n times hls_time; a hair under the true segment length keeps
    rounding from skipping one, and stays under half a segment over `max_segments`.
    """
    cut_s = grid.segment_s * (1 - Fraction(1, 4 * max_segments))
    return [
        *("-avoid_negative_ts", "disabled", "-output_ts_offset", str(_TS_OFFSET_S)),
        *("-f", "hls", "-hls_time", f"{float(cut_s):.6f}", "-hls_list_size", "0"),
        *("-hls_playlist_type", "vod"),
        # Chunks start their continuity counters anew.
        *("-hls_segment_options", "mpegts_flags=+initial_discontinuity"),
        *("-hls_segment_filename", str(folder / f"{rung.name}-%03d.ts")),
        str(folder / f"{rung.name}.m3u8"),
    ]
