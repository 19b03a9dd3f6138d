import pytest

from reelway.h264 import Opening, opening
from tests.support.media.copied_source import IDR, NOT_IDR, SPS, picture


def test_a_segment_tells_its_parameter_set_and_that_it_begins_with_an_idr() -> None:
    assert opening(picture(IDR)) == Opening(SPS, is_idr=True)
    assert opening(picture(NOT_IDR)) == Opening(SPS, is_idr=False)


def test_the_codecs_name_is_what_the_parameter_set_says() -> None:
    assert Opening(SPS, is_idr=True).codec == "avc1.4d401f"
    assert Opening(bytes.fromhex("6742c01e"), is_idr=True).codec == "avc1.42c01e"


def test_only_the_first_picture_counts() -> None:
    assert opening(picture(NOT_IDR) + picture(IDR)) == Opening(SPS, is_idr=False)


@pytest.mark.parametrize(
    "segment",
    [b"", b"\x47" * 10, b"no transport stream".ljust(188) * 3, picture()[:188], picture(sps=b"\x67")],
    ids=["empty", "short", "text", "no picture", "no parameters"],
)
def test_what_cannot_be_told_is_none(segment: bytes) -> None:
    assert opening(segment) is None
