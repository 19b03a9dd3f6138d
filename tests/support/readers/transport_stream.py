"""A reader of MPEG transport streams (ISO/IEC 13818-1) that shares no code with ffmpeg.

It reads what HLS segments hold: one program with H.264 pictures and AAC in ADTS. Times are in ticks of
1/90000 s as they are written; the wrap after 26.5 hours is not undone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

TICKS_PER_S = 90_000
AAC_FRAME_SAMPLES = 1024

_PACKET_BYTES = 188
_SYNC = 0x47
_PAT_PID = 0
_NULL_PID = 0x1FFF
_H264, _ADTS = 0x1B, 0x0F
_ADTS_HEADER_BYTES = 7
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
_NAL_START = b"\x00\x00\x01"
_IDR, _SPS, _PPS, _DELIMITER = 5, 7, 8, 9
_SLICES = {1, _IDR}


class MalformedError(Exception):
    """The bytes are no transport stream that HLS allows; the text says which, and where."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One access unit. `nal_types` are in order; `sps` is its first sequence parameter set, if it has one.

    `is_random_access` is what the packet's adaptation field says.
    """

    pts: int
    dts: int
    nal_types: tuple[int, ...]
    is_random_access: bool
    sps: bytes | None

    @property
    def is_idr(self) -> bool:
        """Whether decoding can begin here: the slices are an IDR picture's, behind its parameter sets."""
        slices = [nal for nal in self.nal_types if nal in _SLICES]
        before = self.nal_types[: self.nal_types.index(_IDR)] if _IDR in self.nal_types else ()
        return bool(slices) and set(slices) == {_IDR} and {_SPS, _PPS} <= set(before)

    @property
    def codec(self) -> str | None:
        """RFC 6381 name out of the parameter set: profile, constraints, level."""
        return f"avc1.{self.sps[1:4].hex()}" if self.sps else None


@dataclass(frozen=True, slots=True)
class SoundFrame:
    """One AAC frame of 1024 samples; `pts` is exact: only the first of a PES packet has a written time."""

    pts: Fraction
    object_type: int
    rate_hz: int
    channels: int

    @property
    def ticks(self) -> Fraction:
        """How long it is heard."""
        return Fraction(AAC_FRAME_SAMPLES * TICKS_PER_S, self.rate_hz)

    @property
    def codec(self) -> str:
        return f"mp4a.40.{self.object_type}"


@dataclass(frozen=True, slots=True)
class TransportStream:
    """What one segment, or several in a row, hold.

    `pictures` and `sounds` are in the order they are sent. `errors` are sentences about lost and doubled
    packets. `counters` are the continuity counters at the end, by PID. `begins_with_tables` is whether PAT
    and PMT come before everything that needs them.
    """

    pictures: tuple[Picture, ...]
    sounds: tuple[SoundFrame, ...]
    errors: tuple[str, ...]
    counters: Mapping[int, int]
    begins_with_tables: bool

    @property
    def picture_times(self) -> list[int]:
        """Presentation times in the order they are shown."""
        return sorted(picture.pts for picture in self.pictures)

    @property
    def pts_gaps(self) -> Counter[int]:
        return Counter(later - earlier for earlier, later in pairwise(self.picture_times))

    @property
    def dts_gaps(self) -> Counter[int]:
        return Counter(later.dts - earlier.dts for earlier, later in pairwise(self.pictures))

    @property
    def sound_gaps(self) -> Counter[Fraction]:
        """Distances between neighbouring AAC frames, exact within a PES packet and rounded between two."""
        return Counter(later.pts - earlier.pts for earlier, later in pairwise(self.sounds))


def read(segment: bytes, *, after: Mapping[int, int] | None = None) -> TransportStream:
    """Read one segment; `after` are the `counters` of the one before it. Raises MalformedError."""
    demuxer = _Demuxer(dict(after or {}))
    demuxer.feed(segment)
    return demuxer.finished()


def read_all(segments: Iterable[bytes]) -> list[TransportStream]:
    """Read the segments of one playlist, in order: counters go on from each to the next."""
    found: list[TransportStream] = []
    for segment in segments:
        found.append(read(segment, after=found[-1].counters if found else None))
    return found


