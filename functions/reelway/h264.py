"""What an H.264 stream in MPEG-TS says of itself, read without decoding (ITU-T H.264, H.222.0)."""

import re
from dataclasses import dataclass

_PACKET_BYTES = 188
_SYNC = 0x47
_PICTURE_STREAM = b"\x00\x00\x01\xe0"
_START_CODE = re.compile(rb"\x00\x00\x01")
_IDR, _SPS = 5, 7
_SLICES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a segment begins: its sequence parameter set, and whether its first picture is an IDR."""

    sps: bytes
    is_idr: bool

    @property
    def codec(self) -> str:
        """RFC 6381's name: profile, constraint flags and level are the SPS's first three bytes."""
        return f"avc1.{self.sps[1:4].hex()}"


def opening(segment: bytes) -> Opening | None:
    """Of the first picture in a segment, or its first part; None when it cannot be told."""
    sps = b""
    for unit in _START_CODE.split(_first_picture(segment))[1:]:
        kind = unit[0] & 0x1F if unit else 0
        if kind == _SPS and not sps:
            sps = unit.rstrip(b"\x00")
        if kind in _SLICES:
            return Opening(sps, kind == _IDR) if len(sps) > 3 else None
    return None


def _first_picture(segment: bytes) -> bytes:
    """The payload of the first PES packet with pictures, its header included."""
    found: list[bytes] = []
    wanted = None
    for at in range(0, len(segment) - _PACKET_BYTES + 1, _PACKET_BYTES):
        packet = segment[at : at + _PACKET_BYTES]
        if packet[0] != _SYNC:
            return b""
        begins, pid = bool(packet[1] & 0x40), (packet[1] & 0x1F) << 8 | packet[2]
        payload = _payload(packet)
        if wanted is None and begins and payload.startswith(_PICTURE_STREAM):
            wanted = pid
        elif pid == wanted and begins:
            break
        if pid == wanted:
            found.append(payload)
    return b"".join(found).removeprefix(_PICTURE_STREAM)


def _payload(packet: bytes) -> bytes:
    has_adaptation, has_payload = packet[3] & 0x20, packet[3] & 0x10
    start = 5 + packet[4] if has_adaptation else 4
    return packet[start:] if has_payload else b""
