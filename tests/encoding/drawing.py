"""Draws test clips in which every frame shows its number and every second has a click of its own pitch.

A frame is one of a real film. Across its middle, twelve black or white blocks are its number in Gray code
(white is 1, the lowest bit on the left); below them are the same blocks inverted. In this code no bit is the
same in all even numbers. Where two frames become the fields of an interlaced one, such a bit would be lines
that do not move, which a deinterlacer keeps. The corners are red (top left),
green (top right), blue (bottom left) and gray (bottom right). The audio is silent except for 60 ms at each
whole second, whose pitch is 100 Hz higher than a second earlier. These marks survive encoding and
changes of size and rate; `marks` reads them.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.support.media import corpus

# `marks` scales each frame to so many cells, each the mean of its pixels; 12 columns are 12 bits.
COLUMNS, ROWS = 12, 8
CODE_ROW = 3  # the row of the blocks; the inverted ones are in the row below
CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128))
CLICK_S = 0.06  # at least 24 periods of the lowest pitch
# 400 to 1,900 Hz passes even a codec for speech at 8 kHz (AMR); the pitches repeat after 16 s.
MIN_HZ, STEP_HZ, PITCHES = 400, 100, 16


@dataclass(frozen=True, slots=True)
class Clip:
    """What is drawn: `frames` frames at `rate` per second, and a click at each whole second of them."""

    frames: int = 200
    rate: Fraction = Fraction(25)
    width: int = 160
    height: int = 120
    pixels: str = "yuv420p"

    @property
    def duration_s(self) -> float:
        return float(self.frames / self.rate)

    @property
    def numbers(self) -> range:
        return range(self.frames)

    @property
    def seconds(self) -> range:
        """The whole seconds whose click does not end after the clip."""
        return range(math.floor(self.duration_s - CLICK_S) + 1)

    @property
    def name(self) -> str:
        rate = f"{self.rate.numerator}-{self.rate.denominator}"
        return f"{self.frames}-at-{rate}-{self.width}x{self.height}-{self.pixels}.nut"


def draw(clip: Clip, folder: Path, ffmpeg: Path) -> Path:
    """The clip as a lossless NUT file with exact times; drawn once per folder."""
    output = folder / clip.name
    if not output.exists():
        film = ["-stream_loop", "-1", "-i", str(corpus.file("bikes.mp4"))]
        drawn = ["-f", "lavfi", "-i", _code(clip), "-f", "lavfi", "-i", _clicks(clip)]
        lossless = ["-ac", "2", "-c:v", "ffvhuff", "-c:a", "pcm_s16le"]
        graph = ["-filter_complex", _graph(clip), "-map", "[v]", "-map", "2:a"]
        corpus.run(ffmpeg, *film, *drawn, *graph, *lossless, output)
    return output


def _code(clip: Clip) -> str:
    """The lavfi source of the number's blocks, one pixel each; `_graph` enlarges them."""
    blocks = "format=gray,geq=lum='255*mod(floor((N+pow(2,X))/pow(2,X+1))+Y,2)'"
    return f"nullsrc=s={COLUMNS}x2:r={clip.rate},{blocks}"


def _clicks(clip: Clip) -> str:
    pitch = f"({MIN_HZ}+{STEP_HZ}*mod(floor(t),{PITCHES}))"
    gate = f"lt(mod(t,1),{CLICK_S})*lt(t,{len(clip.seconds)})"
    return f"aevalsrc='0.5*sin(2*PI*{pitch}*t)*{gate}':s=48000:d={clip.duration_s}:c=mono"


def _graph(clip: Clip) -> str:
    """The filter graph: drawn in BT.601, stored in the matrix that players assume for the clip's height."""
    wide, high = -(-clip.width // 6), clip.height // 4
    right, low = clip.width - wide, clip.height - high
    places = {"red": (0, 0), "lime": (right, 0), "blue": (0, low), "gray": (right, low)}
    boxes = [
        f"drawbox=color={color}:x={x}:y={y}:w={wide}:h={high}:t=fill" for color, (x, y) in places.items()
    ]
    steady = f"settb={1 / clip.rate},setpts=N,fps={clip.rate}"
    film = [steady, f"scale={clip.width}:{clip.height}", "setsar=1", "format=yuv444p", *boxes]
    matrix = "bt709" if clip.height >= 720 else "bt601"
    stored = [
        f"overlay=0:{clip.height * CODE_ROW // ROWS}:format=yuv444",
        f"trim=end_frame={clip.frames}",
        f"scale=in_color_matrix=bt601:out_color_matrix={matrix}",
        "setparams=colorspace=unknown",
        f"format={clip.pixels}",
    ]
    return ";".join(
        [
            f"[0:v]{','.join(film)}[film]",
            f"[1:v]scale={clip.width}:{high}:flags=neighbor,format=yuv444p[code]",
            f"[film][code]{','.join(stored)}[v]",
        ]
    )
