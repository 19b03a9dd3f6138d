import pytest

from bench.encode.bdrate import bd_rate

ANCHOR = [(1000.0, 80.0), (2000.0, 90.0), (4000.0, 95.0)]


def test_the_same_curve_needs_the_same_bytes() -> None:
    assert bd_rate(ANCHOR, ANCHOR) == pytest.approx(0)


def test_a_tenth_fewer_bytes_at_every_quality_is_minus_ten_percent() -> None:
    smaller = [(size * 0.9, vmaf) for size, vmaf in ANCHOR]

    assert bd_rate(smaller, ANCHOR) == pytest.approx(-10)


def test_only_the_qualities_that_both_have_count() -> None:
    part = [(1800.0, 90.0), (3600.0, 95.0), (8000.0, 99.0)]

    assert bd_rate(part, ANCHOR) == pytest.approx(-10)


def test_the_order_of_the_points_does_not_matter() -> None:
    smaller = [(size * 0.5, vmaf) for size, vmaf in reversed(ANCHOR)]

    assert bd_rate(smaller, ANCHOR) == pytest.approx(-50)


def test_curves_without_a_common_quality_cannot_be_compared() -> None:
    assert bd_rate([(1000.0, 50.0), (2000.0, 60.0)], ANCHOR) is None
