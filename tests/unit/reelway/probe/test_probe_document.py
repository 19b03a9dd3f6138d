"""The child's JSON is parsed once; whatever a hostile file makes of it, a Report or a rejection comes out."""

import json
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from reelway.errors import MediaRejected
from reelway.probe import durations
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits
from reelway.probe.probe_document import parsed, report_of
from reelway.probe.report import Report, Stream
from tests.support.samples import plan
from tests.unit.reelway.probe.printed import printed

HOSTILE: list[Any] = [
    *(None, True, False, 0, -1, 3, 10**18, 10**400, 1.5, -0.0, float("nan"), float("inf")),
    *("", "N/A", "nan", "inf", "-inf", "1e308", "-1e308", "1e400", "0", "-1", "1_000", " 1 ", "²", "٣"),
    *("9" * 19, "9" * 5000, "0.0000000001", "1/0", "0/0", "1:0", "1/" + "9" * 19, "9" * 19 + "/1"),
    *("1/" + "9" * 5000, "a/b", "1/2/3", "-1/2", "99:99:99", "999999:99:99", "00:00:0x", "\x00", "\ufffd"),
    *([], [[]], [None], [1], {}, {"a": {}}, [{}], [{"rotation": "90"}], {"default": "x"}),
]
TIMES = ["N/A", "nan", "inf", "1e308", "-1e308", "0", "1e-300", "9300000000000"]
FORM_NAMES = ["format_name", "start_time", "duration", "bit_rate", "tags"]


def named(value: Any) -> str:
    return repr(value)[:20]


def whole() -> dict[str, Any]:
    """A report with all fields that are read."""
    report = deepcopy(printed("bigbuckbunny.mp4"))
    report["streams"][0] |= {
        "display_matrix": [0, 65536, 0, -65536, 0, 0, 0, 0, 1_073_741_824],
        "codec_tag_string": "avc1",
        "packet_times": [0.0, 0.04, 0.08],
        "tags": {},
        "nb_frames": "1",
    }
    return report


def check(report: dict[str, Any], ends_s: dict[int, float]) -> None:
    """A plan comes of such a file, or a rejection."""
    facts = report_of(report)
    try:
        source = source_of(durations.added(facts, ends_s) if ends_s else facts, 1_000_000, Limits())
    except MediaRejected:
        return
    assert plan(source).chunks


def check_both(report: dict[str, Any]) -> None:
    """As it is, and measured."""
    check(report, {})
    check(report, {0: 5.0, 1: 5.2})


def test_a_report_has_numbers_and_words() -> None:
    report = parsed(json.dumps(printed("bigbuckbunny.mp4")))
    video, audio = report.streams
    assert (report.format_name, report.start_s, report.duration_s) == ("mov,mp4,m4a,3gp,3g2,mj2", 0.0, 5.312)
    assert (video.index, video.kind, video.codec, video.width) == (0, "video", "h264", 1280)
    assert (video.base_rate, video.duration_s) == (Fraction(25), 5.28)
    assert (audio.kind, audio.channels, audio.sample_rate_hz) == ("audio", 6, 48_000)


