"""A reader of MPEG transport streams (ISO/IEC 13818-1) that shares no code with ffmpeg.

It reads what HLS segments contain: one program with H.264 video and AAC audio in ADTS. Times are in ticks of
1/90000 s as written; their wrap after 26.5 hours (33 bits) is not undone. Clauses are those of
ISO/IEC 13818-1 where no other standard is named.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

TICKS_PER_S = 90_000  # the clock of PTS and DTS, 2.4.3.7
AAC_FRAME_SAMPLES = 1024  # per channel, ISO/IEC 14496-3

_PACKET_BYTES = 188  # 2.4.3.2
_SYNC = 0x47  # sync_byte, 2.4.3.3
_PAT_PID, _NULL_PID = 0, 0x1FFF  # table 2-3
_FIRST_FREE_PID = 0x20  # those below are reserved for tables, by MPEG and by DVB (ETSI EN 300 468)
_H264, _ADTS = 0x1B, 0x0F  # stream_type, table 2-34
_ADTS_HEADER_BYTES = 7  # without a CRC, ISO/IEC 14496-3, 1.A.2.2
# By sampling_frequency_index, ISO/IEC 14496-3, 1.6.3.4.
_ADTS_RATES_HZ = (
    96_000,
    88_200,
    64_000,
    48_000,
    44_100,
    32_000,
    24_000,
    22_050,
    16_000,
    12_000,
    11_025,
    8_000,
)
_NAL_START = b"\x00\x00\x01"  # ITU-T H.264, annex B
_IDR, _SEI, _SPS, _PPS, _DELIMITER = 5, 6, 7, 8, 9  # nal_unit_type, ITU-T H.264, table 7-1
_SLICES = {1, _IDR}


class MalformedError(Exception):
    """The bytes are not a transport stream that HLS allows; the message says why, and where."""


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One access unit, a coded frame; `pts` and `dts` in ticks.

    `nal_types` are in order; `sps` is its first sequence parameter set, if it has one, `sei` are its units of
    supplemental enhancement information. `is_random_access` is the random_access_indicator in the adaptation
    field of its first packet.
    """

    pts: int
    dts: int
    nal_types: tuple[int, ...]
    is_random_access: bool
    sps: bytes | None
    sei: tuple[bytes, ...] = ()

    @property
    def is_idr(self) -> bool:
        """Whether decoding can begin here: all slices are IDR slices, and SPS and PPS come before them."""
        slices = [nal for nal in self.nal_types if nal in _SLICES]
        before = self.nal_types[: self.nal_types.index(_IDR)] if _IDR in self.nal_types else ()
        return bool(slices) and set(slices) == {_IDR} and {_SPS, _PPS} <= set(before)

    @property
    def codec(self) -> str | None:
        """The codec as in RFC 6381, from profile, constraints and level in the SPS; None without one."""
        return f"avc1.{self.sps[1:4].hex()}" if self.sps else None


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """One AAC frame of 1024 samples.

    `pts` in ticks is exact: a PES packet has only the time of its first frame, others are counted from it.
    """

    pts: Fraction
    object_type: int
    rate_hz: int
    channels: int

    @property
    def ticks(self) -> Fraction:
        """Its duration."""
        return Fraction(AAC_FRAME_SAMPLES * TICKS_PER_S, self.rate_hz)

    @property
    def codec(self) -> str:
        return f"mp4a.40.{self.object_type}"


@dataclass(frozen=True, slots=True)
class TransportStream:
    """The content of one segment, or of several in a row.

    `video_frames` and `audio_frames` are in the order of the file (decoding order). `errors` are sentences
    about lost and duplicated packets. `counters` are the continuity counters at the end, by PID.
    `begins_with_tables` is whether PAT and PMT come before everything that needs them; `stream_types` are
    those that the PMT lists.
    """

    video_frames: tuple[VideoFrame, ...]
    audio_frames: tuple[AudioFrame, ...]
    errors: tuple[str, ...]
    counters: Mapping[int, int]
    begins_with_tables: bool
    stream_types: tuple[int, ...] = ()

    @property
    def frame_times(self) -> list[int]:
        """Presentation times in the order shown."""
        return sorted(frame.pts for frame in self.video_frames)

    @property
    def pts_gaps(self) -> Counter[int]:
        return Counter(later - earlier for earlier, later in pairwise(self.frame_times))

    @property
    def dts_gaps(self) -> Counter[int]:
        return Counter(later.dts - earlier.dts for earlier, later in pairwise(self.video_frames))

    @property
    def audio_gaps(self) -> Counter[Fraction]:
        """Distances between neighbouring AAC frames, exact within a PES packet and rounded between two."""
        return Counter(later.pts - earlier.pts for earlier, later in pairwise(self.audio_frames))


def read(segment: bytes, *, after: Mapping[int, int] | None = None) -> TransportStream:
    """Read one segment; `after` are the `counters` of the segment before it. Raises MalformedError."""
    demuxer = _Demuxer(dict(after or {}))
    demuxer.feed(segment)
    return demuxer.finished()


