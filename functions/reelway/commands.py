"""The command lines of ffprobe and ffmpeg, as data.

Every function returns an argument list and runs nothing. The options that keep hostile files
from reading other files, calling out, or eating the machine stand in `_GUARDS` and `_input` and are
part of each input; the limits that no option knows are set on the process by `adapters.ffmpeg`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reelway.chunks import Chunk, cuts_within
from reelway.grid import FrameGrid
from reelway.ladder import AUDIO_BPS, Rung
from reelway.pictures import COLUMNS, Pictures
from reelway.plan import Plan
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
# Of one block of memory, in bytes: a picture of 8192x4320 has 283 MB in the largest format that is decoded
# in one. With 512 MB a table of samples would take 740 MB.
_DECODER_GUARDS = ["-max_alloc", "335544320", "-max_error_rate", "0.05"]
# One table of an index, or one picture of 8192x4320 in RGBA; the index of 4 h at 60 fps takes 21 MB.
_PROBE_MAX_ALLOC = "167772160"

_BOUNDS = Bounds()

# Timestamps are kept, and moved by `Input.offset_s`, so that all chunks and the separately made audio
# share one clock. -start_at_zero would count from the first of the streams that one command reads.
_ONE_CLOCK = ["-copyts"]
# How far before a chunk to land, tried in turn; None is the start of the file. Whoever lands too late
# notices, and every second more is read and decoded again: so the first is just what the filters want, and
# nothing for equally distant progressive frames, of which the wanted one may be a keyframe.
PREROLLS_S = (0, 2, 30, None)
_PREROLL_FRAMES = Fraction(4)
_ON_THE_FRAME = Fraction(-1, 4)
# What one request for a part of the source asks for: about a second of it. Asking for all that follows would
# have S3 send megabytes that a chunk never reads.
_LEAST_REQUEST_BYTES, _MOST_REQUEST_BYTES = 131_072, 4_194_304
# One constant for all chunks: it keeps B-frame and AAC priming timestamps positive.
_TS_OFFSET_S = 10

COPY = "source"
_TILE_QUALITY, _POSTER_QUALITY = "5", "3"
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}

# veryfast has no trellis quantization, which is a tenth of the bytes for a few hundredths of the CPU time.
_QUALITY = ["-preset", "veryfast", "-trellis", "1", "-crf", "23"]
_B_FRAME_DELAY = 2  # frames, with the preset's pyramid of B-frames
_SAMPLE_RATE_HZ = 48_000
_AAC_FRAME_SAMPLES = 1024
_LESS_THAN_A_SAMPLE_S = Fraction(5, 10**6)


def probe(url: str, bounds: Bounds) -> list[str]:
    """Frames are decoded for what the container does not tell, within the same bounds as later."""
    shown = ["-show_format", "-show_streams", "-of", "json"]
    guards = [*_GUARDS, *_bounded(url, bounds), "-max_alloc", _PROBE_MAX_ALLOC]
    network = [*_IMPATIENCE, *_requests(Input(url))]
    return ["ffprobe", "-v", "error", *guards, "-threads", "1", *network, *shown, url]


def measure(url: str, bounds: Bounds) -> list[str]:
    """List every packet: stream, presentation and decoding time, duration in seconds; nothing is decoded."""
    file = Input(url, request_bytes=_MOST_REQUEST_BYTES)
    shown = ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time", "-of", "csv=p=0"]
    guards = [*_GUARDS, *_bounded(url, bounds), "-max_alloc", _PROBE_MAX_ALLOC]
    return ["ffprobe", "-v", "error", *guards, "-threads", "1", *_IMPATIENCE, *_requests(file), *shown, url]


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, within `bounds`.

    `offset_s` added to its timestamps gives the job's clock, 0 where the upload starts. `picture` and `sound`
    are ffmpeg's names of the streams that are seen and heard.
    """

    url: str
    offset_s: float = 0.0
    bounds: Bounds = _BOUNDS
    request_bytes: int = _LEAST_REQUEST_BYTES
    picture: str = "V:0"
    sound: str = "a:0"


def uploaded(source: Source, url: str) -> Input:
    return Input(
        url,
        -source.start_s,
        source.bounds,
        request_bytes(source),
        str(source.video.index),
        str(source.audio.index) if source.audio else "a:0",
    )