def joined(streams: Iterable[TransportStream]) -> TransportStream:
    """All of `read_all` as one stream."""
    parts = list(streams)
    return TransportStream(
        pictures=tuple(picture for part in parts for picture in part.pictures),
        sounds=tuple(sound for part in parts for sound in part.sounds),
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
    """A PES packet while it is collected."""

    is_random_access: bool
    parts: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class _Demuxer:
    counters: dict[int, int]
    errors: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    sounds: list[SoundFrame] = field(default_factory=list)
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
            elif packet.pid >= 0x20:  # those below are reserved for tables
                self.begins_with_tables = False

    def finished(self) -> TransportStream:
        for pid in list(self.open):
            self._close(pid)
        return TransportStream(
            tuple(self.pictures),
            tuple(self.sounds),
            tuple(self.errors),
            self.counters,
            self.begins_with_tables,
        )

    def _is_next(self, packet: _Packet) -> bool:
        """Compare the counter with the last one of the PID; a packet without payload repeats it."""
        before = self.counters.get(packet.pid)
        self.counters[packet.pid] = packet.counter
        last, self.last[packet.pid] = self.last.get(packet.pid), packet.payload
        if before is None or packet.is_discontinuous:
            return True
        due = (before + 1) % 16 if packet.payload else before
        if packet.counter == due:
            return True
        if packet.counter == before and packet.payload == last:
            self.errors.append(f"Packet {packet.number} of PID {packet.pid} is there twice.")
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
            raise MalformedError(f"Packet {packet.number} of PID {packet.pid} belongs to no PES packet.")

    def _close(self, pid: int) -> None:
        pes = self.open.pop(pid, None)
        if pes is None:
            return
        pts, dts, payload = _pes(b"".join(pes.parts), pid)
        if self.types[pid] == _H264:
            self.pictures.append(_picture(pts, dts, payload, is_random_access=pes.is_random_access))
        elif self.types[pid] == _ADTS:
            self.sounds += _sound_frames(pts, payload)


def _packets(data: bytes) -> Iterator[_Packet]:
    if len(data) % _PACKET_BYTES:
        raise MalformedError(f"{len(data)} bytes are no whole number of packets of {_PACKET_BYTES}.")
    for number, at in enumerate(range(0, len(data), _PACKET_BYTES)):
        if data[at] != _SYNC:
            raise MalformedError(f"Packet {number} begins with {data[at]:#04x} and not with {_SYNC:#04x}.")
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
    """The body of a table that fits one packet: after its 8 byte header, before its checksum."""
    begin = 1 + packet.payload[0]
    length = (packet.payload[begin + 1] & 0x0F) << 8 | packet.payload[begin + 2]
    section = packet.payload[begin : begin + 3 + length]
    if not packet.is_start or len(section) < 3 + length:
        raise MalformedError(f"The table in packet {packet.number} does not fit that packet.")
    return section[8:-4]


def _program_map_pid(packet: _Packet) -> int:
    body = _section(packet)
    programs = [body[n : n + 4] for n in range(0, len(body), 4)]
    pids = [(p[2] & 0x1F) << 8 | p[3] for p in programs if p[0] or p[1]]  # program 0 is no program
    if len(pids) != 1:
        raise MalformedError(f"The PAT names {len(pids)} programs; a segment has one.")
    return pids[0]


def _stream_types(packet: _Packet) -> dict[int, int]:
    """Stream type by PID."""
    body = _section(packet)
    at = 4 + ((body[2] & 0x0F) << 8 | body[3])
    types = {}
    while at < len(body):
        types[(body[at + 1] & 0x1F) << 8 | body[at + 2]] = body[at]
        at += 5 + ((body[at + 3] & 0x0F) << 8 | body[at + 4])
    return types


def _pes(data: bytes, pid: int) -> tuple[int, int, bytes]:
    """(PTS, DTS, payload); where no DTS is written it is the PTS."""
    if data[:3] != b"\x00\x00\x01" or len(data) < 9:
        raise MalformedError(f"A PES packet of PID {pid} has no start code.")
    length, flags, header = int.from_bytes(data[4:6], "big"), data[7], 9 + data[8]
    if not flags & 0x80:
        raise MalformedError(f"A PES packet of PID {pid} tells no time.")
    if length and len(data) < 6 + length:
        raise MalformedError(f"A PES packet of PID {pid} has {len(data) - 6} of {length} bytes.")
    pts = _time(data[9:14])
    dts = _time(data[14:19]) if flags & 0x40 else pts
    return pts, dts, data[header : 6 + length if length else None]


def _time(field: bytes) -> int:
    """33 bits in three parts, each closed by a marker bit."""
    return (field[0] & 0x0E) << 29 | field[1] << 22 | (field[2] & 0xFE) << 14 | field[3] << 7 | field[4] >> 1


def _picture(pts: int, dts: int, payload: bytes, *, is_random_access: bool) -> Picture:
    starts = list(_nal_starts(payload))
    types = tuple(payload[start] & 0x1F for start in starts)
    if types.count(_DELIMITER) != 1 or types[0] != _DELIMITER:
        raise MalformedError(f"The PES packet at {pts} is not one picture behind its delimiter: {types}.")
    sps = None
    if _SPS in types:
        n = types.index(_SPS)
        end = starts[n + 1] - len(_NAL_START) if n + 1 < len(starts) else len(payload)
        sps = payload[starts[n] : end].rstrip(b"\x00")
    return Picture(pts, dts, types, is_random_access, sps)


def _nal_starts(payload: bytes) -> Iterator[int]:
    """Positions of the first byte behind each start code."""
    at = payload.find(_NAL_START)
    while 0 <= at < len(payload) - len(_NAL_START):
        yield at + len(_NAL_START)
        at = payload.find(_NAL_START, at + len(_NAL_START))


def _sound_frames(pts: int, payload: bytes) -> Iterator[SoundFrame]:
    at, count = 0, 0
    while at < len(payload):
        header = payload[at : at + _ADTS_HEADER_BYTES]
        if len(header) < _ADTS_HEADER_BYTES or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
            raise MalformedError(f"Byte {at} of the sound at {pts} begins no ADTS frame.")
        size = (header[3] & 0x03) << 11 | header[4] << 3 | header[5] >> 5
        if size < _ADTS_HEADER_BYTES or at + size > len(payload) or header[6] & 0x03:
            raise MalformedError(f"The ADTS frame at byte {at} of the sound at {pts} is not one whole frame.")
        rate_hz = _ADTS_RATES_HZ[header[2] >> 2 & 0x0F]
        yield SoundFrame(
            pts=pts + count * Fraction(AAC_FRAME_SAMPLES * TICKS_PER_S, rate_hz),
            object_type=(header[2] >> 6) + 1,
            rate_hz=rate_hz,
            channels=(header[2] & 0x01) << 2 | header[3] >> 6,
        )
        at, count = at + size, count + 1
