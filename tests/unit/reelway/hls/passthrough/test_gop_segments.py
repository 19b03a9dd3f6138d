from fractions import Fraction

import pytest

from reelway.frame_grid import grid_for
from reelway.h264 import SegmentStart
from reelway.hls.passthrough.gop_segments import Gop, joined_gops
from tests.support.media import copied_source

GRID = grid_for(Fraction(25))
START = SegmentStart(copied_source.SPS, is_idr=True)


@pytest.mark.parametrize(
    ("gop_s", "lengths_s"),
    [
        (2.0, [4.0, 4.0, 4.0]),
        (1.0, [4.0, 4.0, 4.0]),
        (5.28, [5.28] * 12),
        (2.5, [5.0] * 6),
        (2.8, [2.8] * 12),
        (6.5, [6.5] * 12),
    ],
)
def test_gops_are_joined_to_segments_of_about_four_seconds(gop_s: float, lengths_s: list[float]) -> None:
    segments = joined_gops([Gop(f"{n}", gop_s, 10, START) for n in range(12)], GRID)
    assert [segment.duration_s for segment in segments[: len(lengths_s)]] == pytest.approx(lengths_s)
    assert [gop.name for segment in segments for gop in segment.gops] == [f"{n}" for n in range(12)]
    assert [segment.start_s for segment in segments[1:]] == pytest.approx(
        [sum(segment.duration_s for segment in segments[:n]) for n in range(1, len(segments))]
    )


def test_a_segment_is_never_larger_than_what_can_be_served_where_its_gops_are_not() -> None:
    segments = joined_gops([Gop(f"{n}", 1.0, 1_500_000, START) for n in range(6)], GRID)
    assert [segment.size_bytes for segment in segments] == [3_000_000] * 3


def test_above_30_fps_segments_begin_at_frames_that_rungs_at_half_the_rate_have() -> None:
    grid = grid_for(Fraction(50))
    segments = joined_gops([Gop(f"{n}", 101 / 50, 10, START) for n in range(8)], grid)
    assert all(round(segment.start_s * 50) % 2 == 0 for segment in segments)
