"""Clips that tell what became of them: every frame carries its number, every second its own click.

A frame is a picture of a real film, with its number as twelve black or white blocks across the middle (white
for 1, the lowest bit on the left), below them the same blocks inverted, and corners in red, green, blue and
gray: top left, top right, bottom left, bottom right. The sound is silent but for 60 ms at each whole second,
higher by 100 Hz than a second earlier. Sizes, codecs and rates change; these survive.
"""

import math
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests import media

# The picture is read as so many cells, each the mean of its pixels.
_COLUMNS, _ROWS = 12, 8
_CODE_ROW = 3
_LEAST_CONTRAST = 60
_RATE_HZ = 8_000
_BLOCK = 40  # samples, 5 ms
_SILENCE = _RATE_HZ // 2  # at least, between two clicks
_PITCH_S = 0.04
_CLICK_S = 0.06
_LOWEST_HZ, _STEP_HZ, _PITCHES = 400, 100, 16
_CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128))


@dataclass(frozen=True, slots=True)
class Clip:
    """What is drawn: `frames` pictures at `rate` per second, and a click at each second of their time.

    `per_number` pictures in a row carry the same number: of two that become the fields of one, both.
    """

    frames: int = 200
    rate: Fraction = Fraction(25)
    width: int = 160
    height: int = 120
    per_number: int = 1

    @property
    def number_rate(self) -> Fraction:
        """Numbers per second."""
        return self.rate / self.per_number

    @property
    def duration_s(self) -> float:
        return float(self.frames / self.rate)

    @property
    def clicks(self) -> int:
        """How many begin and end within the clip."""
        return math.floor(self.duration_s - _CLICK_S) + 1 if self.duration_s >= _CLICK_S else 0

    @property
    def name(self) -> str:
        return (
            f"{self.frames}-at-{self.rate.numerator}-{self.rate.denominator}-{self.width}x{self.height}"
            f"-{self.per_number}.nut"
        )


