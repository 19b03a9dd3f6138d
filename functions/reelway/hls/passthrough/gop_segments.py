"""Segments of whole GOPs: a stream copy is cut at keyframes only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reelway.frame_grid import GOP_S, GOPS_PER_SEGMENT, FrameGrid
from reelway.h264 import SegmentStart
from reelway.hls.playlists import MAX_SEGMENT_BYTES

# Apple's authoring rules: segments of about 6 s (7.5). Each begins with a keyframe, so that keyframes
# further apart than that make a source unfit for passthrough.
MAX_SEGMENT_S = 6
_TARGET_S = GOPS_PER_SEGMENT * GOP_S  # as long as the segments of encoded rungs


@dataclass(frozen=True, slots=True)
class Gop:
    """A part of the stream copy that begins with a keyframe, in a file of its own called `name`.

    `start` is None where no H.264 access unit was found.
    """

    name: str
    duration_s: float
    size_bytes: int
    start: SegmentStart | None


@dataclass(frozen=True, slots=True)
class GopSegment:
    """A segment made of `gops`; `start_s` counts from the first frame."""

    gops: tuple[Gop, ...]
    start_s: float
    duration_s: float
    size_bytes: int


def joined_gops(gops: Sequence[Gop], grid: FrameGrid) -> list[GopSegment]:
    """Join neighbouring GOPs to segments of about 4 s, at most 6 s and MAX_SEGMENT_BYTES.

    A single GOP that exceeds these is a segment all the same. Above 30 fps, where small rungs have every
    second frame only, segments begin at frames of those rungs.
    """
    segments: list[GopSegment] = []
    start_s, joined = 0.0, list[Gop]()
    for gop in gops:
        length_s = math.fsum(part.duration_s for part in joined)
        may_begin = round((start_s + length_s) * grid.rate) % grid.cut_step == 0
        if joined and may_begin and _ends_before(gop, joined, length_s):
            segments.append(_segment(joined, start_s))
            start_s, joined = start_s + length_s, []
        joined.append(gop)
    return [*segments, _segment(joined, start_s)]


def _ends_before(gop: Gop, joined: Sequence[Gop], length_s: float) -> bool:
    """Whether the segment of `joined` is better without `gop`."""
    longer_s = length_s + gop.duration_s
    return (
        longer_s > MAX_SEGMENT_S
        or sum(part.size_bytes for part in joined) + gop.size_bytes > MAX_SEGMENT_BYTES
        or abs(length_s - _TARGET_S) <= abs(longer_s - _TARGET_S)
    )


def _segment(gops: Sequence[Gop], start_s: float) -> GopSegment:
    return GopSegment(
        gops=tuple(gops),
        start_s=start_s,
        duration_s=math.fsum(gop.duration_s for gop in gops),
        size_bytes=sum(gop.size_bytes for gop in gops),
    )
