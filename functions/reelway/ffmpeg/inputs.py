"""How ffmpeg reads files: within bounds, and from nowhere else.

The options that keep hostile files from reading other files, calling out, or taking the whole machine are
`GUARDS`, `_bounded` and `ffmpeg`; every command has them. What no option can limit is limited on the process,
by `adapters.ffmpeg_process`.
"""

from dataclasses import dataclass, replace

from reelway.probe.guards import OPENING
from reelway.probe.source import Bounds, Source

GUARDS = [part for name, value in OPENING.items() for part in (f"-{name}", value)]
# Microseconds: a connection that is silent for 2.5 s is given up.
_IMPATIENCE = ["-rw_timeout", "2500000"]
# With pauses that grow to at most 5 s; what takes longer is left to the step's own retry.
_RETRIES = ["-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "5"]
# Against the CAs that the process is given (`settings.child_environment`); not left to ffmpeg's default.
_VERIFIED = ["-tls_verify", "1"]
_DECODER_GUARDS = [
    # Bytes of one block of memory: a frame of 8192x4320 takes 283 MB in the largest pixel format that is
    # decoded in one block. With 512 MB a table of samples could take 740 MB.
    *("-max_alloc", "335544320"),
    # ffmpeg does not judge: how much of a part is damaged says little of the file. Packets that cannot be
    # decoded are counted instead (`reelway.damage`).
    *("-max_error_rate", "1"),
]
_BOUNDS = Bounds()
# Timestamps are kept, and moved by `Input.offset_s`, so that all chunks and the separately made audio
# share one clock. -start_at_zero would count from the first of the streams that one command reads.
ONE_CLOCK = ["-copyts"]
# How often a run reports, which is when it can be ended, and as often as progress is written to the record.
WATCH_S = 1
# Bytes that one request asks for: about a second of the source, for seeks then waste little. Without a limit
# S3 sends megabytes that a chunk never reads. Below 128 KiB the time to the first byte dominates; 4 MiB a
# second are 33 Mb/s, more than nearly all sources have.
_MIN_REQUEST_BYTES, _MAX_REQUEST_BYTES = 131_072, 4_194_304


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, within `bounds`.

    `offset_s` added to its timestamps gives the job's clock, 0 where the upload starts. `video` and `audio`
    are ffmpeg's specifiers of the streams that are seen and heard; 'V' leaves cover images out.
    """

    url: str
    offset_s: float = 0.0
    bounds: Bounds = _BOUNDS
    request_bytes: int = _MIN_REQUEST_BYTES
    video: str = "V:0"
    audio: str = "a:0"


def uploaded(source: Source, url: str) -> Input:
    return Input(
        url,
        offset_s=-source.start_s,
        bounds=source.bounds,
        request_bytes=request_bytes(source),
        video=str(source.video.index),
        audio=str(source.audio.index) if source.audio else "a:0",
    )


def request_bytes(source: Source) -> int:
    """How much of the file with the video to ask for at once."""
    bytes_per_s = int(source.size_bytes / source.duration_s)
    return min(max(bytes_per_s, _MIN_REQUEST_BYTES), _MAX_REQUEST_BYTES)


def read_through(upload: Input) -> Input:
    """The same for commands that read all of a file: with as few requests as possible."""
    return replace(upload, request_bytes=_MAX_REQUEST_BYTES)


def ffmpeg() -> list[str]:
    """The beginning of every command: it never asks, overwrites, and prints each error every time."""
    return ["ffmpeg", "-nostdin", "-v", "repeat+error", "-y", *_DECODER_GUARDS]


def progress(every_s: float) -> list[str]:
    """Report on stdout how far the run is, with the number of encoded frames where there are any."""
    return ["-progress", "pipe:1", "-stats_period", f"{every_s:g}"]


def reading(file: Input, *, threads: int) -> list[str]:
    """Read `file` with `threads` decoder threads, each of which holds frames of its own in memory."""
    network = [*_IMPATIENCE, *_RETRIES, *_ranges(file)] if file.url.startswith("http") else []
    network += _VERIFIED if file.url.startswith("https:") else []
    clock = ["-itsoffset", f"{file.offset_s:.6f}"]
    guards = [*GUARDS, *_bounded(file.url, file.bounds), "-threads", str(threads)]
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


def _ranges(file: Input) -> list[str]:
    """Requests for byte ranges of a limited size on one connection."""
    return [
        *("-request_size", str(file.request_bytes)),
        # The head of a file and its index are small.
        *("-initial_request_size", str(_MIN_REQUEST_BYTES)),
        *("-multiple_requests", "1"),
    ]
