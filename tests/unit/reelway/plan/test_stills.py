from fractions import Fraction

import pytest

from reelway.frame_grid import grid_for
from reelway.plan import stills
from reelway.plan.chunks import Chunk
from reelway.plan.stills import Stills, stills_of

GRID = grid_for(Fraction(25))


def of(duration_s: float = 60.0, width: int = 1920, height: int = 1080, first_frame: int = 0) -> Stills:
    frames = round(duration_s * 25)
    return stills_of(width=width, height=height, grid=GRID, first_frame=first_frame, frames=frames)


@pytest.mark.parametrize(("duration_s", "interval_s"), [(1, 2), (60, 2), (200, 2), (201, 3), (3600, 36)])
def test_a_storyboard_has_a_hundred_tiles_at_most(duration_s: float, interval_s: int) -> None:
    assert of(duration_s).interval_frames == interval_s * 25


@pytest.mark.parametrize(
    ("size", "tile", "poster"),
    [
        ((1920, 1080), (160, 90), (1280, 720)),
        ((1080, 1920), (90, 160), (720, 1280)),
        ((640, 272), (160, 68), (640, 272)),
        ((1920, 804), (160, 68), (1280, 536)),
        ((3000, 2), (160, 2), (1280, 2)),
    ],
)
def test_stills_keep_the_shape_of_the_video(
    size: tuple[int, int], tile: tuple[int, int], poster: tuple[int, int]
) -> None:
    made = of(width=size[0], height=size[1])
    assert (made.tile_size, made.poster_size) == (tile, poster)


def test_the_poster_is_taken_after_a_tenth_but_within_half_a_minute() -> None:
    assert of(60.0, first_frame=12).poster_frame == 12 + 150
    assert of(3600.0).poster_frame == 750
    assert of(0.04).poster_frame == 0


def test_one_chunk_has_the_poster() -> None:
    chunks = [Chunk(0, None, 150), Chunk(1, 150, 500), Chunk(2, 500, 1500)]
    assert [of().has_poster(chunk) for chunk in chunks] == [False, True, False]


def test_tiles_are_counted_by_their_start_markers() -> None:
    assert stills.tile_count(b"") == 0
    assert stills.tile_count(b"\xff\xd8\xff\xe0..\xff\x00\xd8..\xff\xd9" * 3) == 3


def test_a_storyboard_maps_times_to_places_in_the_sprite() -> None:
    text = stills.storyboard(of(23.5), GRID, tiles=12, duration_s=23.5)
    cues = [cue.splitlines() for cue in text.split("\n\n")[1:] if cue]
    assert text.startswith("WEBVTT\n\n")
    assert cues[0] == ["00:00:00.000 --> 00:00:02.000", "storyboard.jpg#xywh=0,0,160,90"]
    assert cues[10] == ["00:00:20.000 --> 00:00:22.000", "storyboard.jpg#xywh=0,90,160,90"]
    assert cues[11] == ["00:00:22.000 --> 00:00:23.500", "storyboard.jpg#xywh=160,90,160,90"]


def test_no_cue_begins_after_the_end() -> None:
    text = stills.storyboard(of(4.0), GRID, tiles=3, duration_s=4.0)
    assert text.count(" --> ") == 2


def test_hours_are_written_out() -> None:
    text = stills.storyboard(of(7200.0), GRID, tiles=100, duration_s=7200.0)
    assert "01:58:48.000 --> 02:00:00.000" in text
