"""Closed captions in H.264: which channels a segment really carries (ANSI/SCTE 128, CTA-608, CTA-708)."""

from collections.abc import Iterator

from reelway import h264
from reelway.transport_stream import access_units

_USER_DATA = 4  # payloadType of user_data_registered_itu_t_t35 (H.264, D.1)
# Country and provider (ATSC), user identifier, and type code of cc_data (ATSC A/53 part 4, table 6.9).
_ATSC = b"\xb5\x00\x31"
_CC_DATA = _ATSC + b"GA94\x03"
_HEADER_BYTES = 2  # of cc_data: flags with the number of triplets, and em_data
_TRIPLET_BYTES = 3  # marker, cc_valid and cc_type; two bytes of data
_FIELD_1, _FIELD_2, _PACKET_START = 0, 1, 3  # cc_type (CTA-708, 4.3)


def captions_in(stream: bytes) -> frozenset[str]:
    """The channels by their INSTREAM-ID (RFC 8216, 4.3.4.1): CC1 to CC4, SERVICE1 to SERVICE6.

    Most broadcasters fill frames without captions with padding, which is no channel; nor is what else the
    second field carries (XDS). A CTA-708 service is found where it is the first in some packet.
    """
    return frozenset(
        channel
        for unit in access_units(stream)
        if _CC_DATA in unit.head
        for kind, nal in h264.nal_units(unit.head)
        if kind == h264.SEI
        for data in _cc_data(nal)
        for channel in _channels(data)
    )


def _cc_data(nal: bytes) -> Iterator[bytes]:
    """cc_data of each message in an SEI unit, behind its type code."""
    # Without the bytes that keep start codes from occurring (H.264, 7.4.1).
    at, messages = 1, nal.replace(b"\x00\x00\x03", b"\x00\x00")
    while at + 2 < len(messages):
        kind, at = _sei_number(messages, at)
        size, at = _sei_number(messages, at)
        message, at = messages[at : at + size], at + size
        if kind == _USER_DATA and message.startswith(_CC_DATA):
            yield message[len(_CC_DATA) :]


def _sei_number(messages: bytes, at: int) -> tuple[int, int]:
    """A number written as so many 255s and a rest (H.264, 7.3.2.3.1), and where it ends."""
    total = 0
    while messages[at : at + 1] == b"\xff":
        total, at = total + 255, at + 1
    return total + (messages[at] if at < len(messages) else 0), at + 1


def _channels(data: bytes) -> Iterator[str]:
    count = data[0] & 0x1F if data else 0
    for at in range(_HEADER_BYTES, _HEADER_BYTES + count * _TRIPLET_BYTES, _TRIPLET_BYTES):
        triplet = data[at : at + _TRIPLET_BYTES]
        if len(triplet) == _TRIPLET_BYTES and triplet[0] & 0x04:  # cc_valid
            channel = _channel(triplet[0] & 0x03, triplet[1], triplet[2])
            if channel:
                yield channel


def _channel(kind: int, first: int, second: int) -> str | None:
    """The channel that a pair of bytes names: a control code of CTA-608, or the start of a CTA-708 packet."""
    code = first & 0x7F  # without parity
    if kind in (_FIELD_1, _FIELD_2) and 0x10 <= code <= 0x1F:
        return f"CC{1 + 2 * kind + (code >> 3 & 1)}"
    service, block_bytes = second >> 5, second & 0x1F  # the header of the packet's first service block
    if kind == _PACKET_START and 1 <= service <= 6 and block_bytes:
        return f"SERVICE{service}"
    return None
