"""The one grid of output frames that every chunk and every rung shares.

All cuts are made in whole frames at the output rate, so that chunks encoded on different
machines join without a frame lost, doubled or shifted.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

MAX_RATE = 60
SMOOTH_RATE = 30
GOPS_PER_SEGMENT = 2
_GOP_S = 2


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """`rate` in frames per second; an IDR frame at least every `gop_frames`."""

    rate: Fraction
    gop_frames: int

    @property
    def segment_frames(self) -> int:
        """Frames of a segment, unless it is cut where the source has a keyframe."""
        return self.gop_frames * GOPS_PER_SEGMENT

    @property
    def segment_s(self) -> Fraction:
        return self.segment_frames / self.rate

    @property
    def cut_step(self) -> int:
        """Segments begin at multiples of this: above 30 fps small rungs have every second frame only."""
        return 2 if self.rate > SMOOTH_RATE else 1

    def frame_at(self, time_s: float) -> int:
        """The frame nearest to a time at which a segment may begin."""
        frame = round(time_s * self.rate)
        return frame - frame % self.cut_step


def grid_for(source_rate: Fraction) -> FrameGrid:
    """At most 60 frames per second: faster sources keep every second (third, …) frame.

    Above 30 fps the GOP is even, so that rungs at half the rate keep the same IDR times.
    """
    rate = source_rate / max(1, math.ceil(source_rate / MAX_RATE))
    gop_frames = max(1, round(rate * _GOP_S))
    return FrameGrid(rate, gop_frames - gop_frames % 2 if rate > SMOOTH_RATE else gop_frames)
