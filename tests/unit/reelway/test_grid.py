import math
from fractions import Fraction
from itertools import pairwise

import pytest

from reelway.grid import Chunk, FrameGrid, chunks_of, grid_for

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


def test_a_segment_is_two_groups_of_pictures() -> None:
    grid = grid_for(2 * NTSC)
    assert grid.segment_frames == 240
    assert grid.segment_s == Fraction(240 * 1001, 60000)


def cuts(chunks: tuple[Chunk, ...]) -> list[int]:
    return [chunk.start_frame for chunk in chunks if chunk.start_frame is not None]


@pytest.mark.parametrize("rate", [Fraction(24), NTSC, 2 * NTSC, Fraction(9, 2), Fraction(1)])
def test_chunks_join_and_are_cut_at_whole_segments(rate: Fraction) -> None:
    grid = grid_for(rate)
    chunks = chunks_of(grid, slack_s=0.0, start_s=0.0, duration_s=123.4, chunk_s=20)
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert chunks[0].start_frame is None
    assert chunks[-1].end_frame == math.ceil(123.4 * rate)
    assert all(before.end_frame == after.start_frame for before, after in pairwise(chunks))
    assert all(cut % grid.segment_frames == 0 for cut in cuts(chunks))
    assert len({after - before for before, after in pairwise([0, *cuts(chunks)])}) == 1


@pytest.mark.parametrize("duration_s", [10.0, 29.9, 30.1, 31, 50.1, 69.9, 3600.0])
def test_the_last_chunk_is_half_to_one_and_a_half_as_long_as_the_others(duration_s: float) -> None:
    grid = grid_for(Fraction(25))
    last_cut = max([0, *cuts(chunks_of(grid, slack_s=0.0, start_s=0.0, duration_s=duration_s, chunk_s=20))])
    assert 10 <= duration_s - last_cut / 25 <= 30


@pytest.mark.parametrize(("duration_s", "frames"), [(0.001, 1), (4.0, 100), (29.9, 748)])
def test_a_short_video_is_one_chunk(duration_s: float, frames: int) -> None:
    chunks = chunks_of(grid_for(Fraction(25)), slack_s=0.0, start_s=0.0, duration_s=duration_s, chunk_s=20)
    assert chunks == (Chunk(0, None, frames),)


def test_the_last_chunk_leaves_room_for_a_little_more_than_promised() -> None:
    chunks = chunks_of(grid_for(Fraction(25)), slack_s=5.0, start_s=0.5, duration_s=60.0, chunk_s=20)
    assert chunks[-1] == Chunk(2, 1012, 12 + 65 * 25)


def test_cuts_count_from_the_first_frame_of_a_picture_that_starts_late() -> None:
    grid = grid_for(Fraction(25))
    on_time = cuts(chunks_of(grid, slack_s=0.0, start_s=0.0, duration_s=60.0, chunk_s=20))
    late = cuts(chunks_of(grid, slack_s=0.0, start_s=0.5, duration_s=60.0, chunk_s=20))
    assert on_time == [500, 1000]
    assert late == [cut + 12 for cut in on_time]


def test_a_chunk_is_never_shorter_than_a_segment() -> None:
    chunks = chunks_of(grid_for(Fraction(25)), slack_s=0.0, start_s=0.0, duration_s=8.0, chunk_s=1)
    assert cuts(chunks) == [100]


def test_cuts_above_30_fps_are_at_frames_that_rungs_at_half_the_rate_have() -> None:
    chunks = chunks_of(grid_for(Fraction(50)), slack_s=0.0, start_s=0.023, duration_s=60.0, chunk_s=20)
    assert cuts(chunks) == [1000, 2000]
