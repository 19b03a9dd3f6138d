"""Levels of H.264, and how a segment in MPEG-TS begins, read without decoding it (ITU-T H.264)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from reelway.transport_stream import access_units

_START_CODE = re.compile(rb"\x00\x00\x01")  # between NAL units (H.264, annex B)
_IDR, SEI, _SPS, _SLICES = 5, 6, 7, range(1, 6)  # nal_unit_type (H.264, table 7-1)
_LEVEL_BYTE = 3  # of the SPS, after its header, the profile and the constraint flags (H.264, 7.3.2.1.1)
_MACROBLOCK = 16  # pixels to a side
# ITU-T H.264 table A-1: level, macroblocks per second, macroblocks per frame, and bit/s in High profile
# (1.25 times Baseline's). Left out are those below 2.1, which every decoder holds, and 4.1 and 5.0, which
# hold no rung that 4.0 and 4.2 do not.
_LEVELS = (
    ("2.1", 19_800, 792, 5_000_000),
    ("2.2", 20_250, 1_620, 5_000_000),
    ("3.0", 40_500, 1_620, 12_500_000),
    ("3.1", 108_000, 3_600, 17_500_000),
    ("3.2", 216_000, 5_120, 25_000_000),
    ("4.0", 245_760, 8_192, 25_000_000),
    ("4.2", 522_240, 8_704, 62_500_000),
    ("5.1", 983_040, 36_864, 300_000_000),
    ("5.2", 2_073_600, 36_864, 300_000_000),
)
# A side of the frame has at most the root of so many times the macroblocks of a frame (A.3.1, f and g).
_MAX_SIDE_SQUARED = 8


@dataclass(frozen=True, slots=True)
class SegmentStart:
    """The first sequence parameter set in a segment, and whether its first frame is an IDR frame."""

    sps: bytes
    is_idr: bool

    @property
    def codec(self) -> str:
        """RFC 6381's name: profile, constraint flags and level, which are bytes 1 to 3 of the SPS."""
        return f"avc1.{self.sps[1 : _LEVEL_BYTE + 1].hex()}"


def lowest_level(width: int, height: int, rate: Fraction, max_bps: int) -> str:
    """The lowest of `_LEVELS` that holds frames of this size, at this rate and bitrate; else the highest."""
    sides = -(-width // _MACROBLOCK), -(-height // _MACROBLOCK)
    macroblocks = sides[0] * sides[1]
    for level, per_second, per_frame, bps in _LEVELS:
        is_small_enough = macroblocks <= per_frame and max(sides) ** 2 <= _MAX_SIDE_SQUARED * per_frame
        if is_small_enough and macroblocks * rate <= per_second and max_bps <= bps:
            return level
    return _LEVELS[-1][0]


def segment_start(segment: bytes) -> SegmentStart | None:
    """`segment` may be cut off after its first slice header; None when it has no SPS or no slice."""
    first = next(access_units(segment), None)
    sps = b""
    for kind, unit in nal_units(first.head if first else b""):
        if kind == _SPS and not sps:
            sps = unit.rstrip(b"\x00")
        if kind in _SLICES:
            return SegmentStart(sps, kind == _IDR) if len(sps) > _LEVEL_BYTE else None
    return None


def nal_units(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """(nal_unit_type, unit with its header) of each NAL unit in an elementary stream."""
    for unit in _START_CODE.split(stream)[1:]:
        if unit:
            yield unit[0] & 0x1F, unit
