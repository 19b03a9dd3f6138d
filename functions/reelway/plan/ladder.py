"""The ladder: which rungs a source gets, their sizes and the most bits per second that each may have."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from reelway.frame_grid import SMOOTH_RATE, FrameGrid
from reelway.probe.source import VideoStream

# Of AAC-LC in stereo, for which Apple's HLS authoring rules take 32 to 160 kbit/s.
AUDIO_BPS = 128_000
# Of the smallest rung of several, where 128 kbit/s would be 40 % of the bytes; the least at which AAC-LC in
# stereo is pleasant to hear.
_LIGHT_AUDIO_BPS = 64_000
_MAX_LIGHT_SIDE = 240  # for a cellular network at its edge: Apple's smallest variant has 234 lines (1.25)
# Above 30 fps, rungs of at least this short side keep all frames; those below have every second.
_MIN_SMOOTH_SIDE = 720
# What a player starts with that cannot switch: Apple's default variant has about 2 Mbit/s (1.32).
MAX_DEFAULT_SIDE = 720
# Below this x264 has nothing to spend; a source that declares less is short, still or wrong about itself.
_MIN_BPS = 100_000
# Short side in pixels, and the cap on the bitrate. Caps, not averages: x264 aims at a constant quality, and
# film takes 0.6 to 0.7 of them, at VMAF 92 in 720p and 90 in 1080p (bench/results/encode.md). Each is 1.75 to
# 2 times the next, as Apple advises for neighbours; the upper two stay below Apple's averages (3.0 and 6.0
# Mbit/s, 1.25), because the next bits cost more delivery than they show (docs/encoding.md, "The preset").
_STEPS = ((1080, 5_000_000), (720, 2_800_000), (480, 1_400_000), (360, 800_000), (240, 400_000))

# ITU-T H.264 table A-1: level, macroblocks per second, macroblocks per frame, and
# High profile bit/s (1.25 times the Baseline figure).
_LEVELS = (
    ("3.0", 40_500, 1_620, 12_500_000),
    ("3.1", 108_000, 3_600, 17_500_000),
    ("3.2", 216_000, 5_120, 25_000_000),
    ("4.0", 245_760, 8_192, 25_000_000),
    ("4.2", 522_240, 8_704, 62_500_000),
    ("5.1", 983_040, 36_864, 300_000_000),
    ("5.2", 2_073_600, 36_864, 300_000_000),
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rendition to encode: even `width` and `height`, every `frame_step`-th frame of the grid.

    `name` is the short side and a "p". `audio_bps` is what its audio may have at most.
    """

    name: str
    width: int
    height: int
    frame_step: int
    max_bps: int
    audio_bps: int = AUDIO_BPS

    @property
    def short_side(self) -> int:
        return _short_side(self.name)

    def rate(self, grid: FrameGrid) -> Fraction:
        return grid.rate / self.frame_step

    def level(self, grid: FrameGrid) -> str:
        """The lowest H.264 level of `_LEVELS` that holds this rung."""
        macroblocks = -(-self.width // 16) * -(-self.height // 16)
        for level, per_second, per_frame, bps in _LEVELS:
            if (
                macroblocks <= per_frame
                and macroblocks * self.rate(grid) <= per_second
                and self.max_bps <= bps
            ):
                return level
        return _LEVELS[-1][0]

    def video_codec(self, grid: FrameGrid) -> str:
        """RFC 6381's name of H.264 High at this level: 'avc1.64001f' is level 3.1."""
        return f"avc1.6400{int(self.level(grid).replace('.', '')):02x}"


def ladder_for(video: VideoStream, grid: FrameGrid) -> tuple[Rung, ...]:
    """The rungs from large to small, at least one; none exceeds the source in size or bitrate.

    A source smaller than every step gets one rung of its own size.
    """
    ceiling_bps = max(_MIN_BPS, video.bitrate_bps) if video.bitrate_bps else _STEPS[0][1]
    steps = [step for step in _STEPS if step[0] <= video.short_side] or [(video.short_side, _STEPS[-1][1])]
    return _with_light_audio([_rung(video, grid, side, min(max_bps, ceiling_bps)) for side, max_bps in steps])


def _with_light_audio(rungs: list[Rung]) -> tuple[Rung, ...]:
    """The rungs, of which the smallest of several has audio of fewer bits if it is small."""
    *others, last = rungs
    is_light = bool(others) and last.short_side <= _MAX_LIGHT_SIDE
    return (*others, replace(last, audio_bps=_LIGHT_AUDIO_BPS) if is_light else last)


def cap_bps(short_side: int) -> int:
    """The cap on the bitrate of a rendition of this size: that of the smallest step not below it."""
    return min((cap for side, cap in _STEPS if side >= short_side), default=_STEPS[0][1])


def default_rendition(names: list[str]) -> str:
    """The one of these renditions that the manifest lists: the largest up to 720p, or else the smallest."""
    by_size = sorted(names, key=_short_side)
    return next((name for name in reversed(by_size) if _short_side(name) <= MAX_DEFAULT_SIDE), by_size[0])


def _short_side(name: str) -> int:
    return int(name.removesuffix("p"))


def _rung(video: VideoStream, grid: FrameGrid, short_side: int, max_bps: int) -> Rung:
    scale = Fraction(short_side, video.short_side)
    halves = grid.rate > SMOOTH_RATE and short_side < _MIN_SMOOTH_SIDE
    return Rung(
        name=f"{short_side}p",
        width=_even(video.width * scale),
        height=_even(video.height * scale),
        frame_step=2 if halves else 1,
        max_bps=max_bps,
    )


def _even(size: Fraction) -> int:
    """The nearest even number, as 4:2:0 sampling needs, at least 2; of two that are as near, the smaller."""
    return max(2, math.ceil(size / 2 - Fraction(1, 2)) * 2)
