from fractions import Fraction
from typing import Any

import pytest

from reelway.frame_grid import grid_for
from reelway.plan.ladder import Rung, default_rendition, ladder_for, rungs_below
from tests.support.samples import video_stream

GRID = grid_for(Fraction(25))
SMOOTH = grid_for(Fraction(60))


def bitrates(**source: Any) -> list[int]:
    return [rung.max_bps for rung in ladder_for(video_stream(**source), GRID)]


def test_a_full_hd_source_gets_the_whole_ladder() -> None:
    rungs = ladder_for(video_stream(width=1920, height=1080, bitrate_bps=20_000_000), GRID)
    assert [(r.name, r.width, r.height, r.max_bps) for r in rungs] == [
        ("1080p", 1920, 1080, 5_000_000),
        ("720p", 1280, 720, 2_800_000),
        ("540p", 960, 540, 1_712_000),
        ("360p", 640, 360, 800_000),
        ("240p", 426, 240, 72_000),
    ]


def test_the_smallest_of_several_rungs_has_half_the_audio_if_it_is_small() -> None:
    assert [r.audio_bps for r in ladder_for(video_stream(), GRID)] == [128_000, 128_000, 128_000, 64_000]
    assert [r.audio_bps for r in ladder_for(video_stream(width=426, height=240), GRID)] == [128_000]


@pytest.mark.parametrize(
    ("codec", "bitrates_bps"),
    [
        ("h264", [600_000, 600_000, 600_000, 72_000]),
        ("mpeg2video", [600_000, 600_000, 600_000, 72_000]),
        ("hevc", [1_000_000, 1_000_000, 800_000, 72_000]),
        ("vp9", [1_000_000, 1_000_000, 800_000, 72_000]),
        ("av1", [1_200_000, 1_200_000, 800_000, 72_000]),
        ("vvc", [1_200_000, 1_200_000, 800_000, 72_000]),
    ],
)
def test_a_rung_has_no_more_bitrate_than_it_takes_to_look_as_the_source(
    codec: str, bitrates_bps: list[int]
) -> None:
    assert bitrates(codec=codec, bitrate_bps=400_000) == bitrates_bps


def test_a_source_of_almost_no_bitrate_still_gets_some() -> None:
    assert bitrates(bitrate_bps=900) == [100_000, 100_000, 100_000, 72_000]


def test_an_unknown_bitrate_does_not_limit_the_ladder() -> None:
    assert bitrates(bitrate_bps=0) == [2_800_000, 1_712_000, 800_000, 72_000]


def test_a_ladder_of_one_rung_has_that_rung_for_all_connections_not_for_slow_ones() -> None:
    assert bitrates(width=426, height=240) == [399_000]
    assert bitrates(width=640, height=360) == [800_000, 72_000]


@pytest.mark.parametrize(
    ("width", "height", "rates"),
    [
        (1920, 1080, [60, 60, 30, 30, 30]),
        (1280, 720, [60, 30, 30, 30]),
        (900, 1600, [60, 60, 30, 30, 30]),
        (854, 480, [60, 30, 30]),
        (320, 240, [60]),
        (176, 144, [60]),
    ],
)
def test_the_top_rung_and_large_ones_are_as_smooth_as_the_source(
    width: int, height: int, rates: list[int]
) -> None:
    rungs = ladder_for(video_stream(width=width, height=height), SMOOTH)
    assert [rung.rate(SMOOTH) for rung in rungs] == rates


def test_twice_the_frames_get_half_as_many_bits_again() -> None:
    plain = ladder_for(video_stream(bitrate_bps=0), GRID)
    smooth = ladder_for(video_stream(bitrate_bps=0), SMOOTH)
    assert [b.max_bps / a.max_bps for a, b in zip(plain, smooth, strict=True)] == [1.5, 1, 1, 1]


def test_at_thirty_frames_every_rung_keeps_the_rate() -> None:
    assert {r.frame_step for r in ladder_for(video_stream(), grid_for(Fraction(30)))} == {1}


@pytest.mark.parametrize(
    ("width", "height", "below"),
    [
        (1280, 720, ["540p", "360p", "240p"]),
        (1040, 500, ["480p", "360p", "240p"]),  # 585 lines: its own size, 585p, is left out
        (960, 500, ["360p", "240p"]),  # 540 lines
        (2600, 640, ["1080p", "720p", "540p", "360p", "240p"]),  # 1,462 lines, more than any rung
        (2048, 1080, ["720p", "540p", "360p", "240p"]),  # 1,152 lines
        (320, 240, []),
    ],
)
def test_below_a_source_that_is_the_top_rung_there_are_rungs_that_are_much_smaller(
    width: int, height: int, below: list[str]
) -> None:
    video = video_stream(width=width, height=height)
    assert [rung.name for rung in rungs_below(video, ladder_for(video, GRID))] == below


def test_the_codec_names_the_level() -> None:
    rung = Rung("720p", 1280, 720, 2, 2_800_000)
    assert (rung.level(SMOOTH), rung.video_codec(SMOOTH)) == ("3.1", "avc1.64001f")


@pytest.mark.parametrize(
    ("names", "default"),
    [
        (["1080p", "720p", "480p"], "720p"),
        (["480p", "1080p", "240p"], "480p"),
        (["1080p"], "1080p"),
        (["144p"], "144p"),
        (["1080p", "900p"], "900p"),
        (["1080p", "642p", "360p"], "642p"),
    ],
)
def test_the_default_is_the_best_rung_up_to_720_else_the_smallest(names: list[str], default: str) -> None:
    assert default_rendition(names) == default
