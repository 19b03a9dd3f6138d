from dataclasses import replace

import pytest

from reelway import ffmpeg
from reelway.ffmpeg import Input
from reelway.probe import decoders
from reelway.probe.source import Bounds
from tests.support.samples import AUDIO_STREAM, SOURCE, plan, source
from tests.unit.reelway.ffmpeg.commands import ALL, FOLDER, UPLOAD, URL, encode, graph, inputs_of, values


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_every_input_is_guarded_against_hostile_files(command: list[str]) -> None:
    for options in inputs_of(command):
        assert values(options, "-protocol_whitelist") == ["https,tls,tcp"]
        [formats] = values(options, "-format_whitelist")
        assert {"mov", "matroska", "mpegts"} <= set(formats.split(","))
        assert not {"hls", "dash", "concat", "sdp", "image2"} & set(formats.split(","))
        assert values(options, "-codec_whitelist") == [decoders.codec_whitelist()]
        assert values(options, "-tls_verify") == ["1"]
        assert values(options, "-max_streams") == ["32"]
        assert values(options, "-probesize") == ["10M"]
        assert values(options, "-analyzeduration") == ["10M"]
        assert values(options, "-max_pixels") == ["35389440"]


@pytest.mark.parametrize(
    ("url", "protocols"),
    [
        ("https://bucket.example/1", "https,tls,tcp"),
        ("http://127.0.0.1:4566/1", "http,tcp"),
        ("/job/1", "file"),
        ("concat:/job/1|/job/2", "file"),
        ("subfile,,start,0,end,9,,:/job/1", "file"),
    ],
)
def test_an_input_can_be_read_in_the_way_of_its_own_address_only(url: str, protocols: str) -> None:
    command = ffmpeg.remux("mp4", Input(url), FOLDER / "source")
    assert values(command, "-protocol_whitelist") == [protocols]


def test_frames_may_not_outgrow_what_the_probe_saw() -> None:
    of = replace(SOURCE, bounds=Bounds(pixels=5_000_000, streams=9))
    upload = ffmpeg.uploaded(of, URL)
    remuxed = Input("https://bucket.example/jobs/1/source")
    for command in (
        ffmpeg.remux("mp4", upload, FOLDER / "source"),
        ffmpeg.audio(plan(of), AUDIO_STREAM, upload, FOLDER),
        encode(of=of, video=upload, audio=None),
        encode(of=of, video=remuxed, audio=None),
    ):
        assert values(command, "-max_pixels") == ["5000000"]
        assert values(command, "-max_streams") == ["9"]


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_every_run_is_limited_and_never_asks(command: list[str]) -> None:
    assert command[0] == "ffmpeg"
    assert "-nostdin" in command
    assert values(command, "-max_alloc") == ["335544320"]
    assert values(command, "-max_error_rate") == ["1"]


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_nothing_but_video_and_audio_is_taken_over(command: list[str]) -> None:
    assert {"-sn", "-dn"} <= set(command)
    assert set(values(command, "-map_metadata")) == set(values(command, "-map_chapters")) == {"-1"}


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_all_steps_keep_the_clock_of_the_file(command: list[str]) -> None:
    assert command.index("-copyts") < command.index("-i")
    assert "-start_at_zero" not in command
    assert all(values(options, "-itsoffset") == ["0.000000"] for options in inputs_of(command))


def test_the_clock_is_zero_where_the_uploaded_file_starts() -> None:
    late = ffmpeg.uploaded(replace(SOURCE, start_s=1.4), URL)
    assert values(ffmpeg.remux("mp4", late, FOLDER / "source"), "-itsoffset") == ["-1.400000"]
    assert values(encode(video=late), "-itsoffset") == ["-1.400000", "0.000000"]
    assert values(encode(video=late), "-ss") == ["19.400000", "18.000000"]


def test_only_network_inputs_are_reconnected() -> None:
    assert values(ffmpeg.audio(plan(), AUDIO_STREAM, UPLOAD, FOLDER), "-reconnect") == ["1"]
    assert "-reconnect" not in ffmpeg.audio(plan(), AUDIO_STREAM, Input("/job/source"), FOLDER)


def test_the_video_that_is_shown_is_the_one_that_is_read() -> None:
    second = ffmpeg.uploaded(source(index=3), URL)
    assert values(ffmpeg.remux("mp4", second, FOLDER / "source"), "-map") == ["0:3"]
    assert graph(encode(video=second)).startswith("[0:3]")
    assert "0:V:0" not in ffmpeg.copy_source(plan(source(index=3)), second, FOLDER)


def test_what_decodes_no_video_has_one_thread_for_decoders() -> None:
    assert values(ALL["remux"], "-threads") == values(ALL["audio"], "-threads") == ["1"]
    assert values(inputs_of(encode(threads=3))[1], "-threads") == ["1"]
