"""Closed captions for clips: CTA-608 in SEI messages, put into an H.264 stream byte by byte."""

import re
from collections.abc import Iterator, Sequence

_USER_DATA, _ATSC = 4, bytes.fromhex("b50031") + b"GA94\x03"
_ACCESS_UNIT = re.compile(rb"(?=\x00\x00\x00\x01\x09)")  # a delimiter begins each
_FIRST_SLICE = re.compile(rb"\x00?\x00\x00\x01[\x01\x21\x41\x61\x25\x45\x65]")
_NO_DTVCC = bytes((0xFA, 0, 0))
_PADDING = (0, 0)
Data = tuple[int, int]


def sei_unit(triplets: Sequence[bytes], *, before: bytes = b"") -> bytes:
    """A unit with one message of cc_data, behind the messages `before`."""
    data = bytes([0xC0 | len(triplets), 0xFF]) + b"".join(triplets) + b"\xff"
    message = _ATSC + data
    return b"\x06" + _escaped(before + bytes([_USER_DATA, len(message)]) + message) + b"\x80"


def rolled_up(text: str) -> list[Data]:
    """The pairs that show a line of text at once, in the first channel of their field."""
    controls = [(0x14, 0x25), (0x14, 0x2D), (0x14, 0x70)]  # roll-up of two rows, carriage return, row 15
    even = text + " " * (len(text) % 2)
    letters = [(ord(first), ord(second)) for first, second in zip(even[::2], even[1::2], strict=True)]
    return [control for code in controls for control in (code, code)] + letters


def captioned(stream: bytes, *, fields: Sequence[Sequence[Data]], is_fast: bool) -> bytes:
    """An H.264 stream with delimiters and without B-frames, each of whose frames gets a pair of each field.

    `fields` are the pairs of both fields; as broadcasters do, a fast stream (50 or 60 fps) has a pair of one
    field in each frame, by turns. Frames beyond the pairs get padding.
    """
    waiting = [iter(pairs) for pairs in fields]
    units = _ACCESS_UNIT.split(stream)[1:]
    return b"".join(_with_sei(unit, list(_triplets(n, waiting, is_fast))) for n, unit in enumerate(units))


def _triplets(number: int, waiting: Sequence[Iterator[Data]], is_fast: bool) -> Iterator[bytes]:
    for field in [number % 2] if is_fast else [0, 1]:
        first, second = next(waiting[field], _PADDING)
        yield bytes([0xFC | field, _with_parity(first), _with_parity(second)])
    yield from [_NO_DTVCC] * (9 if is_fast else 18)


def _with_sei(unit: bytes, triplets: Sequence[bytes]) -> bytes:
    found = _FIRST_SLICE.search(unit)
    assert found
    return unit[: found.start()] + b"\x00\x00\x00\x01" + sei_unit(triplets) + unit[found.start() :]


def _with_parity(byte: int) -> int:
    return byte | (0 if byte.bit_count() % 2 else 0x80)


def _escaped(raw: bytes) -> bytes:
    """With a byte 3 wherever a start code would occur (H.264, 7.4.1)."""
    found = bytearray()
    for byte in raw:
        if byte <= 3 and found[-2:] == b"\x00\x00":
            found.append(3)
        found.append(byte)
    return bytes(found)