def request_bytes(source: Source) -> int:
    """How much of the picture's file to ask for at once."""
    second = int(source.size_bytes / source.duration_s)
    return min(max(second, _LEAST_REQUEST_BYTES), _MOST_REQUEST_BYTES)


def _read_through(upload: Input) -> Input:
    """For those who read all of a file: as few requests as may be."""
    return replace(upload, request_bytes=_MOST_REQUEST_BYTES)


def remux(container: str, upload: Input, output: Path) -> list[str]:
    """Copy the picture into a container that seeks exactly; the sound is prepared apart."""
    return [
        *_ffmpeg(),
        *_ONE_CLOCK,
        *("-fflags", "+genpts"),
        *_input(_read_through(upload), threads=1),
        *("-map", f"0:{upload.picture}", "-c", "copy"),
        *_no_extras(),
        *("-avoid_negative_ts", "disabled"),
        *("-f", container, str(output)),
    ]


def audio(source: Source, track: AudioTrack, upload: Input, folder: Path) -> list[str]:
    """The sound of the whole file, once: copied where it can be, else AAC-LC stereo.

    It lands in `sound`, and a list of the packets that were there in `sound_packets`. Encoding it per chunk
    would drift by an encoder delay at every joint.
    """
    mapped = ["-map", f"0:{track.index}", *_no_extras()]
    codec = (
        ["-c:a", "copy"]
        if source.keeps_audio
        else [
            *("-af", _on_the_files_clock(source)),
            *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(AUDIO_BPS)),
            *("-ac", "2", "-ar", str(_SAMPLE_RATE_HZ)),
        ]
    )
    return [
        *_ffmpeg(),
        *_ONE_CLOCK,
        *_input(_read_through(upload), threads=1),
        *(*mapped, *codec, "-f", "mp4", str(sound(folder))),
        *(*mapped, "-c", "copy", "-f", "framecrc", str(sound_packets(folder))),
    ]


# All silence of one gap is held in memory: in 16 bits and two channels 23 minutes fit into what one block may
# take. Channels are mixed before, in floating point, which keeps their level: whole numbers would be lowered.
_CONTINUOUS = (
    f"aformat=sample_fmts=fltp:sample_rates={_SAMPLE_RATE_HZ}:channel_layouts=stereo,"
    "aformat=sample_fmts=s16p,aresample=async=1:first_pts=0"
)


def _on_the_files_clock(source: Source) -> str:
    """Silence fills gaps, a late start and an early end.

    But not the hours to a packet far behind the end, which would all be held in memory.
    """
    latest_s = source.video.start_s + source.latest_s
    return f"atrim=end={latest_s:.6f},{_CONTINUOUS},apad=whole_dur={source.picture_end_s:.6f}"


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
    command = [*_ffmpeg(), *_progress(1), *_ONE_CLOCK]
    is_one_file = inputs.audio == inputs.video
    picture = replace(inputs.video, bounds=plan.source.bounds)
    least = _ON_THE_FRAME if plan.source.video.is_steady and not is_one_file else _least_preroll(plan)
    command += [*_seek(picture, plan.grid, chunk, preroll_s, least), *_decoder(plan.source.video)]
    command += _input(picture, threads=threads)
    sound = []
    if inputs.audio:
        sound = ["-map", f"{int(not is_one_file)}:{inputs.audio.sound}", "-c:a", "copy"]
        sound += _packets_of(plan, chunk)
    if inputs.audio and not is_one_file:
        command += _seek(inputs.audio, plan.grid, chunk, preroll_s, _least_preroll(plan))
        command += _input(inputs.audio, threads=1)
    command += ["-filter_complex_threads", str(threads)]
    command += ["-filter_complex", _filter_graph(plan, chunk, picture)]
    for rung in plan.rungs:
        command += ["-map", f"[{rung.name}]", *_encoder(rung, plan.rungs, plan.grid, threads)]
        command += _idrs_at(plan, chunk)
        if rung is plan.rungs[0]:
            command += ["-stats_enc_pre:v", str(chunk_times(folder)), "-stats_enc_pre_fmt:v", "{t}"]
        command += [*sound, *_no_extras(), *_gop_files(folder, rung.name)]
    command += _jpegs("tiles", _TILE_QUALITY, ["-f", "mjpeg", str(chunk_tiles(folder))])
    if plan.pictures.has_poster(chunk):
        one = ["-frames:v", "1", "-update", "1", "-f", "image2"]
        command += _jpegs("poster", _POSTER_QUALITY, [*one, str(chunk_poster(folder))])
    return command