@dataclass(frozen=True, slots=True)
class Click:
    """`second` tells by its pitch, modulo 16, at which second of the clip it was drawn."""

    second: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file or stream shows and lets hear.

    `numbers` has None for a frame whose number cannot be read; all times are on the stream's own clock.
    `corners` are the colors of the first frame's corners: top left, top right, bottom left, bottom right.
    """

    numbers: list[int | None]
    times_s: list[float]
    corners: list[tuple[int, ...]]
    clicks: list[Click]

    @property
    def is_upright(self) -> bool:
        return all(
            corner[channel] - max(corner[:channel] + corner[channel + 1 :]) > _LEAST_CONTRAST
            for channel, corner in enumerate(self.corners[:3])
        )

    @property
    def color_error(self) -> int:
        """How far any corner is from what was drawn, of 255."""
        pairs = zip(self.corners, _CORNERS, strict=True)
        return max(abs(a - b) for found, drawn in pairs for a, b in zip(found, drawn, strict=True))

    @property
    def seconds(self) -> list[int]:
        return [click.second for click in self.clicks]

    def offset_s(self, rate: Fraction) -> float:
        """How much later than its picture a click is heard, in a clip with `rate` numbers per second.

        Both are compared with what the clip was drawn by: the first showing of each frame with its number,
        each click with its pitch.
        """
        shown: dict[int, float] = {}
        for number, time_s in zip(self.numbers, self.times_s, strict=True):
            if number is not None:
                shown.setdefault(number, time_s)
        picture_s = median(time_s - float(number / rate) for number, time_s in shown.items())
        late_s = [click.at_s - picture_s - click.second for click in self.clicks]
        return median(late - _PITCHES * round(late / _PITCHES) for late in late_s)


def draw(clip: Clip, folder: Path, ffmpeg: Path) -> Path:
    """The clip without any loss, as NUT with exact times; drawn once per folder."""
    output = folder / clip.name
    if output.exists():
        return output
    box = f"w={-(-clip.width // 6)}:h={clip.height // 4}:t=fill"
    left, low = clip.width - -(-clip.width // 6), clip.height - clip.height // 4
    top, high = clip.height * _CODE_ROW // _ROWS, clip.height // 4
    bit = f"mod(floor(floor(N/{clip.per_number})/pow(2,X))+Y,2)"
    code = f"nullsrc=s={_COLUMNS}x2:r={clip.rate},format=gray,geq=lum='255*{bit}'"
    graph = (
        f"[0:v]settb={1 / clip.rate},setpts=N,fps={clip.rate},scale={clip.width}:{clip.height},setsar=1,"
        f"format=yuv444p,drawbox=color=red:x=0:y=0:{box},drawbox=color=lime:x={left}:y=0:{box},"
        f"drawbox=color=blue:x=0:y={low}:{box},drawbox=color=gray:x={left}:y={low}:{box}[film];"
        f"[1:v]scale={clip.width}:{high}:flags=neighbor,format=yuv444p[code];"
        f"[film][code]overlay=0:{top}:format=yuv444,trim=end_frame={clip.frames},format=yuv420p[v]"
    )
    pitch = f"({_LOWEST_HZ}+{_STEP_HZ}*mod(floor(t),{_PITCHES}))"
    gate = f"lt(mod(t,1),{_CLICK_S})*lt(t,{clip.clicks})"
    clicks = f"aevalsrc='0.5*sin(2*PI*{pitch}*t)*{gate}':s=48000:d={clip.duration_s}:c=mono"
    media.run(
        ffmpeg, "-stream_loop", "-1", "-i", media.file("bikes.mp4"), "-f", "lavfi", "-i", code,
        "-f", "lavfi", "-i", clicks, "-filter_complex", graph, "-map", "[v]", "-map", "2:a", "-ac", "2",
        "-c:v", "ffvhuff", "-c:a", "pcm_s16le", output,
    )  # fmt: skip
    return output


def read(url: str | Path, ffmpeg: Path, folder: Path, *, has_sound: bool) -> Reading:
    """Play `url` with ffmpeg and read the marks; fails when ffmpeg does. Scratch files land in `folder`."""
    pictures, pictures_at = folder / "pictures.rgb", folder / "pictures.txt"
    sound, sound_at = folder / "sound.s16", folder / "sound.txt"
    outputs: list[str | Path] = [
        *("-map", "0:V:0", "-fps_mode", "passthrough", "-enc_time_base:v", "1:90000"),
        *("-vf", f"scale={_COLUMNS}:{_ROWS}:flags=area,format=rgb24"),
        *("-stats_enc_pre:v", pictures_at, "-stats_enc_pre_fmt:v", "{t}", "-f", "rawvideo", pictures),
    ]
    if has_sound:
        outputs += ["-map", "0:a:0", "-ac", "1", "-ar", str(_RATE_HZ), "-stats_enc_pre:a", sound_at]
        outputs += ["-stats_enc_pre_fmt:a", "{t} {sn}", "-c:a", "pcm_s16le", "-f", "s16le", sound]
    media.run(ffmpeg, "-copyts", "-i", url, *outputs)
    shown, size = pictures.read_bytes(), _COLUMNS * _ROWS * 3
    frames = [shown[at : at + size] for at in range(0, len(shown), size)]
    numbers = [_number(frame) for frame in frames]
    times_s = [float(line) for line in pictures_at.read_text().split()]
    assert len(numbers) == len(times_s), "ffmpeg tells a time for each frame"
    clicks = _clicks(sound, sound_at) if has_sound else []
    return Reading(numbers, times_s, _corners(frames[0]), clicks)


def _pixel(frame: bytes, column: int, row: int) -> bytes:
    at = (row * _COLUMNS + column) * 3
    return frame[at : at + 3]


def _number(frame: bytes) -> int | None:
    """None when a block and its inverse below differ too little, as where two frames are mixed."""
    number = 0
    for bit in range(_COLUMNS):
        upper, lower = (sum(_pixel(frame, bit, _CODE_ROW + row)) / 3 for row in (0, 1))
        if abs(upper - lower) < _LEAST_CONTRAST:
            return None
        number += (upper > lower) << bit
    return number


def _corners(frame: bytes) -> list[tuple[int, ...]]:
    return [tuple(_pixel(frame, x, y)) for y in (0, _ROWS - 1) for x in (0, _COLUMNS - 1)]


def _clicks(sound: Path, sound_at: Path) -> list[Click]:
    samples = array("h", sound.read_bytes())
    rows = [line.split() for line in sound_at.read_text().splitlines()]
    starts = [(int(count), float(time)) for time, count in rows]
    threshold = max(max(samples), -min(samples)) * 0.4
    loud = [
        at
        for at in range(0, len(samples), _BLOCK)
        if max(samples[at : at + _BLOCK]) > threshold or -min(samples[at : at + _BLOCK]) > threshold
    ]
    firsts = loud[:1] + [after for before, after in pairwise(loud) if after - before > _SILENCE]
    return [_click(samples, first, threshold, starts) for first in firsts]


def _click(samples: "array[int]", block: int, threshold: float, starts: list[tuple[int, float]]) -> Click:
    at = next(n for n in range(block, len(samples)) if abs(samples[n]) > threshold)
    begun, time_s = starts[bisect_right(starts, (at, math.inf)) - 1]
    heard = samples[at : at + round(_PITCH_S * _RATE_HZ)]
    crossings = sum((before < 0) != (after < 0) for before, after in pairwise(heard))
    pitch = round((crossings / 2 / _PITCH_S - _LOWEST_HZ) / _STEP_HZ)
    return Click(pitch, time_s + (at - begun) / _RATE_HZ)
