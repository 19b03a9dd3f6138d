"""VMAF of an encoded video compared with its source."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.encode.clips import Clip
from bench.running import run
from tests.support.readers.ffprobe import FFPROBE

MODEL = "vmaf_v0.6.1"
THREADS = 2  # the benchmark runs on two cores
SCALER = "bicubic"
# If the two declare different color properties, ffmpeg converts one of them before comparing, which costs
# some five points. So both are labeled the same, which changes no sample.
_SAME_COLORS = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"


@dataclass(frozen=True, slots=True)
class VmafScore:
    """`vmaf` is the mean of the measured frames, `video_bytes` the size of all video packets."""

    vmaf: float
    vmaf_min: float
    video_bytes: int
    frames: int


@dataclass(frozen=True, slots=True)
class VmafMeter:
    """Measures every `subsample`-th frame, scaled up to the source's size."""

    binaries: Path
    folder: Path
    subsample: int

    def score(self, url: str, clip: Clip) -> VmafScore:
        """Raises ValueError when a frame is missing: all after it would be compared with wrong ones."""
        packets = self._packets(url)
        if len(packets) != clip.frames:
            raise ValueError(f"{url}: {len(packets)} frames, {clip.frames} in {clip.name}")
        report = self.folder / "vmaf.json"
        numbered = f"settb=1/{clip.rate},setpts=N"
        graph = (
            f"[0:V:0]{numbered},{_SAME_COLORS},"
            f"scale={clip.width}:{clip.height}:flags={SCALER},format=yuv420p[made];"
            f"[1:V:0]{numbered},{_SAME_COLORS},format=yuv420p[source];"
            f"[made][source]libvmaf=model=version={MODEL}:n_threads={THREADS}:n_subsample={self.subsample}:"
            f"log_fmt=json:log_path={report}"
        )
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", url, "-i", str(clip.path)]
        command += ["-filter_complex", graph, "-f", "null", "-"]
        run([str(self.binaries / "ffmpeg"), *command[1:]], log=self.folder / "vmaf.log")
        pooled = json.loads(report.read_text())["pooled_metrics"]["vmaf"]
        size_bytes = sum(int(packet["size"]) for packet in packets)
        return VmafScore(round(pooled["mean"], 3), round(pooled["min"], 3), size_bytes, len(packets))

    def _packets(self, url: str) -> list[dict[str, Any]]:
        command = [
            "-v",
            "error",
            "-select_streams",
            "V:0",
            "-show_entries",
            "packet=size",
            "-of",
            "json",
            url,
        ]
        printed = subprocess.run([FFPROBE, *command], check=True, capture_output=True).stdout
        return list(json.loads(printed)["packets"])