def read_all(segments: Iterable[bytes]) -> list[TransportStream]:
    """Read the segments of one playlist in order; continuity counters carry over from each to the next."""
    found: list[TransportStream] = []
    for segment in segments:
        found.append(read(segment, after=found[-1].counters if found else None))
    return found


def joined(streams: Iterable[TransportStream]) -> TransportStream:
    """The streams of `read_all` as one."""
    parts = list(streams)
    return TransportStream(
        video_frames=tuple(frame for part in parts for frame in part.video_frames),
        audio_frames=tuple(frame for part in parts for frame in part.audio_frames),
        errors=tuple(f"Segment {n}: {error}" for n, part in enumerate(parts) for error in part.errors),
        counters=parts[-1].counters,
        begins_with_tables=all(part.begins_with_tables for part in parts),
    )


@dataclass(frozen=True, slots=True)
class _Packet:
    number: int
    pid: int
    is_start: bool
    counter: int
    is_discontinuous: bool
    is_random_access: bool
    payload: bytes


@dataclass(slots=True)
class _Pes:
    """A PES packet whose transport packets are being collected."""

    is_random_access: bool
    parts: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class _Demuxer:
    counters: dict[int, int]
    errors: list[str] = field(default_factory=list)
    video_frames: list[VideoFrame] = field(default_factory=list)
    audio_frames: list[AudioFrame] = field(default_factory=list)
    last: dict[int, bytes] = field(default_factory=dict)
    pmt_pid: int | None = None
    types: dict[int, int] = field(default_factory=dict)
    open: dict[int, _Pes] = field(default_factory=dict)
    begins_with_tables: bool = True

    def feed(self, data: bytes) -> None:
        for packet in _packets(data):
            if packet.pid == _NULL_PID or not self._is_next(packet):
                continue
            if packet.pid == _PAT_PID:
                self.pmt_pid = _program_map_pid(packet)
            elif packet.pid == self.pmt_pid:
                self.types = _stream_types(packet)
            elif packet.pid in self.types:
                self._collect(packet)
            elif packet.pid >= _FIRST_FREE_PID:
                self.begins_with_tables = False

    def finished(self) -> TransportStream:
        for pid in list(self.open):
            self._close(pid)
        return TransportStream(
            tuple(self.video_frames),
            tuple(self.audio_frames),
            tuple(self.errors),
            self.counters,
            self.begins_with_tables,
            tuple(self.types.values()),
        )

    def _is_next(self, packet: _Packet) -> bool:
        """Whether a packet is new: its continuity counter (2.4.3.3) is compared with the last one of its PID.

        A packet without payload repeats the counter. Gaps and duplicates are added to `errors`.
        """
        before = self.counters.get(packet.pid)
        self.counters[packet.pid] = packet.counter
        last, self.last[packet.pid] = self.last.get(packet.pid), packet.payload
        if before is None or packet.is_discontinuous:
            return True
        due = (before + 1) % 16 if packet.payload else before
        if packet.counter == due:
            return True
        if packet.counter == before and packet.payload == last:
            self.errors.append(f"Packet {packet.number} of PID {packet.pid} is duplicated.")
            return False
        self.errors.append(
            f"Packet {packet.number} of PID {packet.pid} has counter {packet.counter} where {due} is due."
        )
        return True

    def _collect(self, packet: _Packet) -> None:
        if packet.is_start:
            self._close(packet.pid)
            self.open[packet.pid] = _Pes(packet.is_random_access)
        if packet.pid in self.open:
            self.open[packet.pid].parts.append(packet.payload)
        elif packet.payload:
            raise MalformedError(f"Packet {packet.number} of PID {packet.pid} is not part of a PES packet.")

    def _close(self, pid: int) -> None:
        pes = self.open.pop(pid, None)
        if pes is None:
            return
        pts, dts, payload = _pes(b"".join(pes.parts), pid)
        if self.types[pid] == _H264:
            self.video_frames.append(_video_frame(pts, dts, payload, is_random_access=pes.is_random_access))
        elif self.types[pid] == _ADTS:
            self.audio_frames += _audio_frames(pts, payload)


def _packets(data: bytes) -> Iterator[_Packet]:
    if len(data) % _PACKET_BYTES:
        raise MalformedError(f"{len(data)} bytes are not a whole number of packets of {_PACKET_BYTES}.")
    for number, at in enumerate(range(0, len(data), _PACKET_BYTES)):
        if data[at] != _SYNC:
            raise MalformedError(f"Packet {number} begins with {data[at]:#04x}, not with {_SYNC:#04x}.")
        control, start, flags = data[at + 3], at + 4, 0
        if control & 0x20:
            length = data[start]
            flags = data[start + 1] if length else 0
            start += 1 + length
            if start > at + _PACKET_BYTES:
                raise MalformedError(f"The adaptation field of packet {number} is longer than the packet.")
        yield _Packet(
            number=number,
            pid=(data[at + 1] & 0x1F) << 8 | data[at + 2],
            is_start=bool(data[at + 1] & 0x40),
            counter=control & 0x0F,
            is_discontinuous=bool(flags & 0x80),
            is_random_access=bool(flags & 0x40),
            payload=data[start : at + _PACKET_BYTES] if control & 0x10 else b"",
        )


