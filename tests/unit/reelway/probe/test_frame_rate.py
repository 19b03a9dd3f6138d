from fractions import Fraction

import pytest

from reelway.probe.rates import NAMED_RATES
from tests.unit.reelway.probe.printed import mp4_with, printed, read, rejection


@pytest.mark.parametrize(
    ("base", "mean", "rate"),
    [
        ("25/1", "25/1", Fraction(25)),
        ("30000/1001", "30000/1001", Fraction(30000, 1001)),
        ("30/1", "2997/100", Fraction(30)),
        ("90000/1", "29970/1000", Fraction(30000, 1001)),
        ("1000/1", "23950/1000", Fraction(24000, 1001)),
        ("90000/1", "17/1", Fraction(30)),
        ("90000/1", "31/1", Fraction(60)),
        ("90000/1", "75/1", Fraction(60)),
        ("534/23", "534/23", Fraction(30)),
        ("9/2", "9/2", Fraction(5)),
        ("556/23", "556/23", Fraction(30)),
        ("19001/317", "19001/317", Fraction(60000, 1001)),
        ("25/2", "25/2", Fraction(25)),
        ("4/1", "4/1", Fraction(12)),
        ("45/1", "45/1", Fraction(48)),
        ("20/1", "20/1", Fraction(24)),
        ("1000/17", "1000/17", Fraction(60)),
        ("90000/1", "301/10", Fraction(30)),
        ("120/1", "301/10", Fraction(30)),
        ("1000/33", "1000/33", Fraction(30)),
        ("120/1", "120/1", Fraction(120)),
        ("100/1", "100/1", Fraction(100)),
        ("90/1", "90/1", Fraction(60)),
        ("1/10", "1/10", Fraction(30)),
        ("172/7", "24/1", Fraction(24)),
        ("90000/1", "297/10", Fraction(30)),
        ("15/1", "15/1", Fraction(15)),
        ("25/1", "75/7", Fraction(25)),
        ("60/1", "29/1", Fraction(60)),
        ("120/1", "29/1", Fraction(30)),
        ("24/1", "25/1", Fraction(25)),
        ("50/1", "0/0", Fraction(50)),
        ("0/0", "0/0", Fraction(25)),
        ("0/0", "24/1", Fraction(24)),
    ],
)
def test_the_streams_own_rate_counts_unless_the_mean_says_otherwise(
    base: str, mean: str, rate: Fraction
) -> None:
    assert read(mp4_with(r_frame_rate=base, avg_frame_rate=mean)).video.frame_rate == rate


def test_a_variable_rate_on_a_grid_keeps_every_frame() -> None:
    assert read(printed("variable-rate.mp4")).video.frame_rate == Fraction(25)


@pytest.mark.parametrize("order", ["tt", "bb"])
def test_the_fields_of_interlaced_video_are_no_frames(order: str) -> None:
    report = mp4_with(r_frame_rate="50/1", avg_frame_rate="25/1", field_order=order)
    assert read(report).video.frame_rate == Fraction(25)


@pytest.mark.parametrize("codec", ["mpeg1video", "mpeg2video"])
def test_the_fields_that_mpeg_video_could_have_are_no_frames(codec: str) -> None:
    assert read(mp4_with(r_frame_rate="50/1", codec_name=codec)).video.frame_rate == Fraction(25)


@pytest.mark.parametrize(
    ("base", "mean", "order", "is_steady"),
    [
        ("25/1", "25/1", "progressive", True),
        ("30/1", "2997/100", "unknown", True),
        ("25/1", "25/1", "tt", False),
        ("25/1", "75/7", "progressive", False),
        ("90000/1", "30/1", "progressive", False),
        ("0/0", "25/1", "progressive", False),
        ("25/1", "0/0", "progressive", False),
    ],
)
def test_steady_video_is_progressive_and_at_its_base_rate(
    base: str, mean: str, order: str, is_steady: bool
) -> None:
    report = mp4_with(r_frame_rate=base, avg_frame_rate=mean, field_order=order)
    assert read(report).video.is_steady is is_steady


def clock(*gaps_ms: float, times: int = 40) -> list[float]:
    """Times in whole milliseconds, which come after each other by the gaps in turn."""
    seen, now = [0.0], 0.0
    for gap_ms in gaps_ms * times:
        now += gap_ms
        seen.append(round(now) / 1000)
    return seen


@pytest.mark.parametrize(
    ("times", "rate"),
    [
        (clock(1001 / 30, times=30), Fraction(30000, 1001)),
        (clock(1000 / 60, times=600), Fraction(60)),
        (clock(17), Fraction(60000, 1001)),
        (clock(80), Fraction(25)),
        (clock(1000 / 45), Fraction(48)),
        (clock(1000 / 240), Fraction(60)),
        (clock(10_000), Fraction(1)),
        (clock(33, 33, 33, 99), Fraction(30)),
        (clock(16, 50), Fraction(60)),
        (clock(*[33] * 59, 16), Fraction(30)),
        (clock(40, 40, 40, 7, 73), Fraction(60)),
        (clock(500, 3000, 200), Fraction(30)),
        ([0.0, 0.0, 0.04], Fraction(25)),
    ],
)
@pytest.mark.parametrize(("base", "mean"), [("600/1", "600/1"), ("1000/33", "1000/33"), ("1000/1", "0/0")])
def test_rates_that_are_in_doubt_are_measured(
    times: list[float], rate: Fraction, base: str, mean: str
) -> None:
    report = mp4_with(r_frame_rate=base, avg_frame_rate=mean, packet_times=times)
    assert read(report).video.frame_rate == rate


def test_a_video_without_any_packet_is_truncated() -> None:
    failure = rejection(mp4_with(r_frame_rate="1000/1", avg_frame_rate="0/0", packet_times=[]))
    assert failure.code == "truncated"
    assert "holds 0.0 s" in failure.detail


def test_the_named_rates_are_never_left() -> None:
    for base in ("1/1", "7/1", "13/2", "16/1", "23/1", "37/1", "55/1", "59/1", "61/1"):
        assert read(mp4_with(r_frame_rate=base, avg_frame_rate=base)).video.frame_rate in NAMED_RATES
