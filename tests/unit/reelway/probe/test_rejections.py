import pytest

from reelway.probe.limits import Limits
from reelway.probe.rejections import (
    rejection_of_output,
    rejection_of_probe,
    rejection_of_report,
    rejection_of_run,
)
from reelway.probe.report import Report, Stream

LIMITS = Limits()
FILM = Report(streams=(Stream(0, "video", width=640), Stream(1, "audio")))
SIZELESS = Report(streams=(Stream(0, "video"),))


def refused_format(name: str) -> str:
    return f"[{name} @ 0x7f07f9666040] Format not on whitelist 'mov,matroska'\nupload: Invalid argument"


@pytest.mark.parametrize("name", ["mp3", "wav", "flac", "aac", "aiff"])
def test_an_audio_file_is_called_audio(name: str) -> None:
    refused = rejection_of_probe(refused_format(name), LIMITS)
    assert refused.code == "no_video"
    assert f"audio ({name})" in refused.detail


@pytest.mark.parametrize(("name", "named"), [("png_pipe", "png"), ("jpeg_pipe", "jpeg"), ("gif", "gif")])
def test_an_image_is_called_an_image(name: str, named: str) -> None:
    refused = rejection_of_probe(refused_format(name), LIMITS)
    assert refused.code == "no_video"
    assert f"an image ({named})" in refused.detail


@pytest.mark.parametrize(
    "stderr",
    [
        refused_format("hls"),
        refused_format("concat"),
        refused_format("sdp"),
        "Not detecting m3u8/hls with non standard extension and non standard mime type\nupload: Invalid data",
    ],
)
def test_of_a_list_of_other_files_the_video_is_asked_for(stderr: str) -> None:
    refused = rejection_of_probe(stderr, LIMITS)
    assert refused.code == "unreadable"
    assert "Upload the video itself" in refused.detail


@pytest.mark.parametrize("stderr", ["", refused_format("srt"), "upload: Invalid data found"])
def test_anything_else_is_unreadable_and_all_containers_are_named(stderr: str) -> None:
    refused = rejection_of_probe(stderr, LIMITS)
    assert refused.code == "unreadable"
    assert "MP4, MOV, 3GP, MKV" in refused.detail
    assert refused.detail.endswith("MPEG, RM or MXF.")


def test_a_frame_beyond_the_probes_bound_is_too_large() -> None:
    stderr = (
        "[h264 @ 0x1] [IMGUTILS @ 0x2] Picture size 16000x15000 exceeds specified max pixel count 35389440"
    )
    for refused in (rejection_of_probe(stderr, LIMITS), rejection_of_report(stderr, SIZELESS, LIMITS)):
        assert refused
        assert refused.code == "too_many_pixels"
        assert "16000x15000" in refused.detail


def test_a_cover_beyond_the_probes_bound_does_not_reject_a_film_of_known_size() -> None:
    stderr = "[mjpeg @ 0x1] Picture size 9000x9000 exceeds specified max pixel count 37601280"
    assert rejection_of_report(stderr, FILM, LIMITS) is None
    assert rejection_of_report("", SIZELESS, LIMITS) is None


@pytest.mark.parametrize(
    "stderr",
    [
        "[matroska,webm @ 0x1] Number of tracks exceeds max_streams (32)",
        "[mpegts @ 0x1] Number of streams exceeds max_streams parameter (32), see the documentation",
    ],
)
def test_streams_that_a_report_leaves_out_are_too_many(stderr: str) -> None:
    refused = rejection_of_report(stderr, FILM, LIMITS)
    assert refused
    assert refused.code == "too_many_streams"


def test_fonts_that_a_report_leaves_out_are_not() -> None:
    stderr = (
        "[matroska,webm @ 0x1] Number of streams exceeds max_streams parameter (32), see the documentation"
    )
    assert rejection_of_report(stderr, FILM, LIMITS) is None


def test_a_frame_beyond_a_runs_bound_has_grown() -> None:
    refused = rejection_of_run("[IMGUTILS @ 0x2] Picture size 8192x4320 exceeds specified max pixel count 1")
    assert refused
    assert refused.code == "picture_grows"
    assert "8192x4320" in refused.detail


def test_streams_without_end_are_too_many() -> None:
    stderr = "[mov @ 0x1] Number of streams exceeds max_streams parameter (32), see the documentation"
    assert rejection_of_probe(stderr, LIMITS).code == "too_many_streams"


@pytest.mark.parametrize(
    "stderr",
    [
        "upload: Cannot allocate memory",
        "x264 [error]: malloc of size 7667200 failed",
        "[h264 @ 0x1] get_buffer() failed",
    ],
)
def test_what_takes_more_memory_than_there_is_is_too_demanding(stderr: str) -> None:
    refused = rejection_of_run(stderr)
    assert refused
    assert refused.code == rejection_of_probe(stderr, LIMITS).code == "too_demanding"


def test_audio_that_lost_its_time_is_refused_though_ffmpeg_succeeded() -> None:
    refused = rejection_of_output("[SWR @ 0x1] Failed to compensate for timestamp delta of 207.174688\n")
    assert refused
    assert refused.code == "sound_gap"
    assert rejection_of_output("[h264 @ 0x1] no frame!") is None


def test_other_failures_have_reached_no_bound() -> None:
    assert rejection_of_run("Invalid data found") is None
