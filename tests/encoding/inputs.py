"""What stands in a row of the table of inputs, and how its file is made."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.encoding import companions
from tests.encoding.drawing import PITCHES, Clip, draw
from tests.support.media import corpus

PLAIN = Clip()


@dataclass(frozen=True, slots=True)
class Input:
    """One kind of file. `name` ends with its container.

    `made` are ffmpeg's arguments, of several runs where one is not enough: `{clip}` is the drawn clip,
    `{out}` the file, `{step}` one in between; `companions` has some more. What is expected is the clip as it
    was drawn where nothing else is said: `numbers` of the frames in their order, `rate` and `size` of the
    best rendition, `seconds` of which the click is heard (None: all; an empty one: there is no sound at all),
    and the lateness of the sound in seconds. `chunk_s` is how long chunks are at most.
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

    @property
    def expected_numbers(self) -> list[int]:
        return list(self.clip.numbers if self.numbers is None else self.numbers)

    @property
    def expected_rate(self) -> Fraction:
        return self.rate or self.clip.numbers_rate

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


def make(row: Input, folder: Path, clips: Path, ffmpeg: Path) -> Path:
    """The file of `row`, in `folder`; its clip is kept in `clips` for other rows."""
    output = folder / row.name
    places = {"clip": draw(row.clip, clips, ffmpeg), "out": output, "step": folder / "step"}
    places |= companions.write(folder)
    for step in [row.made] if isinstance(row.made, str) else row.made:
        corpus.run(ffmpeg, *(word.format_map(places) for word in shlex.split(step)))
    return output
