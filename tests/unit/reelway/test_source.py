from dataclasses import replace

import pytest

from reelway.source import AudioTrack
from tests.samples import AUDIO_TRACK, source


@pytest.mark.parametrize("start_s", [0.0, 0.0213])
def test_stereo_aac_lc_in_mp4_is_copied(start_s: float) -> None:
    assert source(audio=replace(AUDIO_TRACK, start_s=start_s)).keeps_audio


@pytest.mark.parametrize(
    "audio",
    [
        replace(AUDIO_TRACK, codec="mp3"),
        replace(AUDIO_TRACK, profile="HE-AAC"),
        replace(AUDIO_TRACK, channels=6),
        replace(AUDIO_TRACK, sample_rate_hz=96_000),
        replace(AUDIO_TRACK, start_s=0.022),
        None,
    ],
)
def test_any_other_sound_is_not(audio: AudioTrack | None) -> None:
    assert not source(audio=audio).keeps_audio


def test_the_coarse_clock_of_matroska_is_not_copied() -> None:
    assert not source(container="matroska,webm").keeps_audio


@pytest.mark.parametrize(
    ("codec", "container"),
    [("h264", "mp4"), ("mpeg2video", "mp4"), ("flv1", "matroska"), ("msmpeg4v3", "matroska"), ("rv40", None)],
)
def test_a_codec_tells_what_it_can_be_remuxed_to(codec: str, container: str | None) -> None:
    assert source(codec=codec).remux_container == container
