"""At which rate a video is encoded: its own where it has one, and always one that players know.

Containers declare rates that are wrong, or those of their clocks. Where that shows, the gaps between the
first packets decide (`Stream.packet_times_s`).
"""

import math
from fractions import Fraction
from itertools import pairwise
from statistics import median

from reelway.frame_grid import MAX_FPS, SMOOTH_RATE
from reelway.probe.report import Stream
from reelway.probe.video_stream import is_interlaced

# The usual rates of video, as Apple's HLS authoring rules advise (1.18), and slow ones for slides.
NAMED_RATES = (
    *(Fraction(1), Fraction(5), Fraction(10), Fraction(12), Fraction(15)),
    *(Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30)),
    *(Fraction(48), Fraction(50), Fraction(60000, 1001), Fraction(60)),
)
_CODED_FIELDS = {"mpeg1video", "mpeg2video"}  # their base rate is that of fields, even if there are none
_STEADY_TOLERANCE = Fraction(1, 100)  # a mean over few frames is off by the first or last one's duration
_NEAR = Fraction(1, 500)  # twice the distance of 29.97 and 30, the closest two
_ALMOST = Fraction(1, 50)  # of a rate: one frame in fifty is dropped rather than the next rate taken
_SIMPLE_DENOMINATOR = 2  # 15, 12.5, 4.5 … frames per second
_PLAUSIBLE_FPS = 240  # phones record slow motion so; more is a container's clock, unless packets say so
_FALLBACK_RATE = Fraction(25)  # where the file neither declares a rate nor has packets to measure
_SHORT_GAP_S = 1 / 45  # halfway between the gaps of 30 and 60 fps
_MAX_SHORT_GAPS = 0.02  # of all gaps: so few may lose a frame at 30 fps
_STEADY_GAPS = 0.98  # of all gaps are as long as each other, but for
_CLOCK_S = 0.0021  # what two roundings to a clock of milliseconds make of two gaps


def frame_rate(stream: Stream) -> Fraction:
    """The rate that the stream is encoded at, or a whole multiple of it above 60.

    A variable rate on a grid keeps every frame there; a grid finer than 30 fps is taken for the frames' own
    only if their gaps say so.
    """
    rate = _declared(stream) or _measured(stream.packet_times_s or ()) or _roomy(stream)
    return _named(rate)


def is_steady(stream: Stream) -> bool:
    """Whether the mean rate is that of the grid which all timestamps fit."""
    base, mean = stream.base_rate, stream.mean_rate
    return base is not None and mean is not None and abs(base - mean) <= mean * _STEADY_TOLERANCE


def is_in_doubt(stream: Stream) -> bool:
    """Whether packets must be read to know the rate."""
    return _declared(stream) is None


def plain_rate(stream: Stream) -> Fraction:
    """How many frames per second there are, for the limit of what is accepted; 0 where nothing says it.

    The lower of the declared rates: the mean of an AVI may count frames that are not there.
    """
    if stream.packet_times_s is not None:
        return _measured(stream.packet_times_s) or Fraction(0)
    return min((rate for rate in (stream.base_rate, stream.mean_rate) if rate), default=Fraction(0))


def _declared(stream: Stream) -> Fraction | None:
    """The declared rate where there is no reason to doubt it.

    For interlaced video, and for MPEG-1 and 2 in any case, the base rate counts fields, twice the frames. In
    Matroska it may be just the mean, an odd fraction.
    """
    base, mean = stream.base_rate, stream.mean_rate
    if mean is None:
        return base if base in NAMED_RATES else None
    if base is not None and _is_grid(base):
        is_of_fields = is_interlaced(stream) or stream.codec in _CODED_FIELDS
        if is_steady(stream) or (mean < base <= SMOOTH_RATE and not is_of_fields):
            return base
    common = min(NAMED_RATES, key=lambda rate: abs(rate - mean))
    return common if abs(common - mean) <= mean * _NEAR else None


def _is_grid(rate: Fraction) -> bool:
    return rate in NAMED_RATES or (rate.denominator <= _SIMPLE_DENOMINATOR and rate <= _PLAUSIBLE_FPS)


def _measured(times_s: tuple[float, ...]) -> Fraction | None:
    """The rate of frames at even gaps; of uneven ones 30, or 60 where that would lose too many frames."""
    gaps_s = [later - before for before, later in pairwise(times_s) if later > before]
    if not gaps_s:
        return None
    usual_s = median(gaps_s)
    even = [gap_s for gap_s in gaps_s if abs(gap_s - usual_s) <= _CLOCK_S]
    if len(even) >= _STEADY_GAPS * len(gaps_s):
        return Fraction(len(even) / math.fsum(even)).limit_denominator(1001)
    short = sum(gap_s < _SHORT_GAP_S for gap_s in gaps_s)
    return Fraction(SMOOTH_RATE if short < _MAX_SHORT_GAPS * len(gaps_s) else MAX_FPS)


def _roomy(stream: Stream) -> Fraction:
    """Where no gap could be measured: room for every frame of the mean rate."""
    base, mean = stream.base_rate, stream.mean_rate
    if mean is None:
        return _FALLBACK_RATE if base is None else min(base, Fraction(MAX_FPS))
    if base is not None and mean < base <= MAX_FPS and _is_grid(base):
        return base
    return (
        mean if mean > MAX_FPS else Fraction(SMOOTH_RATE if mean <= SMOOTH_RATE * (1 + _ALMOST) else MAX_FPS)
    )


def _named(rate: Fraction) -> Fraction:
    """A named rate that loses no frame, or 2 % of them, by as few more as can be.

    Rates that go evenly into a named one up to 30 are repeated: of 12.5 fps each frame is shown twice at 25.
    Rates above 60 stay where every second, third … frame is at a named rate; of others frames are dropped.
    """
    if rate > MAX_FPS * (1 + _ALMOST):
        return rate if rate / math.ceil(rate / MAX_FPS) in NAMED_RATES else Fraction(MAX_FPS)
    if rate in NAMED_RATES:
        return rate
    even = [named for named in NAMED_RATES if named <= SMOOTH_RATE and (named / rate).denominator == 1]
    near = [named for named in NAMED_RATES if abs(named - rate) <= rate * _ALMOST]
    above = [named for named in NAMED_RATES if named > rate and named.denominator == 1]
    if near:
        return min(near, key=lambda named: abs(named - rate))
    return (even or above)[0]
