"""The stills of a video: its poster, and the storyboard that players show while seeking.

Both are made by the decode that feeds the rungs. The storyboard's tiles are JPEGs at equal distances; they
are joined to one sprite, and a WebVTT file maps times to rectangles of it.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from reelway.frame_grid import GOP_S, FrameGrid
from reelway.keys import SPRITE_NAME
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import MAX_DEFAULT_HEIGHT
from reelway.probe.streams import nominal_height

CONTENT_TYPE = "image/jpeg"
VTT_CONTENT_TYPE = "text/vtt"
CACHE_CONTROL = "public, max-age=3600"  # an hour: their URLs stay when a repeated run makes them anew
FIRST_CACHE_CONTROL = "public, max-age=60"  # those of keyframes are replaced when the ladder is complete
# 10 x 10 tiles of 160 x 90 are a sprite of 1600 x 900 pixels, about as large as one large JPEG.
COLUMNS, _MAX_TILES = 10, 100
_MIN_INTERVAL_S = GOP_S  # closer tiles hardly differ (judgement)
_TILE_SIDE = 160  # the longer side in pixels, about what players show above the seek bar
_POSTER_HEIGHT = MAX_DEFAULT_HEIGHT  # the nominal one, as the default rendition's
# After titles and fades, and within the first chunks (judgement).
_POSTER_AFTER, _MAX_POSTER_AFTER_S = Fraction(1, 10), 30
# Frames, one second apart, of which ffmpeg's thumbnail filter takes the most typical one.
_POSTER_CANDIDATES = 5
_JPEG_START = b"\xff\xd8"  # SOI (ITU-T T.81, table B.1); in the data of a JPEG 0xff is followed by 0x00


@dataclass(frozen=True, slots=True)
class Stills:
    """Which frames of the grid become stills, and their sizes (width, height) in pixels.

    A tile is taken every `interval_frames`, from `first_frame` on. The poster is the most typical of
    `poster_candidates` frames, `poster_step` frames apart, from `poster_frame` on.
    """

    first_frame: int
    interval_frames: int
    tile_size: tuple[int, int]
    poster_frame: int
    poster_step: int
    poster_size: tuple[int, int]
    poster_candidates: int = _POSTER_CANDIDATES

    def has_poster(self, chunk: Chunk) -> bool:
        return (chunk.start_frame or 0) <= self.poster_frame < chunk.end_frame


def stills_of(*, width: int, height: int, grid: FrameGrid, first_frame: int, frames: int) -> Stills:
    """For a video of `width` x `height` square pixels and about `frames` frames."""
    interval_s = max(_MIN_INTERVAL_S, math.ceil(frames / grid.rate / _MAX_TILES))
    after = min(int(frames * _POSTER_AFTER), int(_MAX_POSTER_AFTER_S * grid.rate))
    return Stills(
        first_frame=first_frame,
        interval_frames=max(1, round(interval_s * grid.rate)),
        tile_size=_fitted(width, height, Fraction(_TILE_SIDE, max(width, height))),
        poster_frame=first_frame + after,
        poster_step=max(1, round(grid.rate)),
        poster_size=_fitted(width, height, min(Fraction(1), _POSTER_HEIGHT / nominal_height(width, height))),
    )


def tile_times_s(made: Stills, grid: FrameGrid, *, duration_s: float) -> list[float]:
    """When the frames of the tiles are shown, counted from the first one."""
    return _times_s(0, made.interval_frames, grid, until_s=duration_s)


def poster_times_s(made: Stills, grid: FrameGrid, *, duration_s: float) -> list[float]:
    """As `tile_times_s`, of the frames that the poster is chosen from."""
    times_s = _times_s(made.poster_frame - made.first_frame, made.poster_step, grid, until_s=duration_s)
    return times_s[: made.poster_candidates]


def _times_s(start: int, step: int, grid: FrameGrid, *, until_s: float) -> list[float]:
    return [float(frame / grid.rate) for frame in range(start, math.ceil(until_s * grid.rate), step)]


def tile_count(tiles: bytes) -> int:
    """The number of JPEGs in a file of concatenated ones."""
    return tiles.count(_JPEG_START)


def rows_of(tiles: int) -> int:
    return -(-tiles // COLUMNS)


def storyboard(made: Stills, grid: FrameGrid, *, tiles: int, duration_s: float) -> str:
    """WebVTT with a cue for each tile: `start --> end`, then `storyboard.jpg#xywh=x,y,width,height`."""
    width, height = made.tile_size
    interval_s = made.interval_frames / grid.rate
    lines = ["WEBVTT", ""]
    for n in range(tiles):
        start_s, end_s = float(n * interval_s), min(float((n + 1) * interval_s), duration_s)
        if start_s >= end_s:
            break
        x, y = n % COLUMNS * width, n // COLUMNS * height
        lines += [
            f"{_clock(start_s)} --> {_clock(end_s)}",
            f"{SPRITE_NAME}#xywh={x},{y},{width},{height}",
            "",
        ]
    return "\n".join(lines)


def _fitted(width: int, height: int, scale: Fraction) -> tuple[int, int]:
    """Width and height times `scale`, rounded to even numbers of at least 2, as 4:2:0 sampling needs."""
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _clock(time_s: float) -> str:
    milliseconds = round(time_s * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
