from dataclasses import replace
from typing import Any

import pytest

from reelway.errors import MediaRejected
from reelway.probe import durations
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits
from reelway.probe.probe_document import report_of
from reelway.probe.report import Report, Stream

VIDEO = {
    "index": 0, "codec_type": "video", "codec_name": "vp9", "decoder": "vp9", "width": 320, "height": 240,
    "r_frame_rate": "25/1", "avg_frame_rate": "25/1", "start_time": "0.500000",
}  # fmt: skip
AUDIO = {
    "index": 1, "codec_type": "audio", "codec_name": "opus", "decoder": "opus", "channels": 2,
    "sample_rate": "48000", "start_time": "0.500000",
}  # fmt: skip


def report(container: str = "matroska,webm", *, whole: str | None = None, **video: Any) -> Report:
    """Of a file that starts at 0.5 s; `whole` is the duration that it declares as a file."""
    form = {"format_name": container, "start_time": "0.500000", "duration": whole}
    return report_of({"streams": [VIDEO | video, AUDIO], "format": form})


def without_audio(file: Report) -> Report:
    return replace(file, streams=file.streams[:1])


def test_a_browsers_recording_does_not_declare_its_duration() -> None:
    assert durations.are_missing(report())
    assert durations.are_missing(without_audio(report()))


def test_the_duration_of_the_whole_may_be_the_audios() -> None:
    assert durations.are_missing(report(whole="9.5"))
    assert not durations.are_missing(without_audio(report(whole="9.5")))


@pytest.mark.parametrize(
    "declared", [{"duration": "8.0"}, {"tags": {"DURATION": "00:00:08.500000000"}}, {"codec_type": "data"}]
)
def test_nothing_is_missing_where_the_video_declares_it_or_there_is_none(
    declared: dict[str, Any],
) -> None:
    assert not durations.are_missing(report(**declared))


@pytest.mark.parametrize("container", ["matroska,webm", "flv"])
def test_measured_ends_become_durations(container: str) -> None:
    source = source_of(durations.added(report(container), {0: 8.5, 1: 9.5}), 1_000, Limits())
    assert source.duration_s == pytest.approx(9.0)
    assert source.video.duration_s == pytest.approx(8.0)
    assert source.audio
    assert source.audio.duration_s == pytest.approx(9.0)
    assert not source.is_indexed


def test_a_file_that_declared_its_duration_keeps_it_and_its_index() -> None:
    source = source_of(durations.added(report("flv", whole="9.2"), {0: 8.5, 1: 9.5}), 1_000, Limits())
    assert source.duration_s == 9.2
    assert source.video.duration_s == pytest.approx(8.0)
    assert source.is_indexed


def test_a_stream_without_packets_keeps_what_it_declared() -> None:
    before = report()
    added = durations.added(before, {0: 8.5})
    assert (
        added.streams[1]
        == before.streams[1]
        == Stream(1, "audio", "opus", is_decodable=True, channels=2, sample_rate_hz=48_000, start_s=0.5)
    )


@pytest.mark.parametrize(("declared", "is_cut_off"), [("9.9", False), ("10.1", True)])
def test_much_less_than_declared_is_truncated(declared: str, is_cut_off: bool) -> None:
    file = report("flv", whole=declared)
    if not is_cut_off:
        durations.added(file, {0: 9.5, 1: 9.0})
        return
    with pytest.raises(MediaRejected) as caught:
        durations.added(file, {0: 9.5, 1: 9.0})
    assert caught.value.code == "truncated"
    assert "declares 10.1 s of video but holds 9.0 s" in caught.value.detail


def test_what_matroska_declares_as_its_end_is_compared_as_a_duration() -> None:
    """At 0.5 s it starts, so that of an end at 10.4 s 9.9 s are left, and 9.0 s are just enough."""
    durations.added(report(whole="10.4"), {0: 9.5})
    with pytest.raises(MediaRejected):
        durations.added(report(whole="10.6"), {0: 9.5})


@pytest.mark.parametrize(("declared_s", "min_s"), [(0.5, -0.5), (10.0, 9.0), (50.0, 49.0), (100.0, 98.0)])
def test_a_file_may_be_a_second_or_two_percent_shorter(declared_s: float, min_s: float) -> None:
    assert durations.min_expected_s(declared_s) == pytest.approx(min_s)


def test_a_file_without_a_packet_still_has_no_duration() -> None:
    with pytest.raises(MediaRejected) as caught:
        source_of(durations.added(report(), {}), 1_000, Limits())
    assert caught.value.code == "unknown_duration"
