"""Where a video is cut: into segments, and into the chunks of whole segments that are encoded apart."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from reelway.frame_grid import FrameGrid

_HARDLY_MORE = 0.1


@dataclass(frozen=True, slots=True)
class Chunk:
    """The frames `start_frame` ≤ n < `end_frame` of the grid; None means from the source's own start."""

    index: int
    start_frame: int | None
    end_frame: int


def regular_cuts(grid: FrameGrid, first_frame: int, frames: int) -> tuple[int, ...]:
    """Where segments begin when nothing speaks for other places; without the first segment's frame."""
    return tuple(range(first_frame + grid.segment_frames, first_frame + frames, grid.segment_frames))


def chunks_of(
    cuts: Sequence[int], *, first_frame: int, frames: int, chunk_frames: int, end_frame: int
) -> tuple[Chunk, ...]:
    """Chunks of equal length, but that they are cut where segments begin, of hardly more than `chunk_frames`.

    The first chunk has no start, and the last goes on to `end_frame`, which may lie after the `frames` that
    the file tells of, so that one which is wrong loses nothing and does not go on for ever.
    """
    count = max(1, math.ceil(frames / chunk_frames - _HARDLY_MORE))
    starts: list[int] = []
    for n in range(1, count):
        nearest = _nearest(cuts, first_frame + round(n * frames / count))
        if nearest is not None and (not starts or nearest > starts[-1]):
            starts.append(nearest)
    edges = [None, *starts, end_frame]
    return tuple(Chunk(n, edges[n], edges[n + 1] or end_frame) for n in range(len(edges) - 1))


def cuts_within(chunk: Chunk, cuts: Sequence[int]) -> Sequence[int]:
    """The cuts inside a chunk, without the one at its start."""
    first = 0 if chunk.start_frame is None else bisect_right(cuts, chunk.start_frame)
    return cuts[first : bisect_left(cuts, chunk.end_frame)]


def _nearest(cuts: Sequence[int], frame: int) -> int | None:
    after = bisect_left(cuts, frame)
    around = cuts[max(0, after - 1) : after + 1]
    return min(around, key=lambda cut: abs(cut - frame), default=None)
