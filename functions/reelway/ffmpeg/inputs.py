"""Files as ffmpeg and ffprobe are told to read them: within bounds, and from nowhere else.

The options that keep hostile files from reading other files, calling out, or eating the machine stand in
`GUARDS`, `bounded` and `ffmpeg`, and are part of every command; the limits that no option knows are set on
the process by `adapters.ffmpeg_process`.
"""

from dataclasses import dataclass, replace

from reelway.probe.source import Bounds, Source

# Without the lists of protocols and formats a playlist or script named .mp4 makes ffmpeg open other
# files and URLs; hls, dash, concat, sdp and image2 must never be added.
_FORMATS = "mov,matroska,mpegts,mpeg,avi,flv,asf,ogg,mpegvideo,rm"
GUARDS = [
    *("-format_whitelist", _FORMATS),
    *("-probesize", "10M"),
    *("-analyzeduration", "10M"),
]
# A connection that says nothing for 2.5 s (in microseconds) is given up; probing has time for three of them.
IMPATIENCE = ["-rw_timeout", "2500000"]
_RETRIES = ["-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "5"]
# Of one block of memory, in bytes: a picture of 8192x4320 has 283 MB in the largest format that is decoded
# in one. With 512 MB a table of samples would take 740 MB.
_DECODER_GUARDS = ["-max_alloc", "335544320", "-max_error_rate", "0.05"]
_BOUNDS = Bounds()
# Timestamps are kept, and moved by `Input.offset_s`, so that all chunks and the separately made audio
# share one clock. -start_at_zero would count from the first of the streams that one command reads.
ONE_CLOCK = ["-copyts"]
# What one request for a part of the source asks for: about a second of it. Asking for all that follows would
# have S3 send megabytes that a chunk never reads.
_MIN_REQUEST_BYTES, _MAX_REQUEST_BYTES = 131_072, 4_194_304


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, within `bounds`.

    `offset_s` added to its timestamps gives the job's clock, 0 where the upload starts. `picture` and `sound`
    are ffmpeg's names of the streams that are seen and heard.
    """

    url: str
    offset_s: float = 0.0
    bounds: Bounds = _BOUNDS
    request_bytes: int = _MIN_REQUEST_BYTES
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
    return min(max(second, _MIN_REQUEST_BYTES), _MAX_REQUEST_BYTES)


def read_through(upload: Input) -> Input:
    """For those who read all of a file: as few requests as may be."""
    return replace(upload, request_bytes=_MAX_REQUEST_BYTES)


def ffmpeg() -> list[str]:
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", *_DECODER_GUARDS]


def progress(every_s: float) -> list[str]:
    return ["-progress", "pipe:1", "-stats_period", f"{every_s:g}"]


def reading(file: Input, *, threads: int) -> list[str]:
    """Decoders get no more threads than were bought: each of them holds pictures of its own."""
    network = [*IMPATIENCE, *_RETRIES, *ranges(file)] if file.url.startswith("http") else []
    clock = ["-itsoffset", f"{file.offset_s:.6f}"]
    guards = [*GUARDS, *bounded(file.url, file.bounds), "-threads", str(threads)]
    return [*guards, *network, *clock, "-i", file.url]


def bounded(url: str, bounds: Bounds) -> list[str]:
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


def ranges(file: Input) -> list[str]:
    """Ranges of a limited size on one connection; a file's head and index are read in small ones."""
    return [
        *("-request_size", str(file.request_bytes), "-initial_request_size", str(_MIN_REQUEST_BYTES)),
        *("-multiple_requests", "1"),
    ]