def test_a_stream_is_read_field_by_field() -> None:
    stream = {
        "index": 3, "codec_type": "video", "codec_name": "vp9", "profile": "Profile 0", "level": -99,
        "bit_rate": "1000", "start_time": "-0.5", "duration": "2.25", "nb_frames": "50", "width": 640,
        "height": 360, "pix_fmt": "yuv420p", "sample_aspect_ratio": "4:3", "r_frame_rate": "25/1",
        "avg_frame_rate": "50/2", "field_order": "tt", "color_transfer": "bt709", "color_primaries": "bt2020",
        "color_space": "bt2020nc", "tags": {"DURATION": "01:02:03.500000000", "Alpha_Mode": "1"},
        "display_matrix": [0, 1, 2, 3, 4, 5, 6, 7, 8], "codec_tag_string": "vp09", "decoder": "vp9",
        "packet_times": [0.04, "0.0", None, "nan"],
        "channels": 2, "sample_rate": "48000", "disposition": {"default": 1, "attached_pic": 0},
    }  # fmt: skip
    assert report_of({"streams": [stream]}).streams == (
        Stream(
            index=3, kind="video", codec="vp9", profile="Profile 0", level=0, bitrate_bps=1000, start_s=-0.5,
            duration_s=2.25, end_s=3723.5, frames=50, width=640, height=360, pixel_format="yuv420p",
            pixel_aspect=Fraction(4, 3), base_rate=Fraction(25), mean_rate=Fraction(25), field_order="tt",
            color_transfer="bt709", color_primaries="bt2020", color_matrix="bt2020nc", alpha_mode="1",
            display_matrix=(0, 1, 2, 3, 4, 5, 6, 7, 8), codec_tag="vp09", is_decodable=True,
            packet_times_s=(0.0, 0.04), channels=2, sample_rate_hz=48_000,
            is_default=True, is_cover=False,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e400", "N/A", "", None, [], True])
def test_a_time_that_is_no_number_is_not_declared(text: Any) -> None:
    assert report_of({"streams": [{"start_time": text}]}).streams[0].start_s is None


@pytest.mark.parametrize(("text", "time_s"), [("-1e308", -9.3e12), ("1e20", 9.3e12), ("-0.5", -0.5)])
def test_a_time_beyond_all_clocks_is_as_long_as_clocks_go(text: str, time_s: float) -> None:
    assert report_of({"streams": [{"start_time": text}]}).streams[0].start_s == time_s


def test_matroskas_end_becomes_a_duration() -> None:
    form = {"format_name": "matroska,webm", "start_time": "33.3", "duration": "56.3"}
    assert report_of({"format": form}).duration_s == pytest.approx(23.0)
    assert report_of({"format": form | {"format_name": "flv"}}).duration_s == 56.3
    assert report_of({"format": form | {"start_time": "-1.0"}}).duration_s == 56.3


@pytest.mark.parametrize(
    "empty",
    [{}, {"format": None, "streams": None}, {"format": [], "streams": {}}, {"format": "", "streams": "a"}],
)
def test_a_report_without_anything_is_empty(empty: dict[str, Any]) -> None:
    assert report_of(empty) == Report()


def test_malformed_streams_keep_their_places() -> None:
    kinds = [stream.kind for stream in report_of({"streams": [None, 7, {"codec_type": "audio"}]}).streams]
    assert kinds == ["", "", "audio"]
    assert report_of({"streams": [None, {}, {"index": "x"}]}).streams[1].index == 1


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "7", "[" * 100_000, '{"a": ' + "9" * 5000 + "}"])
def test_what_is_no_object_is_unreadable(text: str) -> None:
    with pytest.raises(MediaRejected) as caught:
        parsed(text)
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize("value", [value for value in HOSTILE if not isinstance(value, dict)], ids=named)
def test_hostile_times_and_rates_are_numbers_or_undeclared(value: Any) -> None:
    fields = ("start_time", "duration", "r_frame_rate", "sample_aspect_ratio", "width", "channels")
    [stream] = report_of({"streams": [dict.fromkeys(fields, value)]}).streams
    assert all(time_s is None or abs(time_s) < 1e13 for time_s in (stream.start_s, stream.duration_s))
    assert all(rate is None or rate > 0 for rate in (stream.base_rate, stream.pixel_aspect))
    assert all(0 <= count < 10**19 for count in (stream.width, stream.channels))


@pytest.mark.parametrize("place", [0, 1], ids=["video", "audio"])
@pytest.mark.parametrize("value", HOSTILE, ids=named)
def test_no_hostile_field_of_a_stream_ends_in_a_crash(place: int, value: Any) -> None:
    for name in whole()["streams"][place]:
        report = whole()
        report["streams"][place][name] = value
        check_both(report)


@pytest.mark.parametrize("value", HOSTILE, ids=named)
def test_no_hostile_field_of_the_file_ends_in_a_crash(value: Any) -> None:
    for name in FORM_NAMES:
        report = deepcopy(printed("demo.mkv"))
        report["format"][name] = value
        check_both(report)


@pytest.mark.parametrize("start", TIMES)
@pytest.mark.parametrize("duration", TIMES)
def test_no_pair_of_hostile_times_ends_in_a_crash(start: str, duration: str) -> None:
    report = deepcopy(printed("demo.mkv"))
    report["format"] |= {"start_time": start, "duration": duration}
    report["streams"][0] |= {"start_time": duration, "r_frame_rate": "1/" + "9" * 19, "avg_frame_rate": "0/0"}
    check_both(report)
