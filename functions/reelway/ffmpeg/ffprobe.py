"""Commands that find out what a file is; nothing of it is kept."""

from reelway.ffmpeg.inputs import GUARDS, IMPATIENCE, Input, bounded, ranges, read_through
from reelway.probe.source import Bounds

# One table of an index, or one picture of 8192x4320 in RGBA; the index of 4 h at 60 fps takes 21 MB.
_PROBE_MAX_ALLOC = "167772160"


def probe(url: str, bounds: Bounds) -> list[str]:
    """Frames are decoded for what the container does not tell, within the same bounds as later."""
    shown = ["-show_format", "-show_streams", "-of", "json"]
    guards = [*GUARDS, *bounded(url, bounds), "-max_alloc", _PROBE_MAX_ALLOC]
    network = [*IMPATIENCE, *ranges(Input(url))]
    return ["ffprobe", "-v", "error", *guards, "-threads", "1", *network, *shown, url]


def measure(url: str, bounds: Bounds) -> list[str]:
    """List every packet: stream, presentation and decoding time, duration in seconds; nothing is decoded."""
    file = read_through(Input(url))
    shown = ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time", "-of", "csv=p=0"]
    guards = [*GUARDS, *bounded(url, bounds), "-max_alloc", _PROBE_MAX_ALLOC]
    return ["ffprobe", "-v", "error", *guards, "-threads", "1", *IMPATIENCE, *ranges(file), *shown, url]
