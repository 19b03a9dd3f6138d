"""Builds transport streams (ISO/IEC 13818-1) byte by byte, to test `tests.support.readers.transport_stream`.

The frames cannot be decoded: an access unit has only the first bytes of each NAL unit, except the SPS.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

PMT_PID, VIDEO_PID, AUDIO_PID = 0x1000, 0x100, 0x101  # as ffmpeg numbers them
PACKET_BYTES = 188
_START_CODE = b"\x00\x00\x00\x01"
_AAC_FRAME_TICKS = 1920  # 1024 samples at 48 kHz, in ticks of 1/90000 s
_DELIMITER, _PPS, _IDR_SLICE, _SLICE = b"\x09\xf0", b"\x68\xce\x3c\x80", b"\x65\x88\x84", b"\x41\x9a\x02"


@dataclass(slots=True)
class StreamBytes:
    """A sequence of packets; continuity counters go on from `counters`.

    `is_new` sets the discontinuity_indicator in the first packet of each PID.
    """

    counters: dict[int, int] = field(default_factory=dict)
    is_new: bool = False
    packets: list[bytes] = field(default_factory=list)
    _marked: set[int] = field(default_factory=set)

    @property
    def data(self) -> bytes:
        return b"".join(self.packets)

    def tables(self, *further: tuple[int, int]) -> "StreamBytes":
        """Append PAT and PMT; `further` are (stream_type, PID) of streams besides video and audio."""
        self._table(0, 0x00, bytes([0, 1, 0xE0 | PMT_PID >> 8, PMT_PID & 0xFF]))
        streams = [(0x1B, VIDEO_PID), (0x0F, AUDIO_PID), *further]
        described = b"".join(bytes([kind, 0xE0 | pid >> 8, pid & 0xFF, 0xF0, 0]) for kind, pid in streams)
        self._table(PMT_PID, 0x02, bytes([0xE0 | VIDEO_PID >> 8, VIDEO_PID & 0xFF, 0xF0, 0]) + described)
        return self

    def video(
        self,
        pts: int,
        dts: int | None = None,
        *,
        sps: bytes | None = None,
        is_marked: bool = True,
        sei: bytes | None = None,
    ) -> "StreamBytes":
        """Append a frame; with an SPS it is an IDR frame.

        `is_marked` sets the random_access_indicator of an IDR frame, `sei` is a unit before its slice.
        """
        nals = [_DELIMITER, sps, _PPS, sei, _IDR_SLICE] if sps else [_DELIMITER, sei, _SLICE]
        unit = b"".join(_START_CODE + nal for nal in nals if nal)
        return self.pes(VIDEO_PID, pts, pts if dts is None else dts, unit, is_marked=bool(sps) and is_marked)

    def audio(self, pts: int, frames: int = 1, *, rate_index: int = 3) -> "StreamBytes":
        return self.pes(AUDIO_PID, pts, None, adts_frame(rate_index) * frames)

    def pes(
        self, pid: int, pts: int, dts: int | None, payload: bytes, *, is_marked: bool = False
    ) -> "StreamBytes":
        times = _time(0x20 if dts is None else 0x30, pts) + (b"" if dts is None else _time(0x10, dts))
        flags = 0x80 if dts is None else 0xC0
        head = bytes([0x80, flags, len(times)]) + times
        length = 0 if pid == VIDEO_PID else len(head) + len(payload)
        stream_id = 0xE0 if pid == VIDEO_PID else 0xC0
        data = b"\x00\x00\x01" + bytes([stream_id]) + length.to_bytes(2, "big") + head + payload
        is_start = True
        while data:
            data = self.packet(pid, data, is_start=is_start, is_marked=is_marked and is_start)
            is_start = False
        return self

    def packet(self, pid: int, data: bytes, *, is_start: bool, is_marked: bool = False) -> bytes:
        """Append one packet with as much of `data` as fits; returns the rest."""
        self.counters[pid] = (self.counters.get(pid, -1) + 1) % 16
        flags = 0x40 if is_marked else 0
        if self.is_new and pid not in self._marked:
            flags |= 0x80
            self._marked.add(pid)
        room = PACKET_BYTES - 4
        body = data[: room - 2 if flags else room]
        stuffing = room - len(body)
        adaptation = b""
        if stuffing:
            field_bytes = bytes([flags]) + b"\xff" * (stuffing - 2) if stuffing > 1 else b""
            adaptation = bytes([len(field_bytes)]) + field_bytes
        control = (0x30 if adaptation else 0x10) | self.counters[pid]
        header = bytes([0x47, (0x40 if is_start else 0) | pid >> 8, pid & 0xFF, control])
        self.packets.append(header + adaptation + body)
        return data[len(body) :]

    def _table(self, pid: int, table_id: int, body: bytes) -> None:
        length = 5 + len(body) + 4
        section = bytes([table_id, 0xB0 | length >> 8, length & 0xFF, 0, 1, 0xC1, 0, 0]) + body + b"\0\0\0\0"
        self.packet(pid, b"\x00" + section, is_start=True)


def adts_frame(rate_index: int = 3, size: int = 16) -> bytes:
    """An ADTS frame of AAC-LC stereo at 48 kHz (index 3) or another rate; its payload is zeros."""
    header = bytes([0xFF, 0xF1, 0x40 | rate_index << 2, 0x80 | size >> 11, size >> 3 & 0xFF])
    return header + bytes([(size & 0x07) << 5 | 0x1F, 0xFC]) + bytes(size - 7)


def sps(width: int, height: int, *, level: int = 30, fields: int = 1) -> bytes:
    """An SPS (ITU-T H.264, 7.3.2.1.1) of High profile, 4:2:0, with even width and height.

    With two `fields` it is interlaced; the height is then a multiple of 32.
    """
    columns, rows = -(-width // 16), -(-height // 16 // fields)
    crop = (0, (columns * 16 - width) // 2, 0, (rows * 16 * fields - height) // 2)
    bits = "".join(map(_golomb, (0, 1, 0, 0))) + "00"  # id, chroma format, depths; no bypass, no scaling
    bits += "".join(map(_golomb, (0, 0, 0, 4))) + "0"  # frame numbers, order counts, references; no gaps
    bits += _golomb(columns - 1) + _golomb(rows - 1)
    bits += "11" if fields == 1 else "001"  # frames only, or fields without adaptation; direct inference
    bits += "1" + "".join(map(_golomb, crop)) + "01"  # cropping, no VUI, stop bit
    bits += "0" * (-len(bits) % 8)
    return bytes([0x67, 100, 0, level]) + int(bits, 2).to_bytes(len(bits) // 8, "big")


def segments(
    count: int, *, frames: int = 50, gap: int = 3600, sps_of: bytes | None = None, first_pts: int = 900_000
) -> Sequence[bytes]:
    """Segments of `frames` frames each, `gap` ticks apart, with audio of 48 kHz for the same time."""
    found: list[bytes] = []
    counters: dict[int, int] = {}
    audio_frames = 0
    for n in range(count):
        stream = StreamBytes(counters).tables()
        for k in range(n * frames, (n + 1) * frames):
            pts = first_pts + k * gap
            stream.video(pts, pts - 2 * gap, sps=sps_of if k == n * frames else None)
            while first_pts + audio_frames * _AAC_FRAME_TICKS < pts + gap:
                stream.audio(first_pts + audio_frames * _AAC_FRAME_TICKS)
                audio_frames += 1
        found.append(stream.data)
    return found


def _golomb(value: int) -> str:
    """ue(v), an Exp-Golomb code (ITU-T H.264, 9.1)."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _time(marker: int, ticks: int) -> bytes:
    return bytes(
        [
            marker | (ticks >> 29 & 0x0E) | 1,
            ticks >> 22 & 0xFF,
            (ticks >> 14 & 0xFE) | 1,
            ticks >> 7 & 0xFF,
            (ticks << 1 & 0xFE) | 1,
        ]
    )
