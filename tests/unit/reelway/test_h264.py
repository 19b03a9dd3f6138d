import pytest

from reelway.h264 import SegmentStart, nal_units, segment_start
from tests.support.media.copied_source import IDR, NOT_IDR, SPS, segment_bytes


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
