"""Posters and storyboards: stills out of the decode that feeds the rungs, and the sprite of their tiles."""

from pathlib import Path

from reelway.ffmpeg.inputs import ffmpeg
from reelway.ffmpeg.outputs import chunk_poster, no_extras, sprite_file
from reelway.frame_grid import FrameGrid
from reelway.plan.chunks import Chunk
from reelway.plan.stills import COLUMNS, Stills

# ffmpeg's scale of JPEG quality, 2 (best) to 31: tiles are seen at 160 pixels, the poster at full width.
TILE_QUALITY, POSTER_QUALITY = "5", "3"


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


def keyframe_stills(stills: Stills, keyframes: Path, folder: Path, *, posters: int, rows: int) -> list[str]:
    """The sprite and the poster out of our own stream of single keyframes: `posters` at first, then tiles."""
    tiles = f"select='gte(n,{posters})',{_scaled(stills.tile_size)},tile={COLUMNS}x{rows}[sprite]"
    poster = f"select='lt(n,{posters})',{_scaled(stills.poster_size)},thumbnail={posters}[poster]"
    one = ["-frames:v", "1", "-update", "1", "-f", "image2"]
    return [
        *ffmpeg(),
        *("-protocol_whitelist", "file", "-format_whitelist", "mpegts", "-codec_whitelist", "h264,aac"),
        *("-f", "mpegts", "-i", str(keyframes)),
        *("-filter_complex", f"[0:v]split[a][b];[a]{tiles};[b]{poster}"),
        *jpegs("sprite", TILE_QUALITY, [*one, str(sprite_file(folder))]),
        *jpegs("poster", POSTER_QUALITY, [*one, str(chunk_poster(folder))]),
    ]


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
