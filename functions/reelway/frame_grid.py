"""The frame grid: the output's frame times, shared by every chunk and every rung.

All cuts are whole frames of the grid, so that chunks encoded on different machines join without a frame
lost, doubled or shifted.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

MAX_FPS = 60  # Apple's HLS authoring rules, 1.19
# Small rungs below the top one have at most so many frames per second: with few bits, sharpness is worth more
# than smooth motion.
SMOOTH_RATE = 30
GOP_S = 2  # Apple's HLS authoring rules, 1.13: an IDR frame every 2 s
# Segments of 4 s. Apple asks for about 6 s (7.5): shorter ones start and switch sooner, at more requests.
GOPS_PER_SEGMENT = 2


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """`rate` in frames per second; an IDR frame at least every `gop_frames`."""

    rate: Fraction
    gop_frames: int

    @property
    def segment_frames(self) -> int:
        """Frames of a regular segment; where the source is the top rung, its keyframes decide instead."""
        return self.gop_frames * GOPS_PER_SEGMENT

    @property
    def segment_s(self) -> Fraction:
        return self.segment_frames / self.rate

    @property
    def cut_step(self) -> int:
        """Cuts are multiples of this: above 30 fps small rungs have every second frame only."""
        return 2 if self.rate > SMOOTH_RATE else 1

    def frame_at(self, time_s: float) -> int:
        """The possible cut at or just before the frame nearest to `time_s`."""
        frame = round(time_s * self.rate)
        return frame - frame % self.cut_step


def grid_for(source_rate: Fraction) -> FrameGrid:
    """At most 60 frames per second: of faster sources every second, third, … frame is kept.

    Above 30 fps the GOP is even, so that rungs at half the rate have the same IDR times.
    """
    rate = source_rate / max(1, math.ceil(source_rate / MAX_FPS))
    gop_frames = max(1, round(rate * GOP_S))
    return FrameGrid(rate, gop_frames - gop_frames % 2 if rate > SMOOTH_RATE else gop_frames)
