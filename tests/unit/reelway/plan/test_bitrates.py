from fractions import Fraction

import pytest

from reelway.frame_grid import GOP_S, GOPS_PER_SEGMENT
from reelway.hls.playlists import MAX_SEGMENT_BYTES
from reelway.plan.bitrates import cap_bps, cellular_bps
from reelway.plan.ladder import AUDIO_BPS

THIRTY = Fraction(30)


@pytest.mark.parametrize(
    ("pixels", "bps"),
    [
        (2_073_600, 5_000_000),
        (921_600, 2_800_000),
        (409_600, 1_400_000),
        (230_400, 800_000),
        (102_400, 400_000),
        (51_200, 200_000),
    ],
)
def test_the_steps_have_the_caps_of_the_table(pixels: int, bps: int) -> None:
    assert cap_bps(pixels, THIRTY) == bps


def test_more_pixels_have_a_higher_cap_but_fewer_bits_each() -> None:
    pixels = [1000, 19_200, 102_400, 150_000, 230_400, 518_400, 921_600, 1_543_680, 2_073_600, 2_228_224]
    caps = [cap_bps(count, THIRTY) for count in pixels]
    shares = [cap / count for cap, count in zip(caps, pixels, strict=True)]
    assert caps == sorted(set(caps))
    assert shares[2:] == sorted(shares[2:], reverse=True)


@pytest.mark.parametrize(
    ("rate", "bps"), [("1", 2_800_000), ("30", 2_800_000), ("50", 3_775_000), ("60", 4_200_000)]
)
def test_above_30_fps_there_are_more_bits_but_fewer_for_a_frame(rate: str, bps: int) -> None:
    assert cap_bps(921_600, Fraction(rate)) == bps


def test_the_largest_segment_can_be_served() -> None:
    cap = cap_bps(1920 * 1080, Fraction(60))
    assert cap == 6_500_000
    # Four seconds and what the rate control has saved up in one; 4 % for MPEG-TS, and the audio.
    assert (GOP_S * GOPS_PER_SEGMENT + 1) * (cap * 1.04) / 8 + 4 * AUDIO_BPS / 8 < MAX_SEGMENT_BYTES


def test_the_rung_for_slow_connections_suits_cellular_networks() -> None:
    assert cellular_bps(102_400) == 72_000
    assert cellular_bps(76_800) == 54_000
