"""How an H.264 segment in MPEG-TS begins, read without decoding it (ITU-T H.264)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reelway.transport_stream import access_units

_START_CODE = re.compile(rb"\x00\x00\x01")  # between NAL units (H.264, annex B)
_IDR, SEI, _SPS, _SLICES = 5, 6, 7, range(1, 6)  # nal_unit_type (H.264, table 7-1)
_LEVEL_BYTE = 3  # of the SPS, after its header, the profile and the constraint flags (H.264, 7.3.2.1.1)


@dataclass(frozen=True, slots=True)
class SegmentStart:
    """The first sequence parameter set in a segment, and whether its first frame is an IDR frame."""

    sps: bytes
    is_idr: bool

    @property
    def codec(self) -> str:
        """RFC 6381's name: profile, constraint flags and level, which are bytes 1 to 3 of the SPS."""
        return f"avc1.{self.sps[1 : _LEVEL_BYTE + 1].hex()}"


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
