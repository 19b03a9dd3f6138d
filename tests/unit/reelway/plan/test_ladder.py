from fractions import Fraction

import pytest

from reelway.frame_grid import grid_for
from reelway.plan.ladder import Rung, default_rendition, ladder_for
from tests.support.samples import video_stream

GRID = grid_for(Fraction(25))
SMOOTH = grid_for(Fraction(60))


def sizes(width: int, height: int) -> list[tuple[str, int, int]]:
    return [(r.name, r.width, r.height) for r in ladder_for(video_stream(width=width, height=height), GRID)]


def test_a_full_hd_source_gets_the_whole_ladder() -> None:
    rungs = ladder_for(video_stream(width=1920, height=1080, bitrate_bps=20_000_000), GRID)
    assert [(r.name, r.width, r.height, r.max_bps) for r in rungs] == [
        ("1080p", 1920, 1080, 5_000_000),
        ("720p", 1280, 720, 2_800_000),
        ("480p", 854, 480, 1_400_000),
        ("360p", 640, 360, 800_000),
        ("240p", 426, 240, 400_000),
    ]


def test_the_smallest_of_several_rungs_has_half_the_audio_if_it_is_small() -> None:
    assert [r.audio_bps for r in ladder_for(video_stream(), GRID)] == [128_000, 128_000, 128_000, 64_000]
    assert [r.audio_bps for r in ladder_for(video_stream(width=426, height=240), GRID)] == [128_000]


def test_a_portrait_is_measured_by_its_short_side() -> None:
    assert sizes(720, 1280)[:2] == [("720p", 720, 1280), ("480p", 480, 854)]


def test_a_source_between_two_steps_is_never_enlarged() -> None:
    assert [name for name, _, _ in sizes(1300, 719)] == ["480p", "360p", "240p"]


@pytest.mark.parametrize(
    ("width", "height"),
    [(855, 481), (853, 480), (175, 143), (1281, 721), (483, 481), (193, 144), (3, 2), (2, 999), (241, 4001)],
)
def test_every_side_is_even_and_not_above_the_source(width: int, height: int) -> None:
    for _, wide, high in sizes(width, height):
        assert wide % 2 == high % 2 == 0
        assert 2 <= wide <= width
        assert 2 <= high <= height


@pytest.mark.parametrize(("width", "height", "name"), [(176, 144, "144p"), (175, 143, "143p"), (2, 2, "2p")])
def test_a_source_below_every_step_gets_one_rung_of_its_own_size(width: int, height: int, name: str) -> None:
    assert sizes(width, height) == [(name, width - width % 2, height - height % 2)]


def test_no_rung_has_more_bitrate_than_the_source() -> None:
    rungs = ladder_for(video_stream(bitrate_bps=1_000_000), GRID)
    assert [r.max_bps for r in rungs] == [1_000_000, 1_000_000, 800_000, 400_000]


def test_a_source_of_almost_no_bitrate_still_gets_some() -> None:
    assert {r.max_bps for r in ladder_for(video_stream(bitrate_bps=900), GRID)} == {100_000}


def test_an_unknown_bitrate_does_not_limit_the_ladder() -> None:
    assert [r.max_bps for r in ladder_for(video_stream(bitrate_bps=0), GRID)] == [
        2_800_000,
        1_400_000,
        800_000,
        400_000,
    ]


def test_below_720_a_smooth_source_is_encoded_at_half_its_rate() -> None:
    rungs = ladder_for(video_stream(), SMOOTH)
    assert [(r.name, int(r.rate(SMOOTH))) for r in rungs] == [
        ("720p", 60),
        ("480p", 30),
        ("360p", 30),
        ("240p", 30),
    ]


def test_at_thirty_frames_every_rung_keeps_the_rate() -> None:
    assert {r.frame_step for r in ladder_for(video_stream(), grid_for(Fraction(30)))} == {1}


@pytest.mark.parametrize(
    ("width", "height", "rate", "max_bps", "level", "codec"),
    [
        (426, 240, 25, 400_000, "3.0", "avc1.64001e"),
        (854, 480, 25, 1_400_000, "3.0", "avc1.64001e"),
        (854, 480, 30, 1_400_000, "3.1", "avc1.64001f"),
        (1280, 720, 30, 2_800_000, "3.1", "avc1.64001f"),
        (1280, 720, 60, 2_800_000, "3.2", "avc1.640020"),
        (1920, 1080, 30, 5_000_000, "4.0", "avc1.640028"),
        (1920, 1080, 60, 5_000_000, "4.2", "avc1.64002a"),
        (1080, 2400, 30, 5_000_000, "5.1", "avc1.640033"),
        (1080, 7680, 60, 5_000_000, "5.2", "avc1.640034"),
        (426, 240, 25, 13_000_000, "3.1", "avc1.64001f"),
    ],
)
def test_the_level_is_the_lowest_that_holds_size_rate_and_bitrate(
    width: int, height: int, rate: int, max_bps: int, level: str, codec: str
) -> None:
    rung = Rung(f"{height}p", width, height, 1, max_bps)
    grid = grid_for(Fraction(rate))
    assert (rung.level(grid), rung.video_codec(grid)) == (level, codec)


@pytest.mark.parametrize(
    ("names", "default"),
    [
        (["1080p", "720p", "480p"], "720p"),
        (["480p", "1080p", "240p"], "480p"),
        (["1080p"], "1080p"),
        (["144p"], "144p"),
        (["1080p", "900p"], "900p"),
    ],
)
def test_the_default_is_the_best_rung_up_to_720_else_the_smallest(names: list[str], default: str) -> None:
    assert default_rendition(names) == default
