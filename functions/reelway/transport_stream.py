"""Access units of the video in an MPEG transport stream, found without a demuxer (ITU-T H.222.0)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# H.222.0, 2.4.3.2: transport packets, each with a sync byte.
PACKET_BYTES, _SYNC_BYTE = 188, 0x47
_VIDEO_PES_START = b"\x00\x00\x01\xe0"  # H.222.0, table 2-22: the first video stream
# A start code and the header of a slice: nal_ref_idc and nal_unit_type 1 to 5 (H.264, 7.3.1).
_SLICE = re.compile(rb"\x00\x00\x01[\x01-\x05\x21-\x25\x41-\x45\x61-\x65]")


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One frame: its transport packets begin at byte `start` of the stream.

    `head` is its elementary stream up to the beginning of its first slice, with all that describes the frame.
    """

    start: int
    head: bytes


def access_units(stream: bytes) -> Iterator[AccessUnit]:
    """The frames in the order of the file; `stream` begins with a packet and may be cut off anywhere.

    Each frame has a PES packet of its own. Only the packets up to its first slice are read, and those in
    between are passed over, so that an hour takes seconds.
    """
    for start, end in pairwise([*_starts(stream), len(stream)]):
        yield AccessUnit(start, _head(stream, start, end))


def second_start(stream: bytes) -> int:
    """Where the second frame begins, or the end of the stream: what is before it can be decoded alone."""
    starts = _starts(stream)
    next(starts, None)
    return next(starts, len(stream))


def _starts(stream: bytes) -> Iterator[int]:
    """The packets in which a PES packet of the video begins."""
    found = stream.find(_VIDEO_PES_START)
    while found >= 0:
        start = found - found % PACKET_BYTES
        packet = stream[start : start + PACKET_BYTES]
        if _begins_unit(packet) and start + _payload_start(packet) == found:
            yield start
        found = stream.find(_VIDEO_PES_START, found + 1)


def _head(stream: bytes, start: int, end: int) -> bytes:
    pid, head = _pid(stream[start : start + PACKET_BYTES]), b""
    for at in range(start, end - PACKET_BYTES + 1, PACKET_BYTES):
        packet = stream[at : at + PACKET_BYTES]
        if packet[0] == _SYNC_BYTE and _pid(packet) == pid:
            head += packet[_payload_start(packet) :]
            slice_start = _SLICE.search(head)
            if slice_start:
                return head[: slice_start.end()].removeprefix(_VIDEO_PES_START)
    return head.removeprefix(_VIDEO_PES_START)


def _begins_unit(packet: bytes) -> bool:
    """payload_unit_start_indicator of a whole packet."""
    return len(packet) == PACKET_BYTES and packet[0] == _SYNC_BYTE and bool(packet[1] & 0x40)


def _pid(packet: bytes) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def _payload_start(packet: bytes) -> int:
    """Behind the header of 4 bytes and the adaptation field, whose length is in byte 4."""
    has_adaptation, has_payload = packet[3] & 0x20, packet[3] & 0x10  # adaptation_field_control
    start = 5 + packet[4] if has_adaptation else 4
    return start if has_payload else PACKET_BYTES
