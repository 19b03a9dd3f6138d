"""Reads the marks of `drawing` out of a stream: frame numbers, frame times, corner colors and clicks."""

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
    MIN_HZ,
    PITCHES,
    ROWS,
    STEP_HZ,
    Clip,
)
from tests.support.media import corpus

_MIN_CONTRAST = 60  # of 255; a block and its inverse were drawn 255 apart, blended frames bring them together
_CLOCK_HZ = 90_000  # of MPEG-TS
_RATE_HZ = 8_000  # enough for the highest click, of 1,900 Hz
_BLOCK = 40  # samples (5 ms) that are searched at once
_MIN_SILENCE = _RATE_HZ // 2  # samples between two clicks, which begin a second apart
_PITCH_S = 0.04  # the part of a click whose zero crossings give its pitch
_LOUD = 0.4  # of the peak, so that the ringing of a codec around a click does not count


@dataclass(frozen=True, slots=True)
class Click:
    """A click that was heard at `at_s`; by its pitch it was drawn at `second` of the clip, modulo 16."""

    second: int
    at_s: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The marks in a file or stream; all times are on its own clock.

    `numbers` has None for a frame whose number cannot be read. `audio_jump_s` is the largest change of the
    difference between the audio timestamps and the duration of the samples so far: 0 where audio is gapless.
    `corners` are the colors of the first frame's corners: top left, top right, bottom left, bottom right.
    """

    numbers: list[int | None]
    times_s: list[float]
    corners: list[tuple[int, ...]]
    clicks: list[Click]
    audio_jump_s: float

    @property
    def is_upright(self) -> bool:
        return all(
            corner[channel] - max(corner[:channel] + corner[channel + 1 :]) > _MIN_CONTRAST
            for channel, corner in enumerate(self.corners[:3])
        )

    @property
    def color_error(self) -> int:
        """The largest difference between a corner's channel and what was drawn, of 255."""
        pairs = zip(self.corners, CORNERS, strict=True)
        return max(abs(a - b) for found, drawn in pairs for a, b in zip(found, drawn, strict=True))

    @property
    def seconds(self) -> list[int]:
        return [click.second for click in self.clicks]

    def offsets_s(self, clip: Clip) -> list[float]:
        """By how many seconds each click is later than the frame that was drawn at the same time.

        A click is drawn at the second of its pitch. The lateness of the video is the median, over all frame
        numbers, of the time at which the number is first shown less the time at which it was drawn.
        """
        shown: dict[int, float] = {}
        for number, time_s in zip(self.numbers, self.times_s, strict=True):
            if number is not None:
                shown.setdefault(number, time_s)
        video_s = median(time_s - float(number / clip.rate) for number, time_s in shown.items())
        late_s = [click.at_s - video_s - click.second for click in self.clicks]
        return [late - PITCHES * round(late / PITCHES) for late in late_s]


def read(url: str | Path, ffmpeg: Path, folder: Path, *, has_audio: bool) -> Reading:
    """Play `url` with ffmpeg and read the marks; fails when ffmpeg does. Scratch files land in `folder`."""
    video, video_times = folder / "video.rgb", folder / "video.txt"
    audio, audio_times = folder / "audio.s16", folder / "audio.txt"
    outputs: list[str | Path] = [
        *("-map", "0:V:0", "-fps_mode", "passthrough", "-enc_time_base:v", f"1:{_CLOCK_HZ}"),
        *("-vf", f"scale={COLUMNS}:{ROWS}:flags=area,format=rgb24"),
        *("-stats_enc_pre:v", video_times, "-stats_enc_pre_fmt:v", "{pts}", "-f", "rawvideo", video),
    ]
    if has_audio:
        outputs += ["-map", "0:a:0", "-ac", "1", "-ar", str(_RATE_HZ), "-stats_enc_pre:a", audio_times]
        outputs += ["-stats_enc_pre_fmt:a", "{pts} {sn}", "-c:a", "pcm_s16le", "-f", "s16le", audio]
    corpus.run(ffmpeg, "-copyts", "-i", url, *outputs)
    shown, size = video.read_bytes(), COLUMNS * ROWS * 3
    frames = [shown[at : at + size] for at in range(0, len(shown), size)]
    numbers = [_number(frame) for frame in frames]
    times_s = [int(line) / _CLOCK_HZ for line in video_times.read_text().split()]
    clicks, jump_s = _heard(audio, audio_times) if has_audio else ([], 0.0)
    return Reading(numbers, times_s, _corners(frames[0]), clicks, jump_s)


def joined(playlist: Path, output: Path) -> Path:
    """The segments of a playlist as one transport stream; its URIs must resolve against `playlist`."""
    lines = playlist.read_text().splitlines()
    parts = [playlist.parent / line for line in lines if line and not line.startswith("#")]
    output.write_bytes(b"".join(part.read_bytes() for part in parts))
    return output


def _pixel(frame: bytes, column: int, row: int) -> bytes:
    at = (row * COLUMNS + column) * 3
    return frame[at : at + 3]


def _number(frame: bytes) -> int | None:
    """None when a block differs too little from its inverse below, as where two frames are blended."""
    number, higher = 0, 0  # a bit of the number is that of the Gray code, inverted by the bit above it
    for bit in reversed(range(COLUMNS)):
        upper, lower = (sum(_pixel(frame, bit, CODE_ROW + row)) / 3 for row in (0, 1))
        if abs(upper - lower) < _MIN_CONTRAST:
            return None
        higher ^= upper > lower
        number += higher << bit
    return number


def _corners(frame: bytes) -> list[tuple[int, ...]]:
    return [tuple(_pixel(frame, x, y)) for y in (0, ROWS - 1) for x in (0, COLUMNS - 1)]


def _heard(audio: Path, audio_times: Path) -> tuple[list[Click], float]:
    """The clicks, and `audio_jump_s`."""
    rows = [line.split() for line in audio_times.read_text().splitlines()]
    starts = [(int(count), int(time) / _RATE_HZ) for time, count in rows]
    drifts_s = [time_s - count / _RATE_HZ for count, time_s in starts]
    return _clicks(array("h", audio.read_bytes()), starts), max(drifts_s) - min(drifts_s)


def _clicks(samples: "array[int]", starts: list[tuple[int, float]]) -> list[Click]:
    """`starts` are (index of a sample, its time in seconds), one for each frame of audio."""
    threshold = max(max(samples), -min(samples)) * _LOUD
    loud = [
        at
        for at in range(0, len(samples), _BLOCK)
        if max(samples[at : at + _BLOCK]) > threshold or -min(samples[at : at + _BLOCK]) > threshold
    ]
    firsts = loud[:1] + [after for before, after in pairwise(loud) if after - before > _MIN_SILENCE]
    return [_click(samples, first, threshold, starts) for first in firsts]


def _click(samples: "array[int]", block: int, threshold: float, starts: list[tuple[int, float]]) -> Click:
    at = next(n for n in range(block, len(samples)) if abs(samples[n]) > threshold)
    begun, time_s = starts[bisect_right(starts, (at, math.inf)) - 1]
    heard = samples[at : at + round(_PITCH_S * _RATE_HZ)]
    crossings = sum((before < 0) != (after < 0) for before, after in pairwise(heard))
    pitch = round((crossings / 2 / _PITCH_S - MIN_HZ) / STEP_HZ)
    return Click(pitch, time_s + (at - begun) / _RATE_HZ)
