"""How many edits an MP4 or MOV file has, counted before libav reads them.

For each edit libav decodes from the keyframe before it, every time that the file is read: a hundred
thousand of them, in a file of 2 MB, keep a processor busy for two minutes.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

MAX_EDITS = 200  # of one track; editors make tens
COMPLAINT = "Too many edits"  # by which `probe.rejections` knows it
_FIRST = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"}
_MAX_BOXES = 1_000  # of one level, of which files have tens
# Where libav finds an edit list: it does not mind in which of these boxes it lies.
_INSIDE = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl", b"dinf", b"udta", b"mvex"}
_MAX_INDEX_BYTES = 64 * 2**20  # of a compressed one; that of four hours has 30 MB


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...


class TooManyEdits(Exception):
    """The file is not to be opened."""


def check_edits(file: Readable) -> None:
    """Raises TooManyEdits; leaves the file at its beginning."""
    size = file.seek(0, io.SEEK_END)
    for kind, start, end in _boxes(file, 0, size):
        if start <= 16 and kind not in _FIRST:
            break
        if kind == b"moov":
            _check_index(file, start, end)
            break
    file.seek(0)


def _check_index(file: Readable, start: int, end: int) -> None:
    for kind, inside, ends in _boxes(file, start, end):
        if kind == b"elst":
            file.seek(inside)
            if int.from_bytes(file.read(8)[4:], "big") > MAX_EDITS:
                raise TooManyEdits(COMPLAINT)
        elif kind in _INSIDE:
            _check_index(file, inside, ends)
        elif kind == b"cmov":
            index = _decompressed(file, inside, ends)
            _check_index(io.BytesIO(index), 0, len(index))


def _decompressed(file: Readable, start: int, end: int) -> bytes:
    """What is in `cmvd`, behind its length (QuickTime file format: compressed movie resources)."""
    for kind, inside, ends in _boxes(file, start, end):
        if kind == b"cmvd":
            file.seek(inside + 4)
            compressed = file.read(min(ends - inside, _MAX_INDEX_BYTES))
            with suppress(zlib.error):
                return zlib.decompressobj().decompress(compressed, _MAX_INDEX_BYTES)
    return b""


def _boxes(file: Readable, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start and end of its content) of each box between `start` and `end`."""
    for _ in range(_MAX_BOXES):
        file.seek(start)
        head = file.read(8)
        if start + 8 > end or len(head) < 8:
            return
        size, kind, content = int.from_bytes(head[:4], "big"), head[4:], start + 8
        if size == 1:  # a larger one follows
            size, content = struct.unpack(">Q", file.read(8).rjust(8, b"\0"))[0], start + 16
        ends = end if size == 0 else min(end, start + size)
        if ends < content:
            return
        yield kind, content, ends
        start = ends
    raise TooManyEdits(COMPLAINT)  # or so much else that nobody can tell
