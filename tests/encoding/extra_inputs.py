"""Makes the inputs that some rows of the table mux beside video and audio: subtitles and chapters."""

import struct
from pathlib import Path

_TEXT = "1\n00:00:00,500 --> 00:00:02,000\nA line\n"
_CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1
START=0
END=3
title=One
[CHAPTER]
TIMEBASE=1/1
START=3
END=8
title=Two
"""
_WIDTH, _HEIGHT = 32, 16
# Segment types of Presentation Graphics, the bitmap subtitles of Blu-ray discs.
_PALETTE, _OBJECT, _COMPOSITION, _WINDOW, _END = 0x14, 0x15, 0x16, 0x17, 0x80


def write(folder: Path) -> dict[str, Path]:
    """Writes the files into `folder`; their paths by the names that rows of the table use in braces."""
    files = {
        "subtitles": folder / "text.srt",
        "bitmaps": folder / "text.sup",
        "chapters": folder / "chapters",
    }
    files["subtitles"].write_text(_TEXT)
    files["bitmaps"].write_bytes(_presentation_graphics())
    files["chapters"].write_text(_CHAPTERS)
    return files


def _presentation_graphics() -> bytes:
    """A Blu-ray subtitle stream (PGS): one filled box, shown from 0.5 s to 2 s."""
    window = struct.pack(">BBHHHH", 1, 0, 20, 20, _WIDTH, _HEIGHT)
    line = bytes([0, 0x80 | _WIDTH, 1, 0, 0])
    pixels = struct.pack(">HH", _WIDTH, _HEIGHT) + line * _HEIGHT
    shown = [
        (_COMPOSITION, _composition(0, 0x80, [(20, 20)])),
        (_WINDOW, window),
        (_PALETTE, bytes([0, 0, 1, 81, 240, 90, 255])),
        (_OBJECT, struct.pack(">HBB", 0, 0, 0xC0) + len(pixels).to_bytes(3, "big") + pixels),
        (_END, b""),
    ]
    hidden = [(_COMPOSITION, _composition(1, 0, [])), (_WINDOW, window), (_END, b"")]
    return b"".join([*(_part(*part, 0.5) for part in shown), *(_part(*part, 2.0) for part in hidden)])


def _composition(number: int, state: int, places: list[tuple[int, int]]) -> bytes:
    head = struct.pack(">HHBHBBBB", 160, 120, 0x10, number, state, 0, 0, len(places))
    return head + b"".join(struct.pack(">HBBHH", 0, 0, 0, x, y) for x, y in places)


def _part(kind: int, body: bytes, time_s: float) -> bytes:
    return b"PG" + struct.pack(">IIBH", round(time_s * 90_000), 0, kind, len(body)) + body
