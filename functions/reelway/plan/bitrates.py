"""The most bits per second that a rendition may have: by its pixels and rate, and by the source's bits."""

import math
from bisect import bisect_left
from fractions import Fraction
from itertools import pairwise

from reelway.frame_grid import SMOOTH_RATE
from reelway.probe.streams import VideoStream

# Below this x264 has nothing to spend; a source that declares less is short, still or wrong about itself.
_MIN_BPS = 100_000
# Pixels of a frame (1080, 720, 480, 360 and 240 lines of 16:9), and the cap at up to 30 fps. Caps, not
# averages: x264 aims at a constant quality, and film takes 0.6 to 0.7 of them, at VMAF 92 in 720p and 90 in
# 1080p (bench/results/encode.md). Each is 1.75 to 2 times the next, as Apple advises for neighbours; the
# upper two stay below Apple's averages (3.0 and 6.0 Mbit/s, 1.25), because the next bits cost more delivery
# than they show (docs/encoding.md, "The preset").
_CAPS = (
    (102_400, 400_000),
    (230_400, 800_000),
    (409_600, 1_400_000),
    (921_600, 2_800_000),
    (2_073_600, 5_000_000),
)
# Twice the frames are worth half as many bits again, since they differ less: 2 to this power is 1.5.
_RATE_EXPONENT = 0.585
# With more, the 4 s of a segment, and what the encoder may have saved up in the second before, could exceed
# what a function can answer with (`hls.playlists.MAX_SEGMENT_BYTES`). Only 1080p from 47 fps on would.
_MAX_BPS = 6_500_000
# Of a frame as large as the first of `_CAPS`. With audio of 64 kbit/s and what MPEG-TS adds, film then peaks
# below the 192 kbit/s that Apple's rules want of one variant for cellular networks (9.21).
_CELLULAR_BPS = 72_000

# How many times the source's bits a rung may have, so that x264's fast preset can show what the source shows:
# slow encoders of H.264 do so with two thirds of its bits, HEVC and VP9 with 40 %, AV1 and VVC with a third.
# VMAF with these factors and without is in bench/results/encode.md, "Efficient sources".
_H264_FACTOR = 1.5  # also of older codecs and unknown ones: they need more bits than H.264, not fewer
_FACTORS = {"hevc": 2.5, "vp9": 2.5, "av1": 3.0, "vvc": 3.0}


def cap_bps(pixels: int, rate: Fraction) -> int:
    """The cap of a rendition with so many pixels in a frame and frames per second."""
    smoothness = max(1.0, float(rate / SMOOTH_RATE)) ** _RATE_EXPONENT
    return min(_MAX_BPS, _in_whole_kbits(_cap_at_30(pixels) * smoothness))


def cellular_bps(pixels: int) -> int:
    """The cap of the smallest rendition, which plays where nothing larger does."""
    return _in_whole_kbits(_CELLULAR_BPS * pixels / _CAPS[0][0])


def limited_bps(cap: int, video: VideoStream) -> int:
    """`cap`, or less where the source itself has little; never less than what an encoder can use."""
    ceiling = round(video.bitrate_bps * _FACTORS.get(video.codec, _H264_FACTOR)) or cap
    return max(_MIN_BPS, min(cap, ceiling))


def _cap_at_30(pixels: int) -> float:
    """In proportion to the pixels up to the first of `_CAPS`, and between them on a curve through both.

    The curve is a straight line of logarithms: half the pixels take more than half the bits.
    """
    smallest, cap = _CAPS[0]
    if pixels <= smallest:
        return cap * pixels / smallest
    above = min(bisect_left(_CAPS, (pixels, 0)), len(_CAPS) - 1)
    (fewer, lower), (more, higher) = list(pairwise(_CAPS))[above - 1]
    return float(lower * (pixels / fewer) ** (math.log(higher / lower) / math.log(more / fewer)))


def _in_whole_kbits(bps: float) -> int:
    return round(bps / 1000) * 1000
