"""Reads the marks of drawn clips out of what plays: which frames, when, how colored, and what is heard."""

import math
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.encoding.drawing import (
    CODE_ROW,
    COLUMNS,
    CORNERS,
    LOWEST_HZ,
    PITCHES,
    ROWS,
    STEP_HZ,
    Clip,
)
from tests.support.media import corpus

_MIN_CONTRAST = 60
_CLOCK_HZ, _RATE_HZ = 90_000, 8_000
_BLOCK = 40  # samples, 5 ms
_SILENCE = _RATE_HZ // 2  # at least, between two clicks
_PITCH_S = 0.04


@dataclass(frozen=True, slots=True)
class Click:
    """`second` tells by its pitch, modulo 16, at which second of the clip it was drawn."""

    second: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file or stream shows and lets hear.

    `numbers` has None for a frame whose number cannot be read; all times are on the stream's own clock.
    `sound_jump_s` is by how much the sound's times come to differ from the amount of sound that there was.
    `corners` are the colors of the first frame's corners: top left, top right, bottom left, bottom right.
    """

    numbers: list[int | None]
    times_s: list[float]
    corners: list[tuple[int, ...]]
    clicks: list[Click]
    sound_jump_s: float

    @property
    def is_upright(self) -> bool:
        return all(
            corner[channel] - max(corner[:channel] + corner[channel + 1 :]) > _MIN_CONTRAST
            for channel, corner in enumerate(self.corners[:3])
        )

    @property
    def color_error(self) -> int:
        """How far any corner is from what was drawn, of 255."""
        pairs = zip(self.corners, CORNERS, strict=True)
        return max(abs(a - b) for found, drawn in pairs for a, b in zip(found, drawn, strict=True))

    @property
    def seconds(self) -> list[int]:
        return [click.second for click in self.clicks]

    def offsets_s(self, clip: Clip) -> list[float]:
        """How much later than its picture each click is heard.

        Both are compared with what the clip was drawn by: the first showing of each frame with its number,
        each click with its pitch.
        """
        shown: dict[int, float] = {}
        for number, time_s in zip(self.numbers, self.times_s, strict=True):
            if number is not None:
                shown.setdefault(number, time_s)
        picture_s = median(time_s - float(number / clip.numbers_rate) for number, time_s in shown.items())
        late_s = [click.at_s - picture_s - click.second for click in self.clicks]
        return [late - PITCHES * round(late / PITCHES) for late in late_s]


def read(url: str | Path, ffmpeg: Path, folder: Path, *, has_audio: bool) -> Reading:
    """Play `url` with ffmpeg and read the marks; fails when ffmpeg does. Scratch files land in `folder`."""
    pictures, pictures_at = folder / "pictures.rgb", folder / "pictures.txt"
    sound, sound_at = folder / "sound.s16", folder / "sound.txt"
    outputs: list[str | Path] = [
        *("-map", "0:V:0", "-fps_mode", "passthrough", "-enc_time_base:v", f"1:{_CLOCK_HZ}"),
        *("-vf", f"scale={COLUMNS}:{ROWS}:flags=area,format=rgb24"),
        *("-stats_enc_pre:v", pictures_at, "-stats_enc_pre_fmt:v", "{pts}", "-f", "rawvideo", pictures),
    ]
    if has_audio:
        outputs += ["-map", "0:a:0", "-ac", "1", "-ar", str(_RATE_HZ), "-stats_enc_pre:a", sound_at]
        outputs += ["-stats_enc_pre_fmt:a", "{pts} {sn}", "-c:a", "pcm_s16le", "-f", "s16le", sound]
    corpus.run(ffmpeg, "-copyts", "-i", url, *outputs)
    shown, size = pictures.read_bytes(), COLUMNS * ROWS * 3
    frames = [shown[at : at + size] for at in range(0, len(shown), size)]
    numbers = [_number(frame) for frame in frames]
    times_s = [int(line) / _CLOCK_HZ for line in pictures_at.read_text().split()]
    clicks, jump_s = _heard(sound, sound_at) if has_audio else ([], 0.0)
    return Reading(numbers, times_s, _corners(frames[0]), clicks, jump_s)


def joined(playlist: Path, output: Path) -> Path:
    """The segments of a playlist that stands where its URIs resolve, as one transport stream."""
    lines = playlist.read_text().splitlines()
    parts = [playlist.parent / line for line in lines if line and not line.startswith("#")]
    output.write_bytes(b"".join(part.read_bytes() for part in parts))
    return output


def _pixel(frame: bytes, column: int, row: int) -> bytes:
    at = (row * COLUMNS + column) * 3
    return frame[at : at + 3]


def _number(frame: bytes) -> int | None:
    """None when a block and its inverse below differ too little, as where two frames are mixed."""
    number = 0
    for bit in range(COLUMNS):
        upper, lower = (sum(_pixel(frame, bit, CODE_ROW + row)) / 3 for row in (0, 1))
        if abs(upper - lower) < _MIN_CONTRAST:
            return None
        number += (upper > lower) << bit
    return number


def _corners(frame: bytes) -> list[tuple[int, ...]]:
    return [tuple(_pixel(frame, x, y)) for y in (0, ROWS - 1) for x in (0, COLUMNS - 1)]


def _heard(sound: Path, sound_at: Path) -> tuple[list[Click], float]:
    """The clicks, and the jump of the sound's clock in seconds."""
    rows = [line.split() for line in sound_at.read_text().splitlines()]
    starts = [(int(count), int(time) / _RATE_HZ) for time, count in rows]
    drifts_s = [time_s - count / _RATE_HZ for count, time_s in starts]
    return _clicks(array("h", sound.read_bytes()), starts), max(drifts_s) - min(drifts_s)


def _clicks(samples: "array[int]", starts: list[tuple[int, float]]) -> list[Click]:
    """`starts` are the numbers of some samples, and when they are heard."""
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
    pitch = round((crossings / 2 / _PITCH_S - LOWEST_HZ) / STEP_HZ)
    return Click(pitch, time_s + (at - begun) / _RATE_HZ)
