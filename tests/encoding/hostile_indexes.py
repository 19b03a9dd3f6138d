"""Makers of small files whose index takes long to read: edits, fragments, sample times."""

import struct

from tests.encoding import boxes
from tests.encoding.hostile_files import H264, Maker, MakerTools

_SAMPLE_TIMES, _FRAGMENTS, _EDITS = 6_000_000, 600_000, 500_000


def _edits(tools: MakerTools) -> bytes:
    """An MP4 that shows a millisecond of each of many places."""
    rows = b"".join(struct.pack(">IiI", 1, n * 37 % 12_000, 1 << 16) for n in range(_EDITS))
    listed = boxes.full_box(b"elst", struct.pack(">I", _EDITS), rows)
    return boxes.edited(tools.video(*H264, to="mp4"), {b"edts": listed})


def _compressed_edits(tools: MakerTools) -> bytes:
    return boxes.with_compressed_index(_edits(tools))


def _fragments(tools: MakerTools) -> bytes:
    """An MP4 whose second fragment, of one frame, comes again and again."""
    movie = tools.video(*H264, "-movflags", "empty_moov+frag_every_frame", to="mp4", frames=3)
    parts = [boxes.box(kind, body) for kind, body in boxes.boxes(movie)]
    first = next(n for n, part in enumerate(parts) if part[4:8] == b"moof")
    return b"".join(parts[: first + 2]) + b"".join(parts[first + 2 : first + 4]) * _FRAGMENTS


def _sample_times(tools: MakerTools) -> bytes:
    """An MP4 with an entry for the time of each of six million samples, of which it has some."""
    entry = struct.pack(">II", 1, 512)
    table = struct.pack(">II", 0, _SAMPLE_TIMES) + entry * _SAMPLE_TIMES
    return boxes.edited(tools.video(*H264, to="mp4"), {b"stts": table})


INDEXES: dict[str, Maker] = {
    "half a million edits": _edits,
    "half a million edits in a compressed index": _compressed_edits,
    "600,000 fragments": _fragments,
    "six million sample times": _sample_times,
}
