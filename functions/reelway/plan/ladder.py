"""The ladder: which rungs a source gets, with their sizes, frame rates and caps on the bitrate.

Sizes are compared by nominal height, which is the height of the 16:9 frame that holds the video lying down or
standing up: film of 1920x804 is 1080p, as is a phone's 1080x1920.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reelway import h264
from reelway.frame_grid import SMOOTH_RATE, FrameGrid
from reelway.plan.bitrates import cap_bps, cellular_bps, limited_bps
from reelway.probe.streams import VideoStream

# Of AAC-LC in stereo, for which Apple's HLS authoring rules take 32 to 160 kbit/s.
AUDIO_BPS = 128_000
# Of the smallest rung of several, where 128 kbit/s would be 40 % of the bytes; the least at which AAC-LC in
# stereo is pleasant to hear.
_LIGHT_AUDIO_BPS = 64_000
# What a player starts with that cannot switch: Apple's default variant has about 2 Mbit/s (1.32).
MAX_DEFAULT_HEIGHT = 720
# Nominal heights. Larger ones take more bits in H.264 than they show; 1440p and 2160p need other codecs.
_STEPS = (1080, 720, 540, 480, 360, 240)
# A step is left out if it is closer to the rung above it, so that 576p is followed by 480p and 540p by 360p;
# but not where the one after it would be too far away: 428p is followed by 360p.
_MIN_RATIO, _MAX_RATIO = Fraction(6, 5), Fraction(5, 3)
# Of the pixels of the best step: a source with more of them keeps its own size.
_MAX_LOSS = Fraction(11, 10)
# Above 30 fps, so large rungs keep all frames; of smaller ones only the top rung does.
_MIN_SMOOTH_HEIGHT = 720
_MAX_CELLULAR_HEIGHT = 240  # Apple's smallest variant has 234 lines (1.25)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rendition to encode: even `width` and `height`, every `frame_step`-th frame of the grid.

    `name` is the nominal height and a "p". `audio_bps` is what its audio may have at most.
    """

    name: str
    width: int
    height: int
    frame_step: int
    max_bps: int
    audio_bps: int = AUDIO_BPS

    @property
    def nominal_height(self) -> int:
        return _nominal_height(self.name)

    def rate(self, grid: FrameGrid) -> Fraction:
        return grid.rate / self.frame_step

    def level(self, grid: FrameGrid) -> str:
        return h264.lowest_level(self.width, self.height, self.rate(grid), self.max_bps)

    def video_codec(self, grid: FrameGrid) -> str:
        """RFC 6381's name of H.264 High at this level: 'avc1.64001f' is level 3.1."""
        return f"avc1.6400{int(self.level(grid).replace('.', '')):02x}"


def ladder_for(video: VideoStream, grid: FrameGrid) -> tuple[Rung, ...]:
    """The rungs from large to small, at least one; none is larger than the source.

    The top rung is the largest step that the source holds, or the source's own size where the step would
    lose much of it. A source smaller than every step gets one rung of its own size.
    """
    top, *below = _heights(video.nominal_height)
    rungs = [_rung(video, top, 1, grid)]
    for height in below:
        halves = grid.rate > SMOOTH_RATE and height < _MIN_SMOOTH_HEIGHT
        is_last = height == below[-1]
        rungs.append(_rung(video, height, 2 if halves else 1, grid, is_last=is_last))
    return tuple(rungs)


def rungs_below(video: VideoStream, rungs: Sequence[Rung]) -> tuple[Rung, ...]:
    """Those of `rungs` below the source, where it is the top rung itself and replaces the first of them."""
    top, *below = rungs
    return tuple(below) if round(video.nominal_height) < _MIN_RATIO * top.nominal_height else tuple(rungs)


def name_of(video: VideoStream) -> str:
    """The name of the rendition that is the source's own video stream."""
    return _name(round(video.nominal_height))


def default_rendition(names: list[str]) -> str:
    """The one of these renditions that the manifest lists: the largest up to 720p, or else the smallest."""
    by_size = sorted(names, key=_nominal_height)
    fitting = (name for name in reversed(by_size) if _nominal_height(name) <= MAX_DEFAULT_HEIGHT)
    return next(fitting, by_size[0])


def _heights(nominal_height: Fraction) -> list[int]:
    """The nominal heights of the rungs, from large to small; pixels grow with their squares."""
    height = min(nominal_height, Fraction(_STEPS[0]))
    best = next((step for step in _STEPS if step <= round(height)), 0)
    heights = [round(height) if height**2 > _MAX_LOSS * best**2 else best]
    for step, lower in zip(_STEPS, (*_STEPS[1:], _STEPS[-1]), strict=True):
        is_needed = heights[-1] > step and heights[-1] > _MAX_RATIO * lower
        if heights[-1] >= _MIN_RATIO * step or is_needed:
            heights.append(step)
    return heights


def _rung(
    video: VideoStream, height: int, frame_step: int, grid: FrameGrid, *, is_last: bool = False
) -> Rung:
    """`is_last` of the smallest rung below others."""
    scale = min(Fraction(1), height / video.nominal_height)
    wide, high = _even(video.width * scale), _even(video.height * scale)
    max_bps = limited_bps(cap_bps(wide * high, grid.rate / frame_step), video)
    audio_bps = AUDIO_BPS
    if is_last and height <= _MAX_CELLULAR_HEIGHT:
        max_bps, audio_bps = min(max_bps, cellular_bps(wide * high)), _LIGHT_AUDIO_BPS
    return Rung(_name(height), wide, high, frame_step, max_bps, audio_bps)


def _name(height: int) -> str:
    return f"{height}p"


def _nominal_height(name: str) -> int:
    return int(name.removesuffix("p"))


def _even(size: Fraction) -> int:
    """The nearest even number, as 4:2:0 sampling needs, at least 2; of two that are as near, the smaller."""
    return max(2, math.ceil(size / 2 - Fraction(1, 2)) * 2)
