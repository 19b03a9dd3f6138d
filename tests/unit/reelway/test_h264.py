from fractions import Fraction

import pytest

from reelway.h264 import SegmentStart, lowest_level, nal_units, segment_start
from tests.support.media.copied_source import IDR, NOT_IDR, SPS, segment_bytes


@pytest.mark.parametrize(
    ("width", "height", "rate", "max_bps", "level"),
    [
        (2, 2, 25, 100_000, "2.1"),
        (426, 240, 30, 145_000, "2.1"),
        (640, 360, 15, 800_000, "2.2"),
        (640, 360, 25, 800_000, "3.0"),
        (854, 480, 25, 1_400_000, "3.0"),
        (854, 480, 30, 1_400_000, "3.1"),
        (1280, 720, 30, 2_800_000, "3.1"),
        (1280, 720, 60, 4_200_000, "3.2"),
        (1920, 1080, 30, 5_000_000, "4.0"),
        (1920, 1080, 60, 7_500_000, "4.2"),
        (1080, 2400, 30, 5_000_000, "5.1"),
        (8192, 4320, 60, 5_000_000, "5.2"),
        # What only the bitrate, and what only the longer side, needs.
        (426, 240, 25, 5_000_001, "3.0"),
        (1280, 48, 25, 100_000, "2.2"),
        (32, 1840, 25, 100_000, "3.1"),
    ],
)
def test_the_level_is_the_lowest_that_holds_size_rate_and_bitrate(
    width: int, height: int, rate: int, max_bps: int, level: str
) -> None:
    assert lowest_level(width, height, Fraction(rate), max_bps) == level


def test_a_segment_has_its_parameter_set_and_whether_it_begins_with_an_idr() -> None:
    assert segment_start(segment_bytes(IDR)) == SegmentStart(SPS, is_idr=True)
    assert segment_start(segment_bytes(NOT_IDR)) == SegmentStart(SPS, is_idr=False)


def test_the_codecs_name_is_what_the_parameter_set_declares() -> None:
    assert SegmentStart(SPS, is_idr=True).codec == "avc1.4d401f"
    assert SegmentStart(bytes.fromhex("6742c01e"), is_idr=True).codec == "avc1.42c01e"


def test_only_the_first_access_unit_counts() -> None:
    assert segment_start(segment_bytes(NOT_IDR) + segment_bytes(IDR)) == SegmentStart(SPS, is_idr=False)


@pytest.mark.parametrize(
    "segment",
    [
        b"",
        b"\x47" * 10,
        b"no transport stream".ljust(188) * 3,
        segment_bytes()[:188],
        segment_bytes(sps=b"\x67"),
    ],
    ids=["empty", "short", "text", "no slice", "no parameters"],
)
def test_without_a_parameter_set_or_a_slice_there_is_none(segment: bytes) -> None:
    assert segment_start(segment) is None


def test_a_start_code_at_the_very_end_begins_no_unit() -> None:
    assert list(nal_units(b"\x00\x00\x01\x09\xf0\x00\x00\x01")) == [(9, b"\x09\xf0")]
