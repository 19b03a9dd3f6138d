from dataclasses import replace
from fractions import Fraction

import pytest

from reelway import ffmpeg
from reelway.plan.chunks import Chunk
from tests.support.samples import AUDIO_STREAM, SOURCE, source
from tests.unit.reelway.ffmpeg.commands import (
    ALL,
    AUDIO,
    FIRST,
    FOLDER,
    LAST,
    MIDDLE,
    UPLOAD,
    URL,
    encode,
    values,
)

CONTINUOUS = (
    "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,"
    "aformat=sample_fmts=s16p,aresample=async=1:first_pts=0"
)


def test_audio_that_players_take_is_copied() -> None:
    command = ffmpeg.audio(SOURCE, AUDIO_STREAM, UPLOAD, FOLDER)
    assert values(command, "-c:a") == ["copy"]
    assert "-af" not in command


def test_other_audio_becomes_aac_lc_stereo_on_the_files_clock() -> None:
    of = source(container="matroska,webm")
    command = ffmpeg.audio(of, replace(AUDIO_STREAM, index=3), UPLOAD, FOLDER)
    assert values(command, "-map") == ["0:3", "0:3"]
    assert values(command, "-c:a") == ["aac"]
    assert values(command, "-profile:a") == ["aac_low"]
    assert values(command, "-ac") == ["2"]
    assert values(command, "-ar") == ["48000"]
    assert values(command, "-b:a") == ["128000"]
    assert values(command, "-af") == [f"atrim=end=75.000000,{CONTINUOUS},apad=whole_dur=30.000000"]


def test_audio_that_ends_early_goes_on_in_silence_until_the_video_ends() -> None:
    late = source(container="matroska,webm", start_s=1.5, audio=replace(AUDIO_STREAM, duration_s=12.0))
    command = ffmpeg.audio(late, AUDIO_STREAM, UPLOAD, FOLDER / "audio.m4a")
    assert values(command, "-af") == [f"atrim=end=78.000000,{CONTINUOUS},apad=whole_dur=31.500000"]


@pytest.mark.parametrize(
    ("chunk", "dropped"),
    [
        (FIRST, r"lt(pts*tb\,-0.021338)+gte(pts*tb\,19.919995)"),
        (MIDDLE, r"lt(pts*tb\,19.919995)+gte(pts*tb\,39.919995)"),
        (LAST, r"lt(pts*tb\,39.919995)+gte(pts*tb\,49.999995)"),
    ],
)
def test_a_chunk_gets_its_share_of_the_audio_packets_by_time(chunk: Chunk, dropped: str) -> None:
    command = encode(chunk)
    assert (
        values(command, "-bsf:a") == [f"noise=amount=0:drop='{dropped}'"] * 5
    )  # of each rung, and as a list
    assert values(command, "-c:a") == ["copy"] * 5
    assert values(command, "-map").count("1:a:0") == 5


def test_audio_is_read_no_further_than_a_frame_past_the_chunk() -> None:
    assert values(encode(MIDDLE), "-t") == ["40.021333"] * 5
    assert "-t" not in encode(audio=None)


def test_audio_in_the_file_of_the_video_is_read_with_it() -> None:
    upload = ffmpeg.uploaded(source(audio=replace(AUDIO_STREAM, index=2)), URL)
    command = encode(video=upload, audio=upload, preroll_s=0)
    assert values(command, "-i") == [URL]
    assert values(command, "-map").count("0:2") == 5


def test_audio_that_is_dealt_out_with_the_first_frame_lies_behind_the_seek() -> None:
    upload = ffmpeg.uploaded(SOURCE, URL)
    assert values(encode(video=upload, audio=upload, preroll_s=0), "-ss") == ["19.840000"]  # 4 of 25 fps
    assert values(encode(video=upload, audio=AUDIO, preroll_s=0), "-ss") == ["20.010000", "19.840000"]
    fast = source(frame_rate=Fraction(50))  # decoded 4 of its frames ahead
    at_50 = encode(of=fast, video=upload, audio=upload, preroll_s=0)
    assert values(at_50, "-ss") == ["9.900000"]


def test_a_silent_video_has_one_input_and_no_audio() -> None:
    command = encode(audio=None)
    assert values(command, "-i") == [URL]
    assert "-c:a" not in command
    assert "1:a:0" not in command


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_audio_packets_are_never_spread_over_a_pes_each(command: list[str]) -> None:
    assert "-muxdelay" not in command
