"""How an H.264 segment in MPEG-TS begins, read without decoding it (ITU-T H.264, H.222.0)."""

import re
from dataclasses import dataclass

# H.222.0, 2.4.3.2: transport packets, each with a sync byte.
PACKET_BYTES, _SYNC_BYTE = 188, 0x47
_VIDEO_PES_START = b"\x00\x00\x01\xe0"  # H.222.0, table 2-22: the first video stream
_START_CODE = re.compile(rb"\x00\x00\x01")  # between NAL units (H.264, annex B)
_IDR, _SPS, _SLICES = 5, 7, range(1, 6)  # nal_unit_type (H.264, table 7-1)
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
    sps = b""
    for unit in _START_CODE.split(_first_access_unit(segment))[1:]:
        kind = unit[0] & 0x1F if unit else 0  # nal_unit_type: the lower 5 bits
        if kind == _SPS and not sps:
            sps = unit.rstrip(b"\x00")
        if kind in _SLICES:
            return SegmentStart(sps, kind == _IDR) if len(sps) > _LEVEL_BYTE else None
    return None


def _first_access_unit(segment: bytes) -> bytes:
    """The payload of the first PES packet of the video stream, its header included."""
    found: list[bytes] = []
    wanted = None
    for at in range(0, len(segment) - PACKET_BYTES + 1, PACKET_BYTES):
        packet = segment[at : at + PACKET_BYTES]
        if packet[0] != _SYNC_BYTE:
            return b""
        # payload_unit_start_indicator, and the 13 bits of the PID
        begins, pid = bool(packet[1] & 0x40), (packet[1] & 0x1F) << 8 | packet[2]
        payload = _payload(packet)
        if wanted is None and begins and payload.startswith(_VIDEO_PES_START):
            wanted = pid
        elif pid == wanted and begins:
            break
        if pid == wanted:
            found.append(payload)
    return b"".join(found).removeprefix(_VIDEO_PES_START)


def _payload(packet: bytes) -> bytes:
    """What follows the header of 4 bytes and the adaptation field, whose length is in byte 4."""
    has_adaptation, has_payload = packet[3] & 0x20, packet[3] & 0x10  # adaptation_field_control
    start = 5 + packet[4] if has_adaptation else 4
    return packet[start:] if has_payload else b""
