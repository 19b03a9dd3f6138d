"""Several measures of one thing: the median is quoted, the least and the greatest show the noise."""

import math
import statistics
from collections.abc import Sequence
from typing import TypedDict


class Spread(TypedDict):
    """JSON-ready."""

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
    """Pair by pair, as they were measured in turn: a machine that changes its speed changes both."""
    return spread([one / other for one, other in zip(of, to, strict=True)])


def differences(of: Sequence[float], less: Sequence[float]) -> Spread:
    return spread([one - other for one, other in zip(of, less, strict=True)])


def percentile(values: Sequence[float], percent: float) -> float:
    """The least value that `percent` of all are not above (nearest rank); one that was really measured."""
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]
