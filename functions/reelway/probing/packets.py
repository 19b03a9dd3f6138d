"""What packets say without being decoded: when streams end, and the times of the first frames."""

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

_SAMPLE_PACKETS = 1000  # of the video: 40 s at 25 fps, of which the first 2 % of short gaps are 20
_SAMPLE_BYTES = 16 * 2**20  # of all streams; 8 Mb/s for as many seconds, a fraction of a second of reading


def ends_s(container: InputContainer) -> dict[int, float]:
    """When the last packet of each stream ends, in seconds, by the stream's index.

    A file that breaks off is measured up to there.
    """
    ends: dict[int, float] = {}
    try:
        for packet in container.demux():
            end_s = _end_s(packet)
            if end_s is not None:
                index = packet.stream.index
                ends[index] = max(end_s, ends.get(index, end_s))
    except FFmpegError:
        pass  # what follows cannot be read by any player either
    return ends


def sampled_times_s(container: InputContainer, stream: VideoStream) -> list[float]:
    """Presentation times of up to a thousand packets of the video from the file's start, in order."""
    container.seek(container.start_time or 0)
    times, read_bytes = [], 0
    try:
        for packet in container.demux():
            read_bytes += packet.size
            time = packet.pts if packet.pts is not None else packet.dts
            if packet.stream.index == stream.index and time is not None and packet.time_base:
                times.append(float(time * packet.time_base))
            if len(times) >= _SAMPLE_PACKETS or read_bytes > _SAMPLE_BYTES:
                break
    except FFmpegError:
        pass  # the times so far do
    return sorted(times)


def _end_s(packet: "Packet[Stream]") -> float | None:
    """None for packets without a time, among them the empty ones that PyAV adds at the end."""
    time = packet.pts if packet.pts is not None else packet.dts
    if time is None or not packet.time_base:
        return None
    return float((time + (packet.duration or 0)) * packet.time_base)
