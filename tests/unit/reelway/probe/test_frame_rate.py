from fractions import Fraction

import pytest

from tests.unit.reelway.probe.printed import mp4_with, printed, read


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
        ("90000/1", "75/1", Fraction(75)),
        ("534/23", "534/23", Fraction(30)),
        ("9/2", "9/2", Fraction(9, 2)),
        ("556/23", "556/23", Fraction(30)),
        ("19001/317", "19001/317", Fraction(60000, 1001)),
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
