import pytest

from reelway.errors import MediaRejected
from reelway.probe.limits import Limits, check_size
from reelway.probe.source import Bounds
from tests.unit.reelway.probe.printed import LIMITS, mp4_with, read, rejection


def test_a_video_exactly_as_long_as_allowed_is_taken_and_a_longer_one_not() -> None:
    report = mp4_with()
    report["format"]["duration"] = "100.000000"
    assert read(report, Limits(100, LIMITS.pixels)).duration_s == 100.0
    refused = rejection(report, Limits(99, LIMITS.pixels))
    assert refused.code == "too_long"
    assert "99 s" in refused.detail


def test_a_frame_of_exactly_as_many_pixels_as_allowed_is_taken_and_a_larger_one_not() -> None:
    assert read(mp4_with(), Limits(100, 1280 * 720)).video.width == 1280
    refused = rejection(mp4_with(), Limits(100, 1280 * 720 - 1))
    assert refused.code == "too_many_pixels"
    assert "1280x720" in refused.detail


def test_a_frame_of_oblong_pixels_is_as_large_as_it_is_shown() -> None:
    refused = rejection(mp4_with(sample_aspect_ratio="100:1"))
    assert refused.code == "too_many_pixels"
    assert "128000x720" in refused.detail


def test_a_frame_is_no_longer_to_a_side_than_encoders_take() -> None:
    assert read(mp4_with(width=16_384, height=100)).video.width == 16_384
    assert rejection(mp4_with(width=100, height=16_385)).code == "too_many_pixels"


def test_a_rate_as_high_as_allowed_is_taken_and_a_higher_one_not() -> None:
    assert read(mp4_with(r_frame_rate="300/1", avg_frame_rate="300/1")).video.frame_rate == 300
    refused = rejection(mp4_with(r_frame_rate="301/1", avg_frame_rate="301/1"))
    assert refused.code == "frame_rate_too_high"
    assert "301" in refused.detail


@pytest.mark.parametrize("rates", [("25/1", "600/1"), ("600/1", "25/1"), ("0/0", "25/1"), ("0/0", "0/0")])
def test_a_rate_above_the_limit_must_be_declared_twice_to_be_refused(rates: tuple[str, str]) -> None:
    assert read(mp4_with(r_frame_rate=rates[0], avg_frame_rate=rates[1])).video.codec == "h264"


def test_the_frames_to_be_encoded_are_counted_at_the_rate_of_the_output() -> None:
    report = mp4_with(r_frame_rate="120/1", avg_frame_rate="120/1", duration="100.0")
    report["format"]["duration"] = "100.0"
    assert read(report, Limits(frames=6_000)).duration_s == 100.0
    refused = rejection(report, Limits(frames=5_999))
    assert refused.code == "too_many_frames"
    assert "6000 frames" in refused.detail


def test_each_field_of_interlaced_video_is_a_frame_to_be_encoded() -> None:
    report = mp4_with(duration="100.0", field_order="tt", r_frame_rate="25/1", avg_frame_rate="25/1")
    assert "5000 frames" in rejection(report, Limits(frames=4_999)).detail


@pytest.mark.parametrize("stream", [0, 1])
def test_a_stream_that_declares_to_be_longer_than_its_file_counts(stream: int) -> None:
    report = mp4_with()
    report["streams"][stream]["duration"] = "360000000.0"
    assert rejection(report).code == "too_long"


def test_more_streams_than_allowed_are_refused() -> None:
    report = mp4_with()
    report["streams"] += [{"codec_type": "data"}] * 30
    assert read(report).audio
    report["streams"] += [{"codec_type": "data"}]
    assert rejection(report).code == "too_many_streams"


def test_a_file_with_next_to_nothing_for_each_second_is_a_gap() -> None:
    report = mp4_with()
    report["format"]["duration"] = "100.0"
    assert read(report, size_bytes=1600).duration_s == 100.0
    with pytest.raises(MediaRejected) as caught:
        read(report, size_bytes=1599)
    assert caught.value.code == "endless_gap"


def test_a_short_file_may_be_as_small_as_it_likes() -> None:
    report = mp4_with()
    report["format"]["duration"] = "60.0"
    assert read(report, size_bytes=1).duration_s == 60.0


@pytest.mark.parametrize(("size_bytes", "code"), [(0, "unreadable"), (5_368_709_121, "too_large")])
def test_some_files_are_refused_by_their_size(size_bytes: int, code: str) -> None:
    with pytest.raises(MediaRejected) as caught:
        check_size(size_bytes, LIMITS)
    assert caught.value.code == code


def test_a_file_of_exactly_the_size_allowed_is_taken() -> None:
    check_size(LIMITS.size_bytes, LIMITS)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [((640, 360), 1920 * 1088), ((1920, 1080), 1920 * 1088), ((3840, 2160), 3840 * 2176)],
)
def test_frames_may_grow_to_a_customary_size_but_not_beyond_the_declared(
    size: tuple[int, int], pixels: int
) -> None:
    assert read(mp4_with(width=size[0], height=size[1])).bounds == Bounds(pixels, 32)


def test_the_customary_size_ends_at_the_limit() -> None:
    assert read(mp4_with(width=640, height=360), Limits(pixels=640 * 360)).bounds.pixels == 640 * 384
