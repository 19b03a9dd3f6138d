"""Small videos, made with PyAV itself."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av

RATE = 25
FRAMES = 30


def video(
    path: Path, codec: str = "mpeg4", *, pixels: str = "yuv420p", times: list[int] | None = None
) -> Path:
    """A gray video of 64x48 pixels at 25 fps, or with frames at `times` in milliseconds."""
    with av.open(str(path), "w") as output:
        stream: Any = output.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.time_base = Fraction(1, 1000)
        for time_ms in times or [n * 1000 // RATE for n in range(FRAMES)]:
            frame = av.VideoFrame(64, 48, pixels)
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def turned(path: Path) -> Path:
    """Turned by its display matrix."""
    with av.open(str(path), "w") as output:
        stream: Any = output.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(90)
        for _ in range(FRAMES):
            output.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        output.mux(stream.encode(None))
    return path
