"""An independent reader of what Reelway publishes: ffmpeg over HTTP, and ffprobe on its packets."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any


@dataclass(frozen=True, slots=True)
class Player:
    """The ffmpeg and ffprobe that play; `folder` holds both."""

    folder: Path

    @property
    def ffmpeg(self) -> Path:
        return self.folder / "ffmpeg"

    def frame_count(self, url: str) -> int:
        """Frames that come out of the decoder, none dropped or doubled on the way."""
        return len(self.frame_hashes(url))

    def frame_hashes(self, url: str) -> list[str]:
        """A digest of each frame that comes out of the decoder."""
        listed = self._run(
            "ffmpeg", "-i", url, "-map", "0:V:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"
        )
        return [line.split()[-1] for line in listed.splitlines() if line and not line.startswith("#")]

    def packet_gaps(self, url: str, stream: str) -> Counter[int]:
        """How often each distance between neighbouring presentation times occurs, in 1/90000 s."""
        times = sorted(packet["pts"] for packet in self._packets(url, stream))
        return Counter(later - earlier for earlier, later in pairwise(times))

    def start_s(self, url: str, stream: str) -> float:
        return float(min(packet["pts"] for packet in self._packets(url, stream)) / 90_000)

    def lead_of_sound_s(self, url: str) -> float:
        return self.start_s(url, "v:0") - self.start_s(url, "a:0")

    def sound_begins_s(self, url: str) -> float:
        """When the first sound after a silence is heard, on the clock of `start_s`."""
        said = self._run(
            "ffmpeg", "-copyts", "-i", url, "-vn", "-af", "silencedetect=noise=-50dB:duration=0.2",
            "-f", "null", "-", level="info",
        )  # fmt: skip
        return float(said.partition("silence_end: ")[2].split()[0])

    def duration_s(self, url: str) -> float:
        """As the container tells it."""
        return float(json.loads(self._probe(url, "-show_format"))["format"]["duration"])

    def streams(self, url: str) -> list[dict[str, Any]]:
        return list(json.loads(self._probe(url, "-show_streams"))["streams"])

    def ssim(self, url: str, original: Path, *, size: str, rate: Fraction) -> float:
        """Likeness of every frame with the original's frame of the same number, 1 for equal."""
        graph = (
            f"[0:V:0]settb=1/1000,setpts=N*1000/({rate})[a];[1:V:0]scale={size},settb=1/1000,"
            f"setpts=N*1000/({rate})[b];[a][b]ssim"
        )
        inputs = ["-i", url, "-i", str(original)]
        said = self._run("ffmpeg", *inputs, "-filter_complex", graph, "-f", "null", "-", level="info")
        return float(said.rsplit("All:", 1)[1].split()[0])

    def picture_size(self, jpeg: bytes) -> tuple[int, int]:
        """Width and height of a picture, which decodes without a complaint."""
        with NamedTemporaryFile(suffix=".jpg") as file:
            file.write(jpeg)
            file.flush()
            self.frame_hashes(file.name)
            [stream] = self.streams(file.name)
        return int(stream["width"]), int(stream["height"])

    def likeness(self, url: str, other: str, *, prepared: str = "null") -> list[float]:
        """SSIM of each frame with the other's of the same number, 1 for equal; as many as the shorter has.

        The frames of the other go through the filters `prepared` before.
        """
        counted = "settb=1/1000,setpts=40*N"
        graph = f"[0:V:0]{counted}[a];[1:V:0]{prepared},{counted}[b];[a][b]ssim=stats_file=-:shortest=1"
        listed = self._run(
            "ffmpeg", "-i", url, "-i", other, "-filter_complex", graph, "-fps_mode", "passthrough",
            "-enc_time_base", "1:1000", "-f", "null", "-",
        )  # fmt: skip
        return [float(line.partition("All:")[2].split()[0]) for line in listed.splitlines()]

    def share_of_combs(self, url: str) -> float:
        """The share of frames in which ffmpeg's detector finds the fields of two moments."""
        said = self._run("ffmpeg", "-i", url, "-an", "-vf", "idet", "-f", "null", "-", level="info")
        counted = said.rpartition("Multi frame detection: ")[2].splitlines()[0]
        top, bottom, whole, _ = (int(count) for count in re.findall(r"[0-9]+", counted))
        return (top + bottom) / (top + bottom + whole)

    def halves(self, url: str) -> list[tuple[int, ...]]:
        """The mean color (red, green, blue) of the left and the right half of the first frame."""
        with NamedTemporaryFile(suffix=".rgb") as file:
            scaled = ["-vf", "scale=4:1:flags=area,format=rgb24", "-frames:v", "1", "-f", "rawvideo"]
            self._run("ffmpeg", "-i", url, "-an", *scaled, "-y", file.name)
            pixels = Path(file.name).read_bytes()
        return [tuple(pixels[0:3]), tuple(pixels[9:12])]

    def flashes_s(self, url: str) -> list[float]:
        """When pictures turn bright after dark ones, and the end if it is dark, on the clock of the file."""
        said = self._run(
            "ffmpeg", "-copyts", "-i", url, "-an", "-vf", "blackdetect=d=0.1:pic_th=0.5", "-f", "null", "-",
            level="info",
        )  # fmt: skip
        return [float(part.split()[0]) for part in said.split("black_end:")[1:]]

    def clicks_s(self, url: str) -> list[float]:
        """When sound is heard after silence, and the end if it is silent, on the clock of the file."""
        said = self._run(
            "ffmpeg", "-copyts", "-i", url, "-vn", "-af", "silencedetect=noise=-30dB:duration=0.2",
            "-f", "null", "-", level="info",
        )  # fmt: skip
        return [float(part.split()[0]) for part in said.split("silence_end: ")[1:]]

    def key_frames(self, url: str) -> set[int]:
        """The numbers of the frames at which decoding can begin, in the order shown."""
        packets = sorted(self._packets(url, "v:0"), key=lambda packet: int(packet["pts"]))
        return {n for n, packet in enumerate(packets) if packet["flags"].startswith("K")}

    def _packets(self, url: str, stream: str) -> list[dict[str, Any]]:
        return list(json.loads(self._probe(url, "-select_streams", stream, "-show_packets"))["packets"])

    def _probe(self, url: str, *options: str) -> str:
        return self._run("ffprobe", *options, "-of", "json", url)

    def _run(self, program: str, *options: str, level: str = "warning") -> str:
        """What a program printed; fails when it complained about the stream."""
        command = [str(self.folder / program), "-v", level, *options]
        if program == "ffmpeg":
            command.insert(1, "-nostdin")
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert level == "info" or not done.stderr, done.stderr
        return done.stdout + (done.stderr if level == "info" else "")
