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

    `captions` are the channels of closed captions that any of its segments carries. `decoded_frames` came out
    of the decoder, those included that it took to get to the chunk's first frame; `decode_errors` packets did
    not decode, and `cause` is why, where a bound was the reason.
    """

    segments: dict[str, tuple[Segment, ...]]
    captions: tuple[str, ...] = ()
    decode_errors: int = 0
    decoded_frames: int = 0
    cause: Failure | None = None


def _with_named_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 was the segments by rung name, each an array of its values."""
    return {"segments": {rung: segments_of_rows(rows) for rung, rows in data.items()}}


# Version 2: with names (`documents.DocumentFormat` says when to count up).
CHUNK_REPORT = DocumentFormat("chunk report", ChunkReport, version=2, upgrades={1: _with_named_fields})
