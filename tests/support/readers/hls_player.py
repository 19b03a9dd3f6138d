"""Reads published video with ffmpeg and ffprobe, independently of the code under test."""

import json
import re
import subprocess
from array import array
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from tests.support.readers.ffprobe import FFPROBE


@dataclass(frozen=True, slots=True)
class Player:
    """The ffmpeg in `folder`, and an ffprobe of its own. A URL may also be the path of a file."""

    folder: Path

    @property
    def ffmpeg(self) -> Path:
        return self.folder / "ffmpeg"

    def frame_count(self, url: str) -> int:
        """How many frames the decoder gives; none is dropped or repeated by ffmpeg."""
        return len(self.frame_hashes(url))

    def frame_hashes(self, url: str, *, level: str = "warning") -> list[str]:
        """The MD5 of each decoded frame; fails on what ffmpeg prints at `level`."""
        frames = ["-map", "0:V:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"]
        listed = self._run("ffmpeg", "-i", url, *frames, level=level)
        return [line.split()[-1] for line in listed.splitlines() if line and not line.startswith("#")]

    def packet_gaps(self, url: str, stream: str) -> Counter[int]:
        """How often each gap between consecutive presentation times occurs, in units of the time base."""
        times = sorted(packet["pts"] for packet in self._packets(url, stream))
        return Counter(later - earlier for earlier, later in pairwise(times))

    def start_s(self, url: str, stream: str) -> float:
        return float(min(packet["pts"] for packet in self._packets(url, stream)) / 90_000)

    def audio_lead_s(self, url: str) -> float:
        return self.start_s(url, "v:0") - self.start_s(url, "a:0")

    def audio_begins_s(self, url: str) -> float:
        """The end of the first silence, on the clock of `start_s`."""
        printed = self._run(
            "ffmpeg", "-copyts", "-i", url, "-vn", "-af", "silencedetect=noise=-50dB:duration=0.2",
            "-f", "null", "-", level="info",
        )  # fmt: skip
        return float(printed.partition("silence_end: ")[2].split()[0])

    def audio_bps(self, url: str) -> float:
        """The mean bitrate of the audio stream, without what the container adds."""
        packets = self._packets(url, "a:0")
        seconds = (packets[-1]["pts"] - packets[0]["pts"] + packets[-1]["duration"]) / 90_000
        return float(sum(int(packet["size"]) for packet in packets) * 8 / seconds)

    def samples(self, url: str, *, prepared: str = "anull") -> "array[float]":
        """The audio of a file behind the filters `prepared`: in floating point, its channels interleaved."""
        with NamedTemporaryFile(suffix=".f32") as file:
            filters = f"{prepared},aformat=sample_fmts=flt"
            self._run(
                "ffmpeg",
                "-i",
                url,
                "-map",
                "0:a",
                "-af",
                filters,
                "-f",
                "f32le",
                "-y",
                file.name,
                level="info",
            )
            return array("f", Path(file.name).read_bytes())

    def loudness(self, url: str) -> tuple[float, float]:
        """Integrated loudness in LUFS, and true peak in dBTP, by EBU R 128."""
        summary = self._run("ffmpeg", "-i", url, "-map", "0:a", "-af", "ebur128=peak=true:framelog=quiet",
            "-f", "null", "-", level="info",
        ).rpartition("Summary:")[2]  # fmt: skip
        found = [summary.partition(name)[2].split()[0] for name in (" I: ", " Peak: ")]
        return float(found[0]), float(found[1])

    def duration_s(self, url: str) -> float:
        """The duration that ffprobe reports for the container."""
        return float(json.loads(self._probe(url, "-show_format"))["format"]["duration"])

    def streams(self, url: str) -> list[dict[str, Any]]:
        return list(json.loads(self._probe(url, "-show_streams"))["streams"])

    def ssim(self, url: str, original: Path, *, size: str, rate: Fraction, skipped: int = 0) -> float:
        """The mean SSIM of all frames, each against the original's frame of the same number; 1 means equal.

        The original is scaled to `size` (width:height). The first `skipped` frames of `url` do not count.
        """
        graph = (
            f"[0:V:0]trim=start_frame={skipped},settb=1/1000,setpts=N*1000/({rate})[a];"
            f"[1:V:0]scale={size},settb=1/1000,"
            f"setpts=N*1000/({rate})[b];[a][b]ssim"
        )
        inputs = ["-i", url, "-i", str(original)]
        printed = self._run("ffmpeg", *inputs, "-filter_complex", graph, "-f", "null", "-", level="info")
        return float(printed.rsplit("All:", 1)[1].split()[0])

    def still_size(self, jpeg: bytes) -> tuple[int, int]:
        """(width, height) of a JPEG; fails unless it decodes without a warning."""
        with NamedTemporaryFile(suffix=".jpg") as file:
            file.write(jpeg)
            file.flush()
            self.frame_hashes(file.name)
            [stream] = self.streams(file.name)
        return int(stream["width"]), int(stream["height"])

    def ssim_by_frame(self, url: str, other: str, *, prepared: str = "null") -> list[float]:
        """SSIM of each frame against the frame of `other` with the same number, up to the end of the shorter.

        1 means equal. The frames of `other` pass the filters `prepared` first.
        """
        counted = "settb=1/1000,setpts=40*N"
        graph = f"[0:V:0]{counted}[a];[1:V:0]{prepared},{counted}[b];[a][b]ssim=stats_file=-:shortest=1"
        listed = self._run(
            "ffmpeg", "-i", url, "-i", other, "-filter_complex", graph, "-fps_mode", "passthrough",
            "-enc_time_base", "1:1000", "-f", "null", "-",
        )  # fmt: skip
        return [float(line.partition("All:")[2].split()[0]) for line in listed.splitlines()]

    def interlaced_share(self, url: str) -> float:
        """The share of frames that ffmpeg's filter idet detects as interlaced."""
        printed = self._run("ffmpeg", "-i", url, "-an", "-vf", "idet", "-f", "null", "-", level="info")
        counted = printed.rpartition("Multi frame detection: ")[2].splitlines()[0]
        top, bottom, progressive, _ = (int(count) for count in re.findall(r"[0-9]+", counted))
        return (top + bottom) / (top + bottom + progressive)

    def half_colors(self, url: str) -> list[tuple[int, ...]]:
        """The mean color (red, green, blue) of the left and the right half of the first frame."""
        with NamedTemporaryFile(suffix=".rgb") as file:
            scaled = ["-vf", "scale=4:1:flags=area,format=rgb24", "-frames:v", "1", "-f", "rawvideo"]
            self._run("ffmpeg", "-i", url, "-an", *scaled, "-y", file.name)
            pixels = Path(file.name).read_bytes()
        return [tuple(pixels[0:3]), tuple(pixels[9:12])]

    def flashes_s(self, url: str) -> list[float]:
        """The times at which black ends, on the clock of the file; its end counts where it is black."""
        printed = self._run(
            "ffmpeg", "-copyts", "-i", url, "-an", "-vf", "blackdetect=d=0.1:pic_th=0.5", "-f", "null", "-",
            level="info",
        )  # fmt: skip
        return [float(part.split()[0]) for part in printed.split("black_end:")[1:]]

    def clicks_s(self, url: str) -> list[float]:
        """The times at which silence ends, on the clock of the file; its end counts where it is silent."""
        printed = self._run(
            "ffmpeg", "-copyts", "-i", url, "-vn", "-af", "silencedetect=noise=-30dB:duration=0.2",
            "-f", "null", "-", level="info",
        )  # fmt: skip
        return [float(part.split()[0]) for part in printed.split("silence_end: ")[1:]]

    def keyframes(self, url: str) -> set[int]:
        """The numbers of the keyframes, counted in the order shown."""
        packets = sorted(self._packets(url, "v:0"), key=lambda packet: int(packet["pts"]))
        return {n for n, packet in enumerate(packets) if packet["flags"].startswith("K")}

    def _packets(self, url: str, stream: str) -> list[dict[str, Any]]:
        return list(json.loads(self._probe(url, "-select_streams", stream, "-show_packets"))["packets"])

    def _probe(self, url: str, *options: str) -> str:
        return self._run("ffprobe", *options, "-of", "json", url)

    def _run(self, program: str, *options: str, level: str = "warning") -> str:
        """The output of a program; fails on an error, and on any warning unless `level` is info."""
        path = self.folder / program if program == "ffmpeg" else FFPROBE
        command = [str(path), "-v", level, *options]
        if program == "ffmpeg":
            command.insert(1, "-nostdin")
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert level == "info" or not done.stderr, done.stderr
        return done.stdout + (done.stderr if level == "info" else "")