def copy_source(plan: Plan, upload: Input, folder: Path) -> list[str]:
    """The source's own packets as HLS, cut at its keyframes but a second apart at least; all in one reading.

    Its GOPs land as those of a rung named COPY, its sound in `sound`, and a list of all packets in
    `copied_packets`. The keyframes of the first ten seconds are decoded, to see that they can be; of a minute
    it would take as long as all the rest. It fails at the first complaint. Progress is reported on stdout
    twice a second, while the list of GOPs grows.
    """
    audio = plan.source.audio
    track = ["-map", f"0:{audio.index}"] if audio else []
    both = ["-map", f"0:{upload.picture}", *track, "-c", "copy", *_no_extras()]
    lead = f"round({float(decoding_lead_s(plan.grid, plan.rungs)):.6f}/TB)"
    as_early = ["-bsf:v", rf"setts=pts=PTS:dts=DTS-max(0\,{lead}-(STARTPTS-STARTDTS))"]
    health = ["-skip_frame", "nokey", "-skip_loop_filter", "all"]
    command = [
        *_ffmpeg(),
        *_progress(0.5),
        "-xerror",
        *_ONE_CLOCK,
        *health,
        *_input(_read_through(upload), threads=1),
    ]
    command += [*both, *as_early, *_gop_files(folder, COPY, least_s=1)]
    command += [*both, "-avoid_negative_ts", "disabled", "-f", "framecrc", str(copied_packets(folder))]
    command += ["-map", f"0:{upload.picture}", "-t", "10", "-f", "null", "-"]
    if audio:
        command += [*track, "-c", "copy", *_no_extras(), "-f", "mp4", str(sound(folder))]
    return command


def sprite(tiles: Path, *, rows: int, output: Path) -> list[str]:
    """One picture of the storyboard's tiles, which are our own JPEGs one after the other."""
    reading = ["-protocol_whitelist", "file", "-format_whitelist", "mjpeg", "-f", "mjpeg", "-i", str(tiles)]
    writing = ["-frames:v", "1", "-c:v", "mjpeg", "-q:v", _TILE_QUALITY, "-update", "1", "-f", "image2"]
    return [*_ffmpeg(), *reading, "-vf", f"tile={COLUMNS}x{rows}", *writing, str(output)]


def chunk_playlist(folder: Path, name: str) -> Path:
    """ffmpeg's list of a rendition's GOPs: the length and the file of each."""
    return folder / f"{name}.m3u8"


def chunk_times(folder: Path) -> Path:
    """A line for each frame that the first rung got: its time in seconds on the job's clock."""
    return folder / "frames.txt"


def chunk_tiles(folder: Path) -> Path:
    return folder / "tiles.mjpeg"


def chunk_poster(folder: Path) -> Path:
    return folder / "poster.jpg"


def copied_packets(folder: Path) -> Path:
    return folder / "packets.txt"


def sound(folder: Path) -> Path:
    return folder / "audio.m4a"


def sound_packets(folder: Path) -> Path:
    return folder / "sound.txt"


def _ffmpeg() -> list[str]:
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", *_DECODER_GUARDS]


def _progress(every_s: float) -> list[str]:
    return ["-progress", "pipe:1", "-stats_period", f"{every_s:g}"]


def _input(file: Input, *, threads: int) -> list[str]:
    """Decoders get no more threads than were bought: each of them holds pictures of its own."""
    network = [*_IMPATIENCE, *_RETRIES, *_requests(file)] if file.url.startswith("http") else []
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


def _requests(file: Input) -> list[str]:
    """Ranges of a limited size on one connection; a file's head and index are read in small ones."""
    return [
        *("-request_size", str(file.request_bytes), "-initial_request_size", str(_LEAST_REQUEST_BYTES)),
        *("-multiple_requests", "1"),
    ]


def _no_extras() -> list[str]:
    return ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]


