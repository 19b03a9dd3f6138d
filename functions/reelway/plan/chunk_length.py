"""How long the chunks of a video are.

    chunk_s = min( max( target_s x vcpus / cost,  duration_s / concurrency ),  timeout_s / 2 x vcpus / cost )

`cost` is the CPU seconds that one second of the video takes: its pixels per second, decoded once and read by
every rung's scaler, and those of every rung, encoded, times what a pixel was measured to take. So a chunk is
done `target_s` after it was begun; a video has no more chunks than run at once, for more would only wait; and
none comes near the function's time limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reelway.frame_grid import FrameGrid
from reelway.plan.ladder import Rung
from reelway.probe.source import VideoStream

# CPU nanoseconds for each pixel, measured on film from a camera at the rungs' caps (docs/encoding.md).
_DECODE_NS = 5.0
_SCALE_NS = 0.9
_ENCODE_NS = 15.0
_SHARE_OF_TIMEOUT = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """What the owner asks for: a chunk's seconds of encoding, and the machine that gives them.

    `vcpus` is what the function's memory buys, `concurrency` how many chunks are encoded at once. `chunk_s`
    above 0 is taken instead of the formula's answer.
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
    """CPU seconds for each second of the video."""
    decoded = video.width * video.height * float(video.frame_rate)
    encoded = sum(rung.width * rung.height * float(rung.rate(grid)) for rung in rungs)
    return (decoded * (_DECODE_NS + _SCALE_NS * len(rungs)) + encoded * _ENCODE_NS) / 1e9
