from fractions import Fraction

import pytest

from reelway.probe.streams import AudioStream
from tests.unit.reelway.probe.printed import SIZE_BYTES, mp4_with, printed, read, rejection


def test_a_plain_mp4_is_read_as_it_is() -> None:
    source = read(printed("bigbuckbunny.mp4"))
    assert (source.duration_s, source.size_bytes) == (5.312, SIZE_BYTES)
    video = source.video
    assert (video.codec, video.width, video.height, video.frame_rate) == ("h264", 1280, 720, Fraction(25))
    assert (video.duration_s, video.start_s, video.bitrate_bps) == (5.28, 0.0, 1_205_959)
    assert (video.hdr, video.is_interlaced, video.color_matrix) == (None, False, "bt709")
    assert source.audio == AudioStream(1, "aac", "LC", 6, 48_000, 0.0, 5.312, 384_828)


def test_without_a_duration_of_its_own_the_video_ends_with_the_file() -> None:
    report = mp4_with(duration="N/A", start_time="1.5")
    report["format"] |= {"duration": "6.78", "start_time": "0.0"}
    assert read(report).video.duration_s == pytest.approx(5.28)


def test_matroska_declares_when_the_video_ends() -> None:
    report = mp4_with(duration="N/A", start_time="1.5", tags={"DURATION": "00:00:05.500000000"})
    report["format"] |= {"duration": "6.78", "start_time": "0.5"}
    assert read(report).video.duration_s == pytest.approx(4.0)


def test_matroska_declares_when_the_file_ends() -> None:
    report = mp4_with(duration="N/A", start_time="33.3")
    report["format"] |= {"duration": "56.3", "start_time": "33.3", "format_name": "matroska,webm"}
    source = read(report)
    assert source.duration_s == pytest.approx(23.0)
    assert source.video.duration_s == pytest.approx(23.0)


def test_audio_that_starts_late_keeps_its_start() -> None:
    report = mp4_with(start_time="1.0")
    report["format"]["start_time"] = "1.0"
    report["streams"][1]["start_time"] = "2.5"
    audio = read(report).audio
    assert audio
    assert audio.start_s == pytest.approx(1.5)


def test_matroska_declares_a_streams_duration_in_a_tag() -> None:
    source = read(printed("demo.mkv"))
    assert (source.duration_s, source.video.duration_s) == (60.152, 60.054)


def test_hours_and_minutes_of_a_duration_tag_count() -> None:
    report = printed("demo.mkv")
    report["streams"][0]["tags"]["DURATION"] = "01:02:03.500000000"
    assert read(report).video.duration_s == 3723.5


@pytest.mark.parametrize("tag", ["soon", "12.5", "1:2", "a:b:c", ""])
def test_a_duration_tag_in_another_form_is_passed_over(tag: str) -> None:
    report = printed("demo.mkv")
    report["streams"][0]["tags"]["DURATION"] = tag
    assert read(report).video.duration_s == read(printed("demo.mkv")).duration_s


def test_a_streams_duration_stands_in_for_the_files() -> None:
    report = printed("demo.mkv")
    report["format"]["duration"] = "N/A"
    assert read(report).duration_s == 60.054


@pytest.mark.parametrize("duration", [None, "N/A", "0.000000", "-3.5"])
def test_a_file_that_does_not_declare_its_duration_is_rejected(duration: str | None) -> None:
    report = mp4_with(duration=None)
    report["format"]["duration"] = duration
    assert rejection(report).code == "unknown_duration"


def test_values_that_are_not_available_are_as_good_as_missing() -> None:
    report = mp4_with(
        duration="N/A", bit_rate="N/A", start_time="N/A", sample_aspect_ratio="N/A", avg_frame_rate="N/A"
    )
    source = read(report)
    assert (source.video.duration_s, source.video.bitrate_bps) == (5.312, 1_589_963)


def test_no_bitrate_at_all_is_zero() -> None:
    report = mp4_with(bit_rate=None)
    del report["format"]["bit_rate"]
    assert read(report).video.bitrate_bps == 0


def test_the_video_starts_where_it_does_within_the_file() -> None:
    report = mp4_with(start_time="2.480000")
    report["format"]["start_time"] = "0.000000"
    report["streams"][1]["start_time"] = "1.400000"
    assert read(report).video.start_s == pytest.approx(1.08)
    assert read(printed("late-start.ts")).video.start_s == 0.0


@pytest.mark.parametrize(
    ("rate", "start", "zero_s"),
    [
        ("25/1", "1.421333", 1.421333 - 1 / 25),
        ("25/1", "1.440002", 1.440002 - 1 / 25),
        ("1/1", "1.421333", 0.421333),
        ("50/1", "1.420000", 1.42 - 2 / 50),
        ("120/1", "1.420000", 1.42 - 1 / 30),
    ],
)
def test_the_clock_starts_so_that_the_video_is_on_the_grid_of_all_renditions(
    rate: str, start: str, zero_s: float
) -> None:
    report = mp4_with(r_frame_rate=rate, avg_frame_rate=rate, start_time=start)
    report["format"]["start_time"] = "1.400000"
    report["streams"][1]["start_time"] = "1.400000"
    source = read(report)
    assert source.start_s == pytest.approx(zero_s, abs=1e-9)
    assert source.start_s + source.video.start_s == pytest.approx(float(start), abs=1e-9)
    assert source.audio
    assert source.start_s + source.audio.start_s == pytest.approx(1.4, abs=1e-5)


def test_a_video_that_does_not_declare_its_start_starts_with_the_file() -> None:
    report = mp4_with(start_time=None)
    report["format"]["start_time"] = "1.400000"
    source = read(report)
    assert (source.start_s, source.video.start_s) == (1.4, 0.0)


def test_a_file_that_starts_before_zero_still_has_its_videos_start() -> None:
    report = mp4_with(start_time="0.000000")
    report["format"]["start_time"] = report["streams"][1]["start_time"] = "-0.520000"
    assert read(report).video.start_s == pytest.approx(0.52)


@pytest.mark.parametrize("brand", ["avif", "heic", "mif1"])
def test_an_image_in_an_mp4_is_no_video(brand: str) -> None:
    report = mp4_with()
    report["format"]["tags"] = {"major_brand": brand}
    assert rejection(report).code == "no_video"


def test_audio_without_video_is_called_audio() -> None:
    report = mp4_with()
    del report["streams"][0]
    assert "audio without video" in rejection(report).detail


def test_a_report_without_streams_is_no_video() -> None:
    assert rejection({}).code == "no_video"


@pytest.mark.parametrize(
    ("container", "frames", "is_taken"),
    [
        ("avi", "132", True),
        ("avi", "156", True),
        ("avi", "158", False),
        ("avi", "N/A", True),
        ("mov,mp4", "999", True),
    ],
)
def test_an_avi_that_counted_more_frames_than_are_left_is_truncated(
    container: str, frames: str, is_taken: bool
) -> None:
    report = mp4_with(nb_frames=frames)  # 5.28 s at 25 per second
    report["format"]["format_name"] = container
    if is_taken:
        assert read(report).video.duration_s == 5.28
    else:
        assert rejection(report).code == "truncated"