def _seek(
    file: Input, grid: FrameGrid, chunk: Chunk, preroll_s: int | None, least_frames: Fraction
) -> list[str]:
    """Land before the chunk, or on its first frame; `trim` finds the exact one.

    Frames between the keyframe and the wanted time are kept: the last of them may be the one that a gap
    in the source shows on, into the chunk.
    """
    if chunk.start_frame is None or preroll_s is None:
        return []
    earlier_s = max(Fraction(preroll_s), least_frames / grid.rate) if preroll_s else least_frames / grid.rate
    time_s = float(chunk.start_frame / grid.rate - earlier_s) - file.offset_s
    return ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", f"{time_s:.6f}"] if time_s > 0 else []


def _least_preroll(plan: Plan) -> Fraction:
    """Frames: what the filters want to see, and the sound that is dealt out with the first picture."""
    return max(_PREROLL_FRAMES, decoding_lead_s(plan.grid, plan.rungs) * plan.grid.rate + 1)


def _filter_graph(plan: Plan, chunk: Chunk, file: Input) -> str:
    """After `fps` one tick is one frame of the grid, so `trim` by ticks is exact."""
    source, video = plan.source, plan.source.video
    start = "" if chunk.start_frame is None else f"start_pts={chunk.start_frame}:"
    branches = [f"{_scale(video, plan.grid, rung)}[{rung.name}]" for rung in plan.rungs]
    branches += _picture_branches(plan.pictures, chunk)
    shared = [
        *(["bwdif=mode=send_frame:deint=interlaced"] if video.is_interlaced else []),
        f"fps={plan.grid.rate}",
        *(["tpad=stop=-1:stop_mode=clone"] if source.is_held else []),  # until the last chunk's end
        f"trim={start}end_pts={chunk.end_frame}",
        # What is transparent shows black, not the colors that happen to lie under it.
        *(["premultiply=inplace=1"] if video.has_alpha else []),
        *(_tone_map(video.hdr) if video.hdr else []),
        f"split={len(branches)}",
    ]
    outlets = "".join(f"[s{n}]" for n in range(len(branches)))
    begun = f"[0:{file.picture}]{','.join(shared)}{outlets}"
    return ";".join([begun, *(f"[s{n}]{branch}" for n, branch in enumerate(branches))])


def _decoder(video: VideoTrack) -> list[str]:
    """ffmpeg's own decoders of VP8 and VP9 do not read the alpha that stands beside the picture."""
    decoder = _ALPHA_DECODERS.get(video.codec) if video.has_alpha else None
    return ["-c:v", decoder] if decoder else []


def _picture_branches(pictures: Pictures, chunk: Chunk) -> list[str]:
    """Few frames are picked by their number before anything is done to them, so that these cost little."""

    def scaled(size: tuple[int, int]) -> str:
        return f"scale={size[0]}:{size[1]}:out_range=pc,setsar=1,format=yuvj420p"

    passed = f"(pts-{pictures.first_frame})"
    tiles = f"select='not(mod({passed},{pictures.interval_frames}))',{scaled(pictures.tile_size)}[tiles]"
    if not pictures.has_poster(chunk):
        return [tiles]
    late = f"(pts-{pictures.poster_frame})"
    picked = f"select='gte({late},0)*not(mod({late},{pictures.poster_step}))'"
    typical = f"thumbnail={pictures.poster_candidates}"
    return [tiles, f"{picked},{scaled(pictures.poster_size)},{typical}[poster]"]


def _tone_map(color: HdrColor) -> list[str]:
    """To SDR in BT.709, where 203 nits are white (ITU-R BT.2408); up to half of that nothing changes.

    The file's header counts: pictures often do not repeat what it says of colors.
    """
    return [
        f"setparams=color_trc={color.transfer}:color_primaries={color.primaries}:colorspace={color.matrix}",
        "zscale=transfer=linear:npl=203",
        "format=gbrpf32le",
        "zscale=primaries=bt709",
        "tonemap=mobius:param=0.5:desat=0",
        "zscale=transfer=bt709:matrix=bt709:range=tv",
        "format=yuv420p",
    ]


