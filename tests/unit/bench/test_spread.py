import pytest

from bench.spread import differences, percentile, ratios, spread


def test_a_spread_is_the_median_with_the_least_and_the_greatest() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"median": 2.0, "min": 1.0, "max": 3.0, "runs": 3}


def test_ratios_are_made_of_the_pairs_that_were_measured_in_turn() -> None:
    """The machine was half as fast for the second pair; the ratio does not know."""
    assert ratios([1.1, 2.2, 1.1], [1.0, 2.0, 1.0]) == {"median": 1.1, "min": 1.1, "max": 1.1, "runs": 3}


def test_differences_are_made_of_pairs_too() -> None:
    assert differences([1.5, 2.5], [0.5, 0.5])["max"] == 2.0


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [
        ([7.0], 99, 7.0),
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([4.0, 3.0, 1.0, 2.0], 50, 2.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
        ([float(n) for n in range(1, 101)], 99, 99.0),
        ([1.0, 2.0], 0, 1.0),
        ([1.0, 2.0], 100, 2.0),
    ],
)
def test_a_percentile_is_the_least_measure_that_so_many_are_not_above(
    values: list[float], percent: float, found: float
) -> None:
    assert percentile(values, percent) == found
