import copy
from typing import Any

import pytest

from reelway.errors import MediaRejected
from reelway.probe import durations
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits

PICTURE = {
    "index": 0, "codec_type": "video", "codec_name": "vp9", "width": 320, "height": 240,
    "r_frame_rate": "25/1", "avg_frame_rate": "25/1", "start_time": "0.500000",
}  # fmt: skip
AUDIO = {
    "index": 1, "codec_type": "audio", "codec_name": "opus", "channels": 2, "sample_rate": "48000",
    "start_time": "0.500000",
}  # fmt: skip


def report(
    container: str = "matroska,webm", *, duration: str | None = None, **picture: Any
) -> dict[str, Any]:
    """Of a file that starts at 0.5 s; `duration` is what it says of the whole."""
    form = {"format_name": container, "start_time": "0.500000"} | ({"duration": duration} if duration else {})
    return {"streams": [PICTURE | picture, copy.deepcopy(AUDIO)], "format": form}


def without_sound(probed: dict[str, Any]) -> dict[str, Any]:
    return probed | {"streams": probed["streams"][:1]}


def test_a_browsers_recording_does_not_tell_its_length() -> None:
    assert durations.are_missing(report())
    assert durations.are_missing(without_sound(report()))


def test_the_length_of_the_whole_may_be_the_sounds() -> None:
    assert durations.are_missing(report(duration="9.5"))
    assert not durations.are_missing(without_sound(report(duration="9.5")))


@pytest.mark.parametrize(
    "told", [{"duration": "8.0"}, {"tags": {"DURATION": "00:00:08.500000000"}}, {"codec_type": "data"}]
)
def test_nothing_is_missing_where_the_picture_tells_or_is_none(told: dict[str, Any]) -> None:
    probed = report()
    probed["streams"][0] |= told
    assert not durations.are_missing(probed)


@pytest.mark.parametrize(("container", "told_s"), [("matroska,webm", 9.0), ("flv", 9.0)])
def test_measured_ends_become_lengths(container: str, told_s: float) -> None:
    source = source_of(durations.added(report(container), {0: 8.5, 1: 9.5}), 1_000, Limits())
    assert source.duration_s == pytest.approx(told_s)
    assert source.video.duration_s == pytest.approx(8.0)
    assert source.audio
    assert source.audio.duration_s == pytest.approx(9.0)
    assert not source.is_indexed


def test_a_file_that_told_its_length_keeps_it_and_its_index() -> None:
    source = source_of(durations.added(report("flv", duration="9.2"), {0: 8.5, 1: 9.5}), 1_000, Limits())
    assert source.duration_s == 9.2
    assert source.video.duration_s == pytest.approx(8.0)
    assert source.is_indexed


def test_a_stream_without_packets_keeps_what_it_said() -> None:
    added = durations.added(report(), {0: 8.5})
    assert "duration" not in added["streams"][1]


@pytest.mark.parametrize(("promised", "is_cut_off"), [("9.9", False), ("10.1", True)])
def test_much_less_than_promised_is_truncated(promised: str, is_cut_off: bool) -> None:
    probed = report("flv", duration=promised)
    if not is_cut_off:
        durations.added(probed, {0: 9.5, 1: 9.0})
        return
    with pytest.raises(MediaRejected) as caught:
        durations.added(probed, {0: 9.5, 1: 9.0})
    assert caught.value.code == "truncated"
    assert "10.1 s but holds 9.0 s" in caught.value.detail


def test_a_file_without_a_packet_still_has_no_length() -> None:
    with pytest.raises(MediaRejected) as caught:
        source_of(durations.added(report(), {}), 1_000, Limits())
    assert caught.value.code == "unknown_duration"
