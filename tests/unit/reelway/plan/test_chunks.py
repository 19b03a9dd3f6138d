from fractions import Fraction
from itertools import pairwise

import pytest

from reelway.frame_grid import grid_for
from reelway.plan.chunks import Chunk, chunks_of, cuts_within, regular_cuts

NTSC = Fraction(30000, 1001)
RATES = [Fraction(24), NTSC, 2 * NTSC, Fraction(9, 2), Fraction(1)]
CUTS = (132, 264, 400, 530, 660)


def chunks(cuts: tuple[int, ...] = CUTS, *, frames: int = 800, chunk_frames: int = 200) -> tuple[Chunk, ...]:
    return chunks_of(cuts, first_frame=0, frames=frames, chunk_frames=chunk_frames, end_frame=frames + 100)


def starts(made: tuple[Chunk, ...]) -> list[int]:
    return [chunk.start_frame for chunk in made if chunk.start_frame is not None]


@pytest.mark.parametrize("rate", RATES)
def test_regular_segments_are_of_one_length_and_count_from_the_first_frame(rate: Fraction) -> None:
    grid = grid_for(rate)
    cuts = regular_cuts(grid, 8, round(123.4 * rate))
    assert {later - before for before, later in pairwise([8, *cuts])} == {grid.segment_frames}
    assert 8 + round(123.4 * rate) - grid.segment_frames <= cuts[-1] < 8 + round(123.4 * rate)


def test_a_video_of_one_segment_is_not_cut() -> None:
    assert regular_cuts(grid_for(Fraction(25)), 0, 100) == ()
    assert chunks((), frames=100) == (Chunk(0, None, 200),)


@pytest.mark.parametrize("rate", RATES)
def test_chunks_join_and_begin_where_segments_do(rate: Fraction) -> None:
    grid, frames = grid_for(rate), round(123.4 * rate)
    cuts = regular_cuts(grid, 0, frames)
    made = chunks_of(
        cuts, first_frame=0, frames=frames, chunk_frames=5 * grid.segment_frames, end_frame=frames
    )
    assert [chunk.index for chunk in made] == list(range(7))
    assert made[0].start_frame is None
    assert made[-1].end_frame == frames
    assert all(before.end_frame == after.start_frame for before, after in pairwise(made))
    assert set(starts(made)) <= set(cuts)


@pytest.mark.parametrize(("frames", "count"), [(99, 1), (101, 1), (109, 1), (120, 2), (200, 2), (450, 5)])
def test_chunks_are_hardly_longer_than_asked(frames: int, count: int) -> None:
    cuts = tuple(range(1, frames))
    made = chunks_of(cuts, first_frame=0, frames=frames, chunk_frames=100, end_frame=frames)
    lengths = [after - before for before, after in pairwise([0, *starts(made), frames])]
    assert len(made) == count
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= 110


def test_a_chunk_begins_at_the_cut_that_is_nearest() -> None:
    assert starts(chunks()) == [264, 400, 530 + 130]  # nearest to 200, 400, 600


def test_no_two_chunks_begin_at_one_cut() -> None:
    assert starts(chunks((400,))) == [400]


def test_the_last_chunk_leaves_room_for_more_than_declared() -> None:
    assert chunks()[-1].end_frame == 900


def test_the_cuts_within_a_chunk_leave_out_its_start() -> None:
    assert list(cuts_within(Chunk(0, None, 264), CUTS)) == [132]
    assert list(cuts_within(Chunk(1, 264, 660), CUTS)) == [400, 530]
    assert list(cuts_within(Chunk(2, 660, 900), CUTS)) == []
