import pytest

from reelway.probe.limits import Limits
from reelway.probe.rejections import failed_decoding, misencoding, misreading, refusal

LIMITS = Limits()


def refused_format(name: str) -> str:
    return f"[{name} @ 0x7f07f9666040] Format not on whitelist 'mov,matroska'\nupload: Invalid argument"


@pytest.mark.parametrize("name", ["mp3", "wav", "flac", "aac", "aiff"])
def test_a_sound_file_is_told_that_it_is_sound(name: str) -> None:
    refused = refusal(refused_format(name), LIMITS)
    assert refused.code == "no_video"
    assert f"sound ({name})" in refused.detail


@pytest.mark.parametrize(("name", "told"), [("png_pipe", "png"), ("jpeg_pipe", "jpeg"), ("gif", "gif")])
def test_a_picture_is_told_that_it_is_no_video(name: str, told: str) -> None:
    refused = refusal(refused_format(name), LIMITS)
    assert refused.code == "no_video"
    assert f"a picture ({told})" in refused.detail


@pytest.mark.parametrize(
    "said",
    [
        refused_format("hls"),
        refused_format("concat"),
        refused_format("sdp"),
        "Not detecting m3u8/hls with non standard extension and non standard mime type\nupload: Invalid data",
    ],
)
def test_a_list_of_other_files_is_told_to_bring_the_video(said: str) -> None:
    refused = refusal(said, LIMITS)
    assert refused.code == "unreadable"
    assert "Upload the video itself" in refused.detail


@pytest.mark.parametrize("said", ["", refused_format("srt"), "upload: Invalid data found"])
def test_anything_else_is_unreadable_and_told_what_is_read(said: str) -> None:
    refused = refusal(said, LIMITS)
    assert refused.code == "unreadable"
    assert "MP4" in refused.detail


def test_a_picture_that_a_probe_was_kept_from_is_too_large() -> None:
    said = "[h264 @ 0x1] [IMGUTILS @ 0x2] Picture size 16000x15000 exceeds specified max pixel count 35389440"
    hidden = {"streams": [{"codec_type": "video", "width": 0}]}
    for refused in (refusal(said, LIMITS), misreading(said, hidden, LIMITS)):
        assert refused
        assert refused.code == "too_many_pixels"
        assert "16000x15000" in refused.detail


def test_a_cover_that_a_probe_was_kept_from_is_nothing_to_a_film_of_known_size() -> None:
    said = "[mjpeg @ 0x1] Picture size 9000x9000 exceeds specified max pixel count 37601280"
    report = {"streams": [{"codec_type": "video", "width": 640}, {"codec_type": "audio"}]}
    assert misreading(said, report, LIMITS) is None
    assert misreading("", {"streams": [{"codec_type": "video"}]}, LIMITS) is None


@pytest.mark.parametrize(
    "said",
    [
        "[matroska,webm @ 0x1] Number of tracks exceeds max_streams (32)",
        "[mpegts @ 0x1] Number of streams exceeds max_streams parameter (32), see the documentation",
    ],
)
def test_tracks_that_a_report_leaves_out_are_too_many(said: str) -> None:
    refused = misreading(said, {"streams": [{"codec_type": "video", "width": 640}]}, LIMITS)
    assert refused
    assert refused.code == "too_many_streams"


def test_fonts_that_a_report_leaves_out_are_not() -> None:
    said = "[matroska,webm @ 0x1] Number of streams exceeds max_streams parameter (32), see the documentation"
    assert misreading(said, {"streams": [{"codec_type": "video", "width": 640}]}, LIMITS) is None


def test_a_picture_that_a_run_was_kept_from_has_grown() -> None:
    refused = failed_decoding("[IMGUTILS @ 0x2] Picture size 8192x4320 exceeds specified max pixel count 1")
    assert refused
    assert refused.code == "picture_grows"
    assert "8192x4320" in refused.detail


def test_streams_without_end_are_too_many() -> None:
    said = "[mov @ 0x1] Number of streams exceeds max_streams parameter (32), see the documentation"
    assert refusal(said, LIMITS).code == "too_many_streams"


@pytest.mark.parametrize(
    "said",
    [
        "upload: Cannot allocate memory",
        "x264 [error]: malloc of size 7667200 failed",
        "[h264 @ 0x1] get_buffer() failed",
    ],
)
def test_what_takes_more_memory_than_there_is_is_too_demanding(said: str) -> None:
    refused = failed_decoding(said)
    assert refused
    assert refused.code == refusal(said, LIMITS).code == "too_demanding"


def test_sound_that_lost_its_time_is_refused_though_all_ended_well() -> None:
    refused = misencoding("[SWR @ 0x1] Failed to compensate for timestamp delta of 207.174688\n")
    assert refused
    assert refused.code == "sound_gap"
    assert misencoding("[h264 @ 0x1] no frame!") is None


def test_other_failures_are_none_of_the_decoders() -> None:
    assert failed_decoding("Invalid data found") is None
