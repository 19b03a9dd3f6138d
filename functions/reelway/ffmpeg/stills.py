"""Posters and storyboards: pictures out of the decode that feeds the rungs, and the sprite of their tiles."""

from pathlib import Path

from reelway.ffmpeg.inputs import ffmpeg
from reelway.ffmpeg.outputs import no_extras
from reelway.plan.chunks import Chunk
from reelway.plan.stills import COLUMNS, Stills

TILE_QUALITY, POSTER_QUALITY = "5", "3"


def still_branches(pictures: Stills, chunk: Chunk) -> list[str]:
    """Few frames are picked by their number before anything is done to them, so that these cost little."""

    def scaled(size: tuple[int, int]) -> str:
        return f"scale={size[0]}:{size[1]}:out_range=pc,setsar=1,format=yuvj420p"

    passed = f"(pts-{pictures.first_frame})"
    tiles = f"select='not(mod({passed},{pictures.interval_frames}))',{scaled(pictures.tile_size)}[tiles]"
    if not pictures.has_poster(chunk):
        return [tiles]
    late = f"(pts-{pictures.poster_frame})"
    picked = f"select='gte({late},0)*not(mod({late},{pictures.poster_step}))'"
    typical = f"thumbnail={pictures.poster_candidates}"
    return [tiles, f"{picked},{scaled(pictures.poster_size)},{typical}[poster]"]


def jpegs(outlet: str, quality: str, output: list[str]) -> list[str]:
    still = ["-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", quality]
    return ["-map", f"[{outlet}]", *still, *no_extras(), *output]


def sprite(tiles: Path, *, rows: int, output: Path) -> list[str]:
    """One picture of the storyboard's tiles, which are our own JPEGs one after the other."""
    reading = ["-protocol_whitelist", "file", "-format_whitelist", "mjpeg", "-f", "mjpeg", "-i", str(tiles)]
    writing = ["-frames:v", "1", "-c:v", "mjpeg", "-q:v", TILE_QUALITY, "-update", "1", "-f", "image2"]
    return [*ffmpeg(), *reading, "-vf", f"tile={COLUMNS}x{rows}", *writing, str(output)]
