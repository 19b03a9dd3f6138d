"""Commands that find out what a file is; they write no file."""

from reelway.ffmpeg.inputs import GUARDS, IMPATIENCE, Input, bounded, ranges, read_through
from reelway.probe.source import Bounds

# Bytes: one table of an index, or one frame of 8192x4320 in RGBA (142 MB). The index of 4 h at 60 fps takes
# 21 MB.
_PROBE_MAX_ALLOC = "167772160"


def probe(url: str, bounds: Bounds) -> list[str]:
    """Print the file's format and streams as JSON.

    Frames are decoded for what the container does not declare, within the same bounds as later.
    """
    shown = ["-show_format", "-show_streams", "-of", "json"]
    # One thread: each more would hold a frame, and the first frames are all that is decoded.
    return [*_ffprobe(url, bounds), "-threads", "1", *_network(Input(url)), *shown, url]


def measure(url: str, bounds: Bounds) -> list[str]:
    """List every packet: stream index, presentation and decoding time, duration; nothing is decoded."""
    shown = ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time", "-of", "csv=p=0"]
    return [*_ffprobe(url, bounds), *_network(read_through(Input(url))), *shown, url]


def _ffprobe(url: str, bounds: Bounds) -> list[str]:
    return ["ffprobe", "-v", "error", *GUARDS, *bounded(url, bounds), "-max_alloc", _PROBE_MAX_ALLOC]


def _network(file: Input) -> list[str]:
    """Without reconnecting: planning is retried as a whole."""
    return [*IMPATIENCE, *ranges(file)]
