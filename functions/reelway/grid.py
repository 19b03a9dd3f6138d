"""The one grid of output frames that every chunk and every rung shares.

All cuts are made in whole frames at the output rate, so that chunks encoded on different
machines join without a frame lost, doubled or shifted.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

MAX_RATE = 60
SMOOTH_RATE = 30
_GOP_S = 2
_GOPS_PER_SEGMENT = 2


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """`rate` in frames per second; an IDR frame every `gop_frames`, a segment every `segment_frames`."""

    rate: Fraction
    gop_frames: int

    @property
    def segment_frames(self) -> int:
        return self.gop_frames * _GOPS_PER_SEGMENT

    @property
    def segment_s(self) -> Fraction:
        return self.segment_frames / self.rate


@dataclass(frozen=True, slots=True)
class Chunk:
    """The frames `start_frame` ≤ n < `end_frame` of the grid; None means from the source's own start."""

    index: int
    start_frame: int | None
    end_frame: int


def grid_for(source_rate: Fraction) -> FrameGrid:
    """At most 60 frames per second: faster sources keep every second (third, …) frame.

    Above 30 fps the GOP is even, so that rungs at half the rate keep the same IDR times.
    """
    rate = source_rate / max(1, math.ceil(source_rate / MAX_RATE))
    gop_frames = max(1, round(rate * _GOP_S))
    return FrameGrid(rate, gop_frames - gop_frames % 2 if rate > SMOOTH_RATE else gop_frames)


def chunks_of(
    grid: FrameGrid, *, start_s: float, duration_s: float, slack_s: float, chunk_s: int
) -> tuple[Chunk, ...]:
    """Cut into chunks of whole segments, each about `chunk_s` long; the last is 0.5 to 1.5 of that.

    The first chunk has no start, and the last ends `slack_s` after the duration that the file tells,
    so that one which is wrong loses nothing and does not go on for ever. Above 30 fps cuts are at even
    frames, which rungs at half the rate have too.
    """
    segments = max(1, round(chunk_s / grid.segment_s))
    chunk_frames = segments * grid.segment_frames
    count = max(1, round(duration_s * grid.rate / chunk_frames))
    first_frame = round(start_s * grid.rate)
    first_frame -= first_frame % 2 if grid.rate > SMOOTH_RATE else 0
    cuts = [first_frame + n * chunk_frames for n in range(1, count)]
    ends = [*cuts, first_frame + math.ceil((duration_s + slack_s) * grid.rate)]
    return tuple(Chunk(n, cuts[n - 1] if n else None, ends[n]) for n in range(count))
