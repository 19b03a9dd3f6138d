"""The packets of a stream copy, as ffmpeg's framecrc muxer lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# MP4 files count in ticks of 1/90000 to 1/600 s, so a time on the frame grid may be rounded by up to 1 ms.
MAX_ROUNDING_S = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: its presentation time, counted from the file's start, its duration and its size.

    It is decoded `lead_s` before it is shown. `is_key` is true of every audio packet.
    """

    time_s: Fraction
    lead_s: Fraction
    duration_s: Fraction
    size_bytes: int
    is_key: bool


def packets_by_stream(framecrc: str) -> dict[int, list[Packet]]:
    """The packets of each output stream, by its index, in the order of the file.

    A line of framecrc is: stream, dts, pts, duration, size, checksum, and `F=` with the packet's flags unless
    it is a plain keyframe. Time bases stand in comments before them: `#tb 0: 1/12800`.
    """
    time_bases_s: dict[int, Fraction] = {}
    packets: dict[int, list[Packet]] = {}
    for line in framecrc.splitlines():
        if line.startswith("#tb "):
            stream, _, base = line.removeprefix("#tb ").partition(": ")
            time_bases_s[int(stream)] = Fraction(base)
        elif line and not line.startswith("#"):
            columns = [column.strip() for column in line.split(",")]
            stream_index = int(columns[0])
            packets.setdefault(stream_index, []).append(_packet(columns, time_bases_s[stream_index]))
    return packets


def _packet(columns: Sequence[str], time_base_s: Fraction) -> Packet:
    dts, pts, duration = (int(column) * time_base_s for column in columns[1:4])
    return Packet(
        time_s=pts,
        lead_s=pts - dts,
        duration_s=duration,
        size_bytes=int(columns[4]),
        is_key=not any(column.startswith("F=") for column in columns[6:]),
    )