def _scale(video: VideoTrack, grid: FrameGrid, rung: Rung) -> str:
    matrix = "bt709" if video.hdr else video.color_matrix
    matrices = f"in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"
    # By the number on the grid, not by the order: the source may start at any frame.
    kept = rf"select=not(mod(pts\,{rung.frame_step}))"
    thinned = [kept, f"fps={rung.rate(grid)}"] if rung.frame_step > 1 else []
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
        *("-c:v", "libx264", *_QUALITY),
        # A buffer of one second: twice that costs 2 to 7 % more of peak rate for less than 0.1 of VMAF.
        *("-maxrate", str(rung.max_bps), "-bufsize", str(rung.max_bps)),
        *("-profile:v", "high", "-level:v", rung.level(grid)),
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop", "-forced-idr", "1"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
        *("-threads", str(threads)),
        *_decoded_as_early(rung, rungs, grid),
    ]


def _idrs_at(plan: Plan, chunk: Chunk) -> list[str]:
    """An IDR where a segment begins; half a frame early, for times are rounded and must not come late."""
    times_s = [float((cut - Fraction(1, 2)) / plan.grid.rate) for cut in cuts_within(chunk, plan.cuts)]
    return ["-force_key_frames", ",".join(f"{time_s:.6f}" for time_s in times_s)] if times_s else []


def _jpegs(outlet: str, quality: str, output: list[str]) -> list[str]:
    still = ["-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", quality]
    return ["-map", f"[{outlet}]", *still, *_no_extras(), *output]


def decoding_lead_s(grid: FrameGrid, rungs: Sequence[Rung]) -> Fraction:
    """How far the times of decoding run ahead of those of showing, in all renditions.

    x264 decodes B-frames two frames ahead, in rungs with fewer frames for longer. The muxer deals out the
    sound by times of decoding, so with differing ones a change of rendition between two segments would leave
    out, or repeat, some sound.
    """
    return _B_FRAME_DELAY * max(rung.frame_step for rung in rungs) / grid.rate


def _decoded_as_early(rung: Rung, rungs: Sequence[Rung], grid: FrameGrid) -> list[str]:
    frames = int(decoding_lead_s(grid, rungs) * rung.rate(grid)) - _B_FRAME_DELAY
    return ["-bsf:v", f"setts=pts=PTS:dts=DTS-{frames}"] if frames else []


def _packets_of(plan: Plan, chunk: Chunk) -> list[str]:
    """A bitstream filter that lets only the chunk's share of the audio packets pass, by time.

    They are dealt out as the muxer does it between segments: by when the picture is decoded. All sound is
    read until that is over; without an end, it would be read until the file's.
    """
    lead_s = decoding_lead_s(plan.grid, plan.rungs)
    is_last = chunk.index == plan.chunks[-1].index
    # Before 0 is what an edit list cut away, but for the frame that primes the decoder.
    first_s = (
        -_aac_frame_s(plan.source)
        if chunk.start_frame is None
        else chunk.start_frame / plan.grid.rate - lead_s
    )
    ends_s = chunk.end_frame / plan.grid.rate - (0 if is_last else lead_s)
    first, last = (f"{float(time_s - _LESS_THAN_A_SAMPLE_S):.6f}" for time_s in (first_s, ends_s))
    dropped = rf"lt(pts*tb\,{first})+gte(pts*tb\,{last})"
    until_s = chunk.end_frame / plan.grid.rate + _aac_frame_s(plan.source)
    return ["-bsf:a", f"noise=amount=0:drop='{dropped}'", "-t", f"{float(until_s):.6f}"]


def _aac_frame_s(source: Source) -> Fraction:
    """How long a frame of what is heard in the end lasts."""
    rate_hz = source.audio.sample_rate_hz if source.audio and source.keeps_audio else _SAMPLE_RATE_HZ
    return Fraction(_AAC_FRAME_SAMPLES, rate_hz)


def _gop_files(folder: Path, name: str, *, least_s: float = 0.001) -> list[str]:
    """A file for each GOP, to be joined to segments: cut at the first IDR past n times `least_s`.

    Their list grows with them, and is whole whenever it is read.
    """
    return [
        *("-avoid_negative_ts", "disabled", "-output_ts_offset", str(_TS_OFFSET_S)),
        *("-f", "hls", "-hls_time", str(least_s), "-hls_list_size", "0", "-hls_playlist_type", "event"),
        *("-hls_flags", "+temp_file"),
        # Chunks start their continuity counters anew.
        *("-hls_segment_options", "mpegts_flags=+initial_discontinuity"),
        *("-hls_segment_filename", str(folder / f"{name}-%05d.ts")),
        str(chunk_playlist(folder, name)),
    ]
