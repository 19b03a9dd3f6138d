"""One row of the table of inputs: how its file is made, and what is expected of the result."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.encoding import extra_inputs
from tests.encoding.drawing import PITCHES, Clip, draw
from tests.support.media import corpus

PLAIN = Clip()


@dataclass(frozen=True, slots=True)
class Input:
    """One kind of file. `name` is the file's name and ends with the suffix of its container.

    `made` are ffmpeg's arguments, for one run or several: `{clip}` is the drawn clip, `{out}` the file to
    make, `{step}` an intermediate file; `extra_inputs` adds more names. The other fields are what is expected
    of the result; None stands for what was drawn:
    - `numbers` of the frames of the best rendition in the order shown, its `rate` in fps, and its `size`
      as (width, height);
    - `seconds` of the clip whose click is heard; empty when the result has no audio stream;
    - `offset_s` by how much the audio is later than the video.
    `chunk_s` is the maximum length of a chunk. `rewritten` changes the file's bytes in the end.
    """

    name: str
    made: str | Sequence[str]
    clip: Clip = PLAIN
    numbers: Sequence[int] | None = None
    rate: Fraction | None = None
    size: tuple[int, int] | None = None
    seconds: Sequence[int] | None = None
    offset_s: float = 0.0
    chunk_s: int = 4
    rewritten: Callable[[bytes], bytes] | None = None

    @property
    def expected_numbers(self) -> list[int]:
        return list(self.clip.numbers if self.numbers is None else self.numbers)

    @property
    def expected_rate(self) -> Fraction:
        return self.rate or self.clip.rate

    @property
    def expected_size(self) -> tuple[int, int]:
        return self.size or (self.clip.width, self.clip.height)

    @property
    def expected_seconds(self) -> list[int]:
        heard = self.clip.seconds if self.seconds is None else self.seconds
        return [second % PITCHES for second in heard]

    @property
    def has_audio(self) -> bool:
        return self.seconds is None or len(self.seconds) > 0


def encoded(name: str, options: str, clip: Clip = PLAIN, **expected: Any) -> Input:
    """The row of a clip that ffmpeg encodes with `options`, in one run."""
    return Input(name, f"-i {{clip}} {options} {{out}}", clip, **expected)


def held(numbers: Sequence[int]) -> list[int]:
    """The first frame is shown two frames longer, for audio that begins up to so much before it.

    Above 30 fps the video must begin at an even frame, for the renditions that have every second one.
    """
    return [numbers[0]] * 2 + list(numbers)


def make(row: Input, folder: Path, clips: Path, ffmpeg: Path) -> Path:
    """Makes the file of `row` in `folder`; its clip stays in `clips` for other rows."""
    output = folder / row.name
    places = {"clip": draw(row.clip, clips, ffmpeg), "out": output, "step": folder / "step"}
    places |= extra_inputs.write(folder)
    for step in [row.made] if isinstance(row.made, str) else row.made:
        corpus.run(ffmpeg, *(word.format_map(places) for word in shlex.split(step)))
    if row.rewritten:
        output.write_bytes(row.rewritten(output.read_bytes()))
    return output
