"""Where a video is cut: into segments, and into chunks of whole segments that are encoded independently."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from reelway.frame_grid import FrameGrid

# A chunk may be so much longer than was asked for, before a video gets one chunk more.
_MAX_EXCESS = 0.1


@dataclass(frozen=True, slots=True)
class Chunk:
    """The frames `start_frame` ≤ n < `end_frame` of the grid.

    `start_frame` is None for the first chunk, which begins with the source's first frame wherever that is.
    """

    index: int
    start_frame: int | None
    end_frame: int


def regular_cuts(grid: FrameGrid, first_frame: int, frames: int) -> tuple[int, ...]:
    """Frames at which segments of the regular length begin, without the first segment's `first_frame`."""
    return tuple(range(first_frame + grid.segment_frames, first_frame + frames, grid.segment_frames))


def chunks_of(
    cuts: Sequence[int], *, first_frame: int, frames: int, chunk_frames: int, end_frame: int
) -> tuple[Chunk, ...]:
    """Divide `frames` into equal parts of at most 1.1 `chunk_frames`; each boundary moves to the nearest cut.

    `frames` is what the file declares. The last chunk goes on to `end_frame`, which may be later: so a file
    that declares too little loses nothing, and one without an end still stops. Two boundaries at one cut
    become one.
    """
    count = max(1, math.ceil(frames / chunk_frames - _MAX_EXCESS))
    starts: list[int] = []
    for n in range(1, count):
        nearest = _nearest(cuts, first_frame + round(n * frames / count))
        if nearest is not None and (not starts or nearest > starts[-1]):
            starts.append(nearest)
    edges = [None, *starts, end_frame]
    return tuple(Chunk(n, edges[n], edges[n + 1] or end_frame) for n in range(len(edges) - 1))


def cuts_within(chunk: Chunk, cuts: Sequence[int]) -> Sequence[int]:
    """The cuts inside a chunk, without the one at its start. `cuts` must be sorted."""
    first = 0 if chunk.start_frame is None else bisect_right(cuts, chunk.start_frame)
    return cuts[first : bisect_left(cuts, chunk.end_frame)]


def _nearest(cuts: Sequence[int], frame: int) -> int | None:
    after = bisect_left(cuts, frame)
    around = cuts[max(0, after - 1) : after + 1]
    return min(around, key=lambda cut: abs(cut - frame), default=None)
