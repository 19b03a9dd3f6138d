from fractions import Fraction

import pytest

from reelway.frame_grid import FrameGrid, grid_for

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("source_rate", "rate", "gop_frames"),
    [
        (Fraction(24), Fraction(24), 48),
        (Fraction(25), Fraction(25), 50),
        (NTSC, NTSC, 60),
        (2 * NTSC, 2 * NTSC, 120),
        (Fraction(60), Fraction(60), 120),
        (Fraction(61), Fraction(61, 2), 60),
        (Fraction(120), Fraction(60), 120),
        (4 * NTSC, 2 * NTSC, 120),
        (Fraction(240), Fraction(60), 120),
        (Fraction(9, 2), Fraction(9, 2), 9),
        (Fraction(1), Fraction(1), 2),
        (Fraction(1, 10), Fraction(1, 10), 1),
        (Fraction(101, 2), Fraction(101, 2), 100),
    ],
)
def test_a_source_rate_gives_the_grids_rate_and_idr_spacing(
    source_rate: Fraction, rate: Fraction, gop_frames: int
) -> None:
    assert grid_for(source_rate) == FrameGrid(rate, gop_frames)


def test_a_segment_is_two_gops() -> None:
    grid = grid_for(2 * NTSC)
    assert grid.segment_frames == 240
    assert grid.segment_s == Fraction(240 * 1001, 60000)


def test_above_30_fps_a_segment_may_begin_at_frames_only_that_rungs_at_half_the_rate_have() -> None:
    assert grid_for(Fraction(50)).frame_at(0.023) == 0
    assert grid_for(Fraction(50)).frame_at(0.06) == 2
    assert grid_for(Fraction(25)).frame_at(0.06) == 2
    assert grid_for(Fraction(25)).frame_at(0.13) == 3
