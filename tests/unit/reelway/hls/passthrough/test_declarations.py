from dataclasses import replace
from fractions import Fraction

import pytest

from reelway.hls.passthrough.declarations import is_candidate
from reelway.probe.source import Source
from tests.support.samples import AUDIO_STREAM, HDR, SOURCE, source


def test_mp4_with_h264_and_aac_is_a_candidate() -> None:
    assert is_candidate(SOURCE)
    assert is_candidate(source(audio=None))
    assert is_candidate(source(audio=replace(AUDIO_STREAM, channels=6)))


@pytest.mark.parametrize(
    "other",
    [
        source(container="matroska,webm"),
        source(codec="hevc"),
        source(profile="High 4:2:2"),
        source(pixel_format="yuvj420p"),
        source(level=51),
        source(is_interlaced=True),
        source(is_rotated=True),
        source(is_square=False),
        source(hdr=HDR),
        source(width=641, height=360),
        source(frame_rate=Fraction(120)),
        source(bitrate_bps=9_000_000),
        source(audio=replace(AUDIO_STREAM, codec="mp3")),
        source(audio=replace(AUDIO_STREAM, profile="HE-AAC")),
        source(audio=replace(AUDIO_STREAM, start_s=1.0)),
        source(audio=replace(AUDIO_STREAM, duration_s=90.0)),
    ],
)
def test_anything_unusual_is_encoded(other: Source) -> None:
    assert not is_candidate(other)
