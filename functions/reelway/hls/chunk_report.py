"""What encoding a chunk leaves for publishing: the segments of every rung."""

from dataclasses import dataclass
from typing import Any

from reelway.documents import DocumentFormat
from reelway.hls.playlists import Segment
from reelway.hls.segment_rows import segments_of_rows
from reelway.video import Failure


@dataclass(frozen=True, slots=True)
class ChunkReport:
    """By rung name, the chunk's segments in order; empty where nothing could be decoded.

    `captions` are the channels of closed captions that any of its segments carries. Of its `frames`,
    `lost_frames` show another one because packets did not decode: `decode_errors` of them, with those before
    the chunk. `cause` is why, where a bound was the reason.
    """

    segments: dict[str, tuple[Segment, ...]]
    captions: tuple[str, ...] = ()
    frames: int = 0
    lost_frames: int = 0
    decode_errors: int = 0
    cause: Failure | None = None


def _with_named_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 was the segments by rung name, each an array of its values."""
    return {"segments": {rung: segments_of_rows(rows) for rung, rows in data.items()}}


# Version 2: with names (`documents.DocumentFormat` says when to count up).
CHUNK_REPORT = DocumentFormat("chunk report", ChunkReport, version=2, upgrades={1: _with_named_fields})
