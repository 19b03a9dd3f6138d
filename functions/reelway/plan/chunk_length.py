"""How long the chunks of a video are.

    chunk_s = min( max( target_s x vcpus / cost,  duration_s / concurrency ),  timeout_s / 2 x vcpus / cost )

`cost` is the CPU seconds for one second of the video. The three terms: encoding a chunk takes `target_s`; a
video has no more chunks than can run at once, as further ones would only wait; and no chunk needs more than
half of the function's time limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reelway.frame_grid import FrameGrid
from reelway.plan.ladder import Rung
from reelway.probe.streams import VideoStream

# CPU nanoseconds per pixel, measured on film from a camera at the rungs' caps; animation takes two thirds of
# it (docs/encoding.md, "Segments, chunks, joints").
_DECODE_NS = 5.0  # per pixel of the source
_SCALE_NS = 0.9  # per pixel of the source, for each frame of each rung
_ENCODE_NS = 15.0  # per pixel of a rung
# The formula may be wrong by a factor of two, for hard films or slow hosts, before a chunk times out.
_SHARE_OF_TIMEOUT = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """The inputs of the formula that the stack's owner sets.

    `target_s` is how long encoding a chunk should take, `vcpus` what the function's memory buys,
    `concurrency` how many chunks are encoded at once, `timeout_s` the function's time limit. A `chunk_s`
    above 0 replaces the formula.
    """

    target_s: float
    vcpus: float
    concurrency: int
    timeout_s: float
    chunk_s: int = 0

    def chunk_length_s(
        self, video: VideoStream, grid: FrameGrid, rungs: Sequence[Rung], duration_s: float
    ) -> float:
        """Seconds of video in a chunk; the caller rounds them to whole segments."""
        if self.chunk_s:
            return float(self.chunk_s)
        speed = self.vcpus / cost_of(video, grid, rungs)
        wanted_s = max(self.target_s * speed, duration_s / self.concurrency)
        return min(wanted_s, self.timeout_s * _SHARE_OF_TIMEOUT * speed)


def cost_of(video: VideoStream, grid: FrameGrid, rungs: Sequence[Rung]) -> float:
    """CPU seconds for one second of the video: one decode, and a scaler and an encoder for each rung."""
    source_pixels = video.width * video.height
    rates = [float(rung.rate(grid)) for rung in rungs]
    decoded = source_pixels * float(video.frame_rate)
    encoded = sum(rung.width * rung.height * rate for rung, rate in zip(rungs, rates, strict=True))
    return (decoded * _DECODE_NS + source_pixels * sum(rates) * _SCALE_NS + encoded * _ENCODE_NS) / 1e9