def _section(packet: _Packet) -> bytes:
    """The body of a PSI section (2.4.4) that fits one packet: after its 8-byte header, before the CRC."""
    begin = 1 + packet.payload[0]
    length = (packet.payload[begin + 1] & 0x0F) << 8 | packet.payload[begin + 2]
    section = packet.payload[begin : begin + 3 + length]
    if not packet.is_start or len(section) < 3 + length:
        raise MalformedError(f"The table in packet {packet.number} does not fit that packet.")
    return section[8:-4]


def _program_map_pid(packet: _Packet) -> int:
    body = _section(packet)
    programs = [body[n : n + 4] for n in range(0, len(body), 4)]
    pids = [
        (p[2] & 0x1F) << 8 | p[3] for p in programs if p[0] or p[1]
    ]  # program_number 0 is the network PID
    if len(pids) != 1:
        raise MalformedError(f"The PAT names {len(pids)} programs; a segment must have one.")
    return pids[0]


def _stream_types(packet: _Packet) -> dict[int, int]:
    """stream_type by PID, from a PMT (2.4.4.8)."""
    body = _section(packet)
    at = 4 + ((body[2] & 0x0F) << 8 | body[3])
    types = {}
    while at < len(body):
        types[(body[at + 1] & 0x1F) << 8 | body[at + 2]] = body[at]
        at += 5 + ((body[at + 3] & 0x0F) << 8 | body[at + 4])
    return types


def _pes(data: bytes, pid: int) -> tuple[int, int, bytes]:
    """(PTS, DTS, payload) of a PES packet (2.4.3.6); without a DTS it is the PTS."""
    if data[:3] != b"\x00\x00\x01" or len(data) < 9:
        raise MalformedError(f"A PES packet of PID {pid} has no start code.")
    length, flags, header = int.from_bytes(data[4:6], "big"), data[7], 9 + data[8]
    if not flags & 0x80:
        raise MalformedError(f"A PES packet of PID {pid} has no PTS.")
    if length and len(data) < 6 + length:
        raise MalformedError(f"A PES packet of PID {pid} has {len(data) - 6} of {length} bytes.")
    pts = _time(data[9:14])
    dts = _time(data[14:19]) if flags & 0x40 else pts
    return pts, dts, data[header : 6 + length if length else None]


def _time(field: bytes) -> int:
    """33 bits in three parts, each followed by a marker bit (2.4.3.6)."""
    return (field[0] & 0x0E) << 29 | field[1] << 22 | (field[2] & 0xFE) << 14 | field[3] << 7 | field[4] >> 1


def _video_frame(pts: int, dts: int, payload: bytes, *, is_random_access: bool) -> VideoFrame:
    starts = list(_nal_starts(payload))
    types = tuple(payload[start] & 0x1F for start in starts)
    if types.count(_DELIMITER) != 1 or types[0] != _DELIMITER:
        raise MalformedError(f"The PES packet at {pts} is not one access unit behind a delimiter: {types}.")
    ends = [*(start - len(_NAL_START) for start in starts[1:]), len(payload)]
    units = [payload[start:end].rstrip(b"\x00") for start, end in zip(starts, ends, strict=True)]
    sps = next((unit for kind, unit in zip(types, units, strict=True) if kind == _SPS), None)
    sei = tuple(unit for kind, unit in zip(types, units, strict=True) if kind == _SEI)
    return VideoFrame(pts, dts, types, is_random_access, sps, sei)


def _nal_starts(payload: bytes) -> Iterator[int]:
    """Positions of the first byte after each start code."""
    at = payload.find(_NAL_START)
    while 0 <= at < len(payload) - len(_NAL_START):
        yield at + len(_NAL_START)
        at = payload.find(_NAL_START, at + len(_NAL_START))


def _audio_frames(pts: int, payload: bytes) -> Iterator[AudioFrame]:
    at, count = 0, 0
    while at < len(payload):
        header = payload[at : at + _ADTS_HEADER_BYTES]
        if len(header) < _ADTS_HEADER_BYTES or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
            raise MalformedError(f"Byte {at} of the audio at {pts} does not begin an ADTS frame.")
        size = (header[3] & 0x03) << 11 | header[4] << 3 | header[5] >> 5
        if size < _ADTS_HEADER_BYTES or at + size > len(payload) or header[6] & 0x03:
            raise MalformedError(f"The ADTS frame at byte {at} of the audio at {pts} is not whole.")
        rate_hz = _ADTS_RATES_HZ[header[2] >> 2 & 0x0F]
        yield AudioFrame(
            pts=pts + count * Fraction(AAC_FRAME_SAMPLES * TICKS_PER_S, rate_hz),
            object_type=(header[2] >> 6) + 1,
            rate_hz=rate_hz,
            channels=(header[2] & 0x01) << 2 | header[3] >> 6,
        )
        at, count = at + size, count + 1
