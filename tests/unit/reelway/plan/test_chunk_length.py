from fractions import Fraction

import pytest

from reelway.frame_grid import grid_for
from reelway.plan.chunk_length import Pace, cost_of
from reelway.plan.ladder import ladder_for
from tests.support.samples import VIDEO_STREAM, video_stream

HD = video_stream(width=1920, height=1080, frame_rate=Fraction(30))


def length_s(pace: Pace, duration_s: float = 600.0) -> float:
    grid = grid_for(HD.frame_rate)
    return pace.chunk_length_s(HD, grid, ladder_for(HD, grid), duration_s)


def cost() -> float:
    grid = grid_for(HD.frame_rate)
    return cost_of(HD, grid, ladder_for(HD, grid))


def pace(
    target_s: float = 30.0,
    vcpus: float = 3.0,
    concurrency: int = 120,
    timeout_s: float = 840.0,
    chunk_s: int = 0,
) -> Pace:
    return Pace(target_s, vcpus, concurrency, timeout_s, chunk_s)


def test_a_chunk_takes_the_time_that_was_asked_for() -> None:
    assert length_s(pace()) == pytest.approx(30.0 * 3 / cost())
    assert length_s(pace(vcpus=6.0)) == pytest.approx(2 * length_s(pace()))
    assert length_s(pace(target_s=10.0)) == pytest.approx(length_s(pace()) / 3)


def test_there_are_no_more_chunks_than_run_at_once() -> None:
    assert length_s(pace(concurrency=4), 600.0) == 150.0


def test_no_chunk_comes_near_the_time_limit() -> None:
    assert length_s(pace(concurrency=1), 36_000.0) == pytest.approx(420.0 * 3 / cost())


def test_the_owner_may_fix_the_length() -> None:
    assert length_s(pace(chunk_s=12)) == 12.0


def test_a_full_ladder_of_1080p_at_30_fps_costs_what_was_measured() -> None:
    assert cost() == pytest.approx(2.3, rel=0.05)


def test_fields_are_decoded_by_the_frame_and_encoded_as_frames() -> None:
    progressive = video_stream(frame_rate=Fraction(50))
    interlaced = video_stream(frame_rate=Fraction(25), is_interlaced=True)
    grid = grid_for(interlaced.shown_rate)
    assert grid.rate == 50
    ladder = ladder_for(interlaced, grid)
    saved = cost_of(progressive, grid, ladder) - cost_of(interlaced, grid, ladder)
    assert saved == pytest.approx(1280 * 720 * 25 * 5e-9)


def test_fewer_pixels_cost_less() -> None:
    grid = grid_for(VIDEO_STREAM.frame_rate)
    ladder = ladder_for(VIDEO_STREAM, grid)
    assert cost_of(VIDEO_STREAM, grid, ladder[1:]) < cost_of(VIDEO_STREAM, grid, ladder)
