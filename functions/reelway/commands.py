"""The command lines of ffprobe and ffmpeg, as data.

Every function returns an argument list and runs nothing. The options that keep hostile files
from reading other files, calling out, or eating the machine stand in `_GUARDS` and `_input` and are
part of each input; the limits that no option knows are set on the process by `adapters.ffmpeg`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelway.grid import Chunk, FrameGrid
from reelway.ladder import AUDIO_BPS, Rung
from reelway.source import AudioTrack, Bounds, HdrColor, Source, VideoTrack

# Without the lists of protocols and formats a playlist or script named .mp4 makes ffmpeg open other
# files and URLs; hls, dash, concat, sdp and image2 must never be added.
_FORMATS = "mov,matroska,mpegts,mpeg,avi,flv,asf,ogg,mpegvideo,rm"
_GUARDS = [
    *("-format_whitelist", _FORMATS),
    *("-probesize", "10M"),
    *("-analyzeduration", "10M"),
]
# A connection that says nothing for 2.5 s (in microseconds) is given up; probing has time for three of them.
_IMPATIENCE = ["-rw_timeout", "2500000"]
_RETRIES = ["-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "5"]
_DECODER_GUARDS = ["-max_alloc", "536870912", "-max_error_rate", "0.05"]
# One table of an index, or one picture of 8192x4320 in RGBA; the index of 4 h at 60 fps takes 21 MB.
_PROBE_MAX_ALLOC = "167772160"

_BOUNDS = Bounds()

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
_SAMPLE_RATE_HZ = 48_000
_AAC_FRAME_SAMPLES = 1024


def probe(url: str, bounds: Bounds) -> list[str]:
    """Frames are decoded for what the container does not tell, within the same bounds as later."""
    shown = ["-show_format", "-show_streams", "-of", "json"]
    guards = [*_GUARDS, *_bounded(url, bounds), "-max_alloc", _PROBE_MAX_ALLOC]
    return ["ffprobe", "-v", "error", *guards, "-threads", "1", *_IMPATIENCE, *shown, url]


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, within `bounds`.

    `offset_s` added to its timestamps gives the job's clock, 0 where the upload starts.
    """

    url: str
    offset_s: float = 0.0
    bounds: Bounds = _BOUNDS


def uploaded(source: Source, url: str) -> Input:
    return Input(url, -source.start_s, source.bounds)


def remux(container: str, upload: Input, output: Path) -> list[str]:
    """Copy the picture into a container that seeks exactly; the sound is prepared apart."""
    return [
        *_ffmpeg(),
        *_ONE_CLOCK,
        *("-fflags", "+genpts"),
        *_input(upload, threads=1),
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
            # Silence fills gaps and a late start, so that the clock of the file is kept; but not the hours
            # to a packet far behind the end, which would all be held in memory.
            *("-af", f"atrim=end={_latest_s(source):.3f},aresample=async=1:first_pts=0"),
            *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(AUDIO_BPS)),
            *("-ac", "2", "-ar", str(_SAMPLE_RATE_HZ)),
        ]
    )
    return [
        *_ffmpeg(),
        *_ONE_CLOCK,
        *_input(upload, threads=1),
        *("-map", f"0:{sound.index}"),
        *_no_extras(),
        *codec,
        *("-f", "mp4", str(output)),
    ]


def _latest_s(source: Source) -> float:
    """When no chunk wants sound any more: some time after the end that the file tells of."""
    return 2 * max(source.duration_s, source.shown_s) + 60


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
    picture = replace(inputs.video, bounds=source.bounds)
    command += [*_seek(picture, grid, chunk, preroll_s), *_input(picture, threads=threads)]
    if inputs.audio:
        command += [*_seek(inputs.audio, grid, chunk, preroll_s), *_input(inputs.audio, threads=1)]
    command += ["-filter_complex_threads", str(threads)]
    command += ["-filter_complex", _filter_graph(source, grid, chunk, rungs)]
    for rung in rungs:
        command += ["-map", f"[{rung.name}]", *_encoder(rung, grid, threads)]
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


def _input(file: Input, *, threads: int) -> list[str]:
    """Decoders get no more threads than were bought: each of them holds pictures of its own."""
    network = [*_IMPATIENCE, *_RETRIES] if file.url.startswith("http") else []
    clock = ["-itsoffset", f"{file.offset_s:.6f}"]
    guards = [*_GUARDS, *_bounded(file.url, file.bounds), "-threads", str(threads)]
    return [*guards, *network, *clock, "-i", file.url]


def _bounded(url: str, bounds: Bounds) -> list[str]:
    return [
        *("-protocol_whitelist", _protocols(url)),
        *("-max_streams", str(bounds.streams)),
        *("-max_pixels", str(bounds.pixels)),
    ]


def _protocols(url: str) -> str:
    """What it takes to read this very URL: a file over the network cannot name one on the disk."""
    if url.startswith("https:"):
        return "https,tls,tcp"
    return "http,tcp" if url.startswith("http:") else "file"


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


def _encoder(rung: Rung, grid: FrameGrid, threads: int) -> list[str]:
    gop = str(grid.gop_frames // rung.frame_step)
    return [
        *("-fps_mode", "passthrough"),
        *("-c:v", "libx264", "-preset", _PRESET, "-crf", str(_CRF)),
        *("-maxrate", str(rung.max_bps), "-bufsize", str(2 * rung.max_bps)),
        *("-profile:v", "high", "-level:v", rung.level(grid)),
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
        *("-threads", str(threads)),
    ]


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
