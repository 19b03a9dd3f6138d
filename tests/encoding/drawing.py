"""Clips that tell what became of them: every frame carries its number, every second its own click.

A frame is a picture of a real film, with its number as twelve black or white blocks across the middle
(white for 1, the lowest bit on the left), below them the same blocks inverted, and corners in red, green,
blue and gray: top left, top right, bottom left, bottom right. The sound is silent but for 60 ms at each whole
second, higher by 100 Hz than a second earlier. Sizes, codecs and rates change; these survive.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.support.media import corpus

# The picture is read as so many cells, each the mean of its pixels.
COLUMNS, ROWS = 12, 8
CODE_ROW = 3  # the row of the blocks; that of the inverted ones is below it
CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128))
CLICK_S = 0.06
LOWEST_HZ, STEP_HZ, PITCHES = 400, 100, 16


@dataclass(frozen=True, slots=True)
class Clip:
    """What is drawn: `frames` pictures at `rate` per second, and a click at each second of their time.

    `per_number` neighbouring frames have one number: both that are woven into an interlaced one, for a block
    that is black in all first fields and white in all second ones is a still pattern of lines, and stays one.
    """

    frames: int = 200
    rate: Fraction = Fraction(25)
    width: int = 160
    height: int = 120
    pixels: str = "yuv420p"
    per_number: int = 1

    @property
    def duration_s(self) -> float:
        return float(self.frames / self.rate)

    @property
    def numbers(self) -> range:
        return range(self.frames // self.per_number)

    @property
    def numbers_rate(self) -> Fraction:
        return self.rate / self.per_number

    @property
    def seconds(self) -> range:
        """Those whose click is whole."""
        return range(math.floor(self.duration_s - CLICK_S) + 1)

    @property
    def name(self) -> str:
        rate = f"{self.rate.numerator}-{self.rate.denominator}"
        size = f"{self.width}x{self.height}-{self.pixels}"
        return f"{self.frames}-at-{rate}-{size}-{self.per_number}.nut"


def draw(clip: Clip, folder: Path, ffmpeg: Path) -> Path:
    """The clip without any loss, as NUT with exact times; drawn once per folder."""
    output = folder / clip.name
    if not output.exists():
        film = ["-stream_loop", "-1", "-i", str(corpus.file("bikes.mp4"))]
        drawn = ["-f", "lavfi", "-i", _code(clip), "-f", "lavfi", "-i", _clicks(clip)]
        lossless = ["-ac", "2", "-c:v", "ffvhuff", "-c:a", "pcm_s16le"]
        graph = ["-filter_complex", _graph(clip), "-map", "[v]", "-map", "2:a"]
        corpus.run(ffmpeg, *film, *drawn, *graph, *lossless, output)
    return output


def _code(clip: Clip) -> str:
    """A picture of a pixel for each block; `_graph` enlarges it."""
    number = f"floor(N/{clip.per_number})"
    blocks = f"format=gray,geq=lum='255*mod(floor({number}/pow(2,X))+Y,2)'"
    return f"nullsrc=s={COLUMNS}x2:r={clip.rate},{blocks}"


def _clicks(clip: Clip) -> str:
    pitch = f"({LOWEST_HZ}+{STEP_HZ}*mod(floor(t),{PITCHES}))"
    sounds = f"lt(mod(t,1),{CLICK_S})*lt(t,{len(clip.seconds)})"
    return f"aevalsrc='0.5*sin(2*PI*{pitch}*t)*{sounds}':s=48000:d={clip.duration_s}:c=mono"


def _graph(clip: Clip) -> str:
    """Drawn in the colors of SD, and stored in those that players assume of a clip of its size."""
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
