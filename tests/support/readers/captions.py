"""A reader of closed captions in SEI messages (H.264 annex D, ATSC A/53 part 4, CTA-608).

It shares no code with what is tested, and keeps what that passes over: every pair, with its frame's time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.support.readers.transport_stream import TransportStream, VideoFrame

_USER_DATA, _ATSC = 4, bytes.fromhex("b50031") + b"GA94\x03"
_NO_PARITY = 0x7F
_FIELDS = (0, 1)  # cc_type of the two fields


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bytes of CTA-608 without parity; `field` is 1 or 2, `pts` that of its frame."""

    pts: int
    field: int
    data: tuple[int, int]


def pairs(streams: Iterable[TransportStream]) -> list[Pair]:
    """All pairs but padding, in the order shown."""
    frames = sorted((frame for stream in streams for frame in stream.video_frames), key=lambda f: f.pts)
    found = [
        Pair(frame.pts, 1 + (marker & 0x03), (first & _NO_PARITY, second & _NO_PARITY))
        for frame in frames
        for marker, first, second in triplets(frame)
        if marker & 0x03 in _FIELDS
    ]
    return [pair for pair in found if pair.data != (0, 0)]


def channels(streams: Iterable[TransportStream]) -> set[str]:
    """The channels of CTA-608 to which a control code belongs: bit 3 of its first byte tells the second."""
    return {
        f"CC{2 * pair.field - 1 + (pair.data[0] >> 3 & 1)}"
        for pair in pairs(streams)
        if 0x10 <= pair.data[0] < 0x20
    }


def triplets(frame: VideoFrame) -> Iterator[bytes]:
    """The valid triplets of cc_data of a frame: marker with the type, and two bytes."""
    for unit in frame.sei:
        raw, at = unit.replace(b"\x00\x00\x03", b"\x00\x00")[1:], 0
        while at + 2 < len(raw):
            kind, at = _number(raw, at)
            size, at = _number(raw, at)
            message, at = raw[at : at + size], at + size
            if kind == _USER_DATA and message.startswith(_ATSC):
                data = message[len(_ATSC) :]
                found = (data[2 + 3 * n : 5 + 3 * n] for n in range(data[0] & 0x1F))
                yield from (triplet for triplet in found if triplet[0] & 0x04)


def _number(raw: bytes, at: int) -> tuple[int, int]:
    total = 0
    while raw[at] == 0xFF:
        total, at = total + 0xFF, at + 1
    return total + raw[at], at + 1
