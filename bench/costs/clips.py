"""Small clips whose requests are counted: patterns with a tone, whose GOPs are too long to be kept."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip at 30 fps, uploaded to a system whose chunks are `chunk_s` long."""

    name: str
    height: int
    duration_s: int
    chunk_s: int
    kbps: int = 400


# Each differs from the first in one thing, so that the parts of the model can be told apart. All are small
# enough for POST /upload: after a direct upload the client asks for the record until there is one.
CLIPS = (
    Clip("one chunk", 360, 16, 16),
    Clip("four chunks", 360, 16, 4),
    Clip("three times as long", 360, 48, 48),
    Clip("four times the bitrate", 360, 16, 16, kbps=1600),
    Clip("many chunks", 240, 44 * 4, 4, kbps=60),
    Clip("1080p, five rungs", 1080, 8, 4, kbps=3500),
)
CHECKED = "many chunks"  # predicted from the others


def made(clip: Clip, folder: Path, binaries: Path) -> Path:
    """The clip as a file, made anew."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clip.height}-{clip.duration_s}-{clip.kbps}.mp4"
    width = clip.height * 16 // 9 // 2 * 2
    picture = f"testsrc2=size={width}x{clip.height}:rate=30:duration={clip.duration_s},noise=alls=12:allf=t"
    command = [
        *(str(binaries / "ffmpeg"), "-y", "-loglevel", "error", "-f", "lavfi", "-i", picture),
        *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={clip.duration_s}"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "600", "-pix_fmt", "yuv420p"),
        *("-b:v", f"{clip.kbps}k", "-maxrate", f"{clip.kbps}k", "-bufsize", f"{clip.kbps}k"),
        *("-c:a", "aac", "-ac", "2", "-b:a", "64k", "-movflags", "+faststart", str(path)),
    ]
    subprocess.run(command, check=True)
    return path
