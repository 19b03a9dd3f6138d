"""Several measurements of one figure: the median is quoted, minimum and maximum show the noise."""

import math
import statistics
from collections.abc import Sequence
from typing import TypedDict


class Spread(TypedDict):
    """JSON-ready; `runs` is the number of measurements."""

    median: float
    min: float
    max: float
    runs: int


def spread(values: Sequence[float]) -> Spread:
    return {
        "median": round(statistics.median(values), 4),
        "min": round(min(values), 4),
        "max": round(max(values), 4),
        "runs": len(values),
    }


def ratios(of: Sequence[float], to: Sequence[float]) -> Spread:
    """Of pairs measured one after the other: a change of the machine's speed affects both of a pair."""
    return spread([one / other for one, other in zip(of, to, strict=True)])


def differences(of: Sequence[float], less: Sequence[float]) -> Spread:
    """Of the same pairs as in `ratios`."""
    return spread([one - other for one, other in zip(of, less, strict=True)])


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that is not below `percent` of them (nearest rank)."""
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]
