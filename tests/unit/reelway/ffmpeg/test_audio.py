from dataclasses import replace

import pytest

from reelway import ffmpeg
from reelway.plan.plan import Plan
from reelway.probe.streams import AudioStream
from tests.support.samples import AUDIO_STREAM, plan, source
from tests.unit.reelway.ffmpeg.commands import ALL, FOLDER, UPLOAD, values

MATROSKA = plan(source(container="matroska,webm"))
SURROUND = replace(AUDIO_STREAM, codec="ac3", channels=6)
CONTINUOUS = "aformat=sample_fmts=s16p,aresample=async=1:first_pts=0,asetnsamples=n=1024:p=0"
MEASURED = "ebur128=peak=true:metadata=1:framelog=quiet,ametadata=mode=print:file=/job/loudness.txt"


def filters(of: Plan = MATROSKA, stream: AudioStream = AUDIO_STREAM) -> str:
    [found] = values(ffmpeg.audio(of, stream, UPLOAD, FOLDER), "-af")
    return found


def test_audio_that_players_take_is_copied() -> None:
    command = ffmpeg.audio(plan(), AUDIO_STREAM, UPLOAD, FOLDER)
    assert values(command, "-c:a") == ["copy"]
    assert "-af" not in command


def test_other_audio_becomes_aac_lc_stereo_on_the_files_clock() -> None:
    command = ffmpeg.audio(MATROSKA, replace(AUDIO_STREAM, index=3), UPLOAD, FOLDER)
    assert values(command, "-map") == ["0:3", "0:3"]
    assert values(command, "-c:a") == ["aac"]
    assert values(command, "-profile:a") == ["aac_low"]
    assert values(command, "-ac") == ["2"]
    assert values(command, "-ar") == ["48000"]
    assert values(command, "-b:a") == ["128000"]


def test_stereo_is_limited_to_full_scale_and_measured() -> None:
    assert filters() == (
        "atrim=end=75.000000,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,"
        f"volume=1/2:precision=float,{CONTINUOUS},volume=2:precision=double,"
        f"alimiter=limit=1:level=disabled:latency=1,apad=whole_dur=30.000000,{MEASURED}"
    )


def test_a_mixdown_is_limited_between_samples_with_headroom_for_the_codec() -> None:
    assert filters(stream=SURROUND) == (
        "atrim=end=75.000000,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,"
        f"volume=1/4:precision=float,{CONTINUOUS},volume=4:precision=double,"
        "aresample=96000,alimiter=limit=0.5:level=disabled:latency=1,aresample=48000,"
        f"apad=whole_dur=30.000000,{MEASURED}"
    )


@pytest.mark.parametrize("stream", [AUDIO_STREAM, SURROUND])
def test_a_target_normalizes_the_loudness_of_all_audio(stream: AudioStream) -> None:
    of = replace(plan(source(audio=stream)), loudness_target_lufs=-23)
    found = filters(of, stream)
    assert f"loudnorm=I=-23:TP=-2:LRA=50,aresample=48000,apad=whole_dur=30.000000,{MEASURED}" in found
    assert "alimiter" not in found  # loudnorm limits peaks itself


def test_audio_that_ends_early_goes_on_in_silence_until_the_video_ends() -> None:
    late = source(container="matroska,webm", start_s=1.5, audio=replace(AUDIO_STREAM, duration_s=12.0))
    found = filters(plan(late))
    assert found.startswith("atrim=end=78.000000,")
    assert ",apad=whole_dur=31.500000," in found


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_audio_packets_are_never_spread_over_a_pes_each(command: list[str]) -> None:
    assert "-muxdelay" not in command
