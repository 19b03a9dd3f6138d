import json
from dataclasses import replace
from fractions import Fraction

import pytest

from reelway.documents import from_plain, to_plain
from reelway.probe.source import Source
from reelway.probe.streams import AudioStream
from tests.support.samples import AUDIO_STREAM, source, video_stream
from tests.unit.reelway.probe.printed import printed, read


@pytest.mark.parametrize(("start_s", "duration_s"), [(0.0, 30.0), (0.0213, 30.0), (0.0, 29.91), (0.0, 40.0)])
def test_stereo_aac_lc_in_mp4_is_copied(start_s: float, duration_s: float) -> None:
    assert source(audio=replace(AUDIO_STREAM, start_s=start_s, duration_s=duration_s)).has_copyable_audio


@pytest.mark.parametrize(
    "audio",
    [
        replace(AUDIO_STREAM, codec="mp3"),
        replace(AUDIO_STREAM, profile="HE-AAC"),
        replace(AUDIO_STREAM, channels=6),
        replace(AUDIO_STREAM, sample_rate_hz=96_000),
        replace(AUDIO_STREAM, start_s=0.022),
        replace(AUDIO_STREAM, duration_s=29.89),
        None,
    ],
)
def test_any_other_audio_is_encoded(audio: AudioStream | None) -> None:
    assert not source(audio=audio).has_copyable_audio


@pytest.mark.parametrize(
    ("width", "height", "lines"),
    [
        (1920, 1080, 1080),
        (1920, 804, 1080),
        (1080, 1920, 1080),
        (1080, 2400, 1350),
        (642, 642, 642),
        (854, 356, 480.375),
        (768, 576, 576),
    ],
)
def test_the_nominal_height_is_that_of_the_screen_that_holds_the_video(
    width: int, height: int, lines: float
) -> None:
    assert video_stream(width=width, height=height).nominal_height == lines


def test_interlaced_video_changes_with_each_field() -> None:
    assert video_stream(is_interlaced=True).shown_rate == 50
    assert video_stream().shown_rate == 25


def test_the_coarse_clock_of_matroska_is_not_copied() -> None:
    assert not source(container="matroska,webm").has_copyable_audio


@pytest.mark.parametrize(("frames", "is_copied"), [(0, True), (1409, True), (1424, False), (2813, False)])
def test_audio_of_which_an_edit_list_leaves_out_a_part_is_encoded(frames: int, is_copied: bool) -> None:
    """30 s at 48 kHz are 1,406.25 frames of 1,024 samples."""
    audio = replace(AUDIO_STREAM, duration_s=30.0, sample_rate_hz=48_000, frames=frames)
    assert source(audio=audio).has_copyable_audio == is_copied


def test_alpha_of_vp9_is_remuxed_to_where_it_has_a_place() -> None:
    assert source(codec="vp9").remux_container == "mp4"
    assert source(codec="vp9", has_alpha=True).remux_container == "matroska"


def test_what_has_no_index_is_not_sought_in() -> None:
    recording = source(container="matroska,webm")
    assert recording.is_exactly_seekable
    assert not replace(recording, is_indexed=False).is_exactly_seekable


@pytest.mark.parametrize(
    ("codec", "container"),
    [("h264", "mp4"), ("mpeg2video", "mp4"), ("flv1", "matroska"), ("msmpeg4v3", "matroska"), ("rv40", None)],
)
def test_the_codec_decides_which_container_is_remuxed_to(codec: str, container: str | None) -> None:
    assert source(codec=codec).remux_container == container


@pytest.mark.parametrize(
    ("start_s", "duration_s", "shown_s"),
    [
        (0.0, 30.0, 30.0),
        (0.0, 30.04, 30.0),  # a frame
        (0.0, 30.05, 30.05),
        (0.0, 31.0, 31.0),
        (0.0, 31.5, 31.5),
        (2.0, 29.5, 31.5),
        (0.0, 10.0, 30.0),
    ],
)
def test_the_last_frame_is_held_while_the_audio_goes_on(
    start_s: float, duration_s: float, shown_s: float
) -> None:
    assert source(audio=replace(AUDIO_STREAM, start_s=start_s, duration_s=duration_s)).shown_s == shown_s


@pytest.mark.parametrize(("start_s", "is_held"), [(0.0, False), (0.04, False), (0.05, True), (4.0, True)])
def test_the_first_frame_is_held_where_audio_begins_more_than_a_frame_before_it(
    start_s: float, is_held: bool
) -> None:
    late = source(start_s=start_s, audio=replace(AUDIO_STREAM, duration_s=40.0))
    assert late.starts_held == is_held
    assert late.shown_s == (40.0 if is_held else 40.0 - start_s)
    assert not source(start_s=start_s, audio=None).starts_held


def test_at_low_rates_a_frame_is_longer_than_one_of_audio_and_at_high_ones_shorter() -> None:
    longer = replace(AUDIO_STREAM, duration_s=30.04)
    assert source(frame_rate=Fraction(15), audio=longer).audio_tail_s == 0
    assert source(frame_rate=Fraction(60), audio=longer).audio_tail_s == pytest.approx(0.04)
    assert source(frame_rate=Fraction(60), audio=replace(longer, sample_rate_hz=24_000)).audio_tail_s == 0


def test_without_audio_the_last_frame_is_not_held() -> None:
    assert source(audio=None).shown_s == 30.0


@pytest.mark.parametrize(
    "name",
    ["demo.mkv", "demo.flv", "test.mkv", "carphone_pristine.mp4", "demo.vob", "demo.webm", "late-start.ts"],
)
def test_a_source_survives_its_json_form(name: str) -> None:
    source = read(printed(name))
    assert from_plain(Source, json.loads(json.dumps(to_plain(source)))) == source


@pytest.mark.parametrize(
    ("name", "seeks"),
    [
        ("bigbuckbunny.mp4", True),
        ("demo.webm", True),
        ("demo.avi", True),
        ("late-start.ts", False),
        ("demo.flv", False),
        ("demo.vob", False),
    ],
)
def test_only_mp4_matroska_and_avi_seek_exactly(name: str, seeks: bool) -> None:
    assert read(printed(name)).is_exactly_seekable is seeks
