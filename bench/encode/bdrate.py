"""Which of two encoders needs fewer bytes at equal quality, over a range of qualities (ITU-T VCEG-M33)."""

import math
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
"""(bytes, VMAF)"""


def bd_rate(of: Sequence[Point], to: Sequence[Point]) -> float | None:
    """Mean difference in bytes at equal VMAF, in percent: -10 means that `of` needs a tenth less than `to`.

    After Bjøntegaard, but with straight lines between the logarithms of the sizes: two or three points are
    too few for his cubic. None when the two ranges of VMAF do not overlap.
    """
    one, other = _curve(of), _curve(to)
    low = max(one[0][0], other[0][0])
    high = min(one[-1][0], other[-1][0])
    if low >= high:
        return None
    mean = (_area(one, low, high) - _area(other, low, high)) / (high - low)
    return (math.exp(mean) - 1) * 100


def _curve(points: Sequence[Point]) -> list[Point]:
    """(VMAF, logarithm of bytes), rising."""
    return sorted((vmaf, math.log(size)) for size, vmaf in points)


def _area(curve: Sequence[Point], low: float, high: float) -> float:
    """Integral of the line through `curve`, from `low` to `high` in VMAF."""
    inner = [x for x, _ in curve if low < x < high]
    edges = [low, *inner, high]
    return sum((_at(curve, a) + _at(curve, b)) / 2 * (b - a) for a, b in pairwise(edges))


def _at(curve: Sequence[Point], x: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(curve):
        if x0 <= x <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    raise ValueError(f"{x} is outside the curve")
