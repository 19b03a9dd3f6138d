"""Posters and storyboards: stills out of the decode that feeds the rungs, and the sprite of their tiles."""

from collections.abc import Sequence
from pathlib import Path

from reelway.ffmpeg.inputs import ffmpeg
from reelway.ffmpeg.outputs import chunk_poster, no_extras
from reelway.frame_grid import FrameGrid
from reelway.plan.chunks import Chunk
from reelway.plan.stills import COLUMNS, Stills

# ffmpeg's scale of JPEG quality, 2 (best) to 31: tiles are seen at 160 pixels, the poster at full width.
TILE_QUALITY, POSTER_QUALITY = "5", "3"
_TILE = "tile-%05d.jpg"


def still_branches(stills: Stills, chunk: Chunk) -> list[str]:
    """Filters for tiles and poster: the few frames are picked by number before they are scaled.

    The chunk's first frame is always among them, for ffmpeg fails when an output of several gets none: a
    damaged file may end before the poster, and a tile may be further away than the chunk is long.
    """

    passed = f"(pts-{stills.first_frame})"
    tiles = f"select='eq(n,0)+not(mod({passed},{stills.interval_frames}))',{_scaled(stills.tile_size)}[tiles]"
    if not stills.has_poster(chunk):
        return [tiles]
    late = f"(pts-{stills.poster_frame})"
    picked = f"select='eq(n,0)+gte({late},0)*not(mod({late},{stills.poster_step}))'"
    # The one closest to their average histogram: neither a black frame nor a flash.
    typical = f"thumbnail={1 + stills.poster_candidates}"
    return [tiles, f"{picked},{_scaled(stills.poster_size)},{typical}[poster]"]


def keyframe_stills(stills: Stills, keyframes: Path, folder: Path, *, posters: Sequence[int]) -> list[str]:
    """A tile of each frame in our own stream of keyframes; the poster is one of those with these numbers."""
    picked = "+".join(f"eq(n,{number})" for number in posters)
    typical = f",thumbnail={len(posters)}" if len(posters) > 1 else ""  # which takes no single frame
    poster = f"select='{picked}',{_scaled(stills.poster_size)}{typical}[poster]"
    return [
        *ffmpeg(),
        *("-protocol_whitelist", "file", "-format_whitelist", "mpegts", "-codec_whitelist", "h264,aac"),
        *("-f", "mpegts", "-i", str(keyframes)),
        *("-filter_complex", f"[0:v]split[a][b];[a]{_scaled(stills.tile_size)}[tiles];[b]{poster}"),
        *jpegs("tiles", TILE_QUALITY, ["-start_number", "0", "-f", "image2", str(folder / _TILE)]),
        *jpegs("poster", POSTER_QUALITY, ["-frames:v", "1", "-update", "1", "-f", "image2"]),
        str(chunk_poster(folder)),
    ]


def keyframe_tile(folder: Path, number: int) -> Path:
    return folder / (_TILE % number)


def _scaled(size: tuple[int, int]) -> str:
    # Full range, because JPEG knows no other.
    return f"scale={size[0]}:{size[1]}:out_range=pc,setsar=1,format=yuvj420p"


def only_tiles(stills: Stills, grid: FrameGrid) -> list[str]:
    """Drop the chunk's first frame again where it is no tile."""
    frame = rf"(round(pts*tb*{float(grid.rate):.6f})-{stills.first_frame})"
    return ["-bsf:v", rf"noise=amount=0:drop='mod({frame}\,{stills.interval_frames})'"]


def jpegs(outlet: str, quality: str, output: list[str]) -> list[str]:
    # passthrough: stills are seconds apart, and none may be doubled to fill the time between.
    still = ["-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", quality]
    return ["-map", f"[{outlet}]", *still, *no_extras(), *output]


def sprite(tiles: Path, *, rows: int, output: Path) -> list[str]:
    """One image of the storyboard's tiles, which are our own JPEGs one after the other."""
    reading = ["-protocol_whitelist", "file", "-format_whitelist", "mjpeg", "-codec_whitelist", "mjpeg"]
    reading += ["-f", "mjpeg", "-i", str(tiles)]
    # -update writes to the very name, where image2 would expect a pattern.
    writing = ["-frames:v", "1", "-c:v", "mjpeg", "-q:v", TILE_QUALITY, "-update", "1", "-f", "image2"]
    return [*ffmpeg(), *reading, "-vf", f"tile={COLUMNS}x{rows}", *writing, str(output)]
