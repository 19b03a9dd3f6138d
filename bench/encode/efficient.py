"""What the top rung needs of sources that other encoders made: VMAF at the source's own bitrate, and at ours.

x264 with a fast preset takes more bits than HEVC, VP9 and AV1 do for the same picture, and more than slower
presets of its own. So the ceiling of a rung is a multiple of the source's bitrate, by its codec.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.encode import bare, planning
from bench.encode.clips import Clip
from bench.encode.vmaf import VmafMeter
from bench.running import run
from reelway import ffmpeg
from reelway.plan.plan import Plan
from tests.support.media import corpus

# What services and phones give 720p in these codecs; x264's slow preset stands for careful encoders of H.264.
SOURCES: Mapping[str, Sequence[str]] = {
    "h264": ["-c:v", "libx264", "-preset", "slow", "-b:v", "950k"],
    "hevc": ["-c:v", "libx265", "-preset", "medium", "-x265-params", "log-level=error", "-b:v", "610k"],
    "vp9": ["-c:v", "libvpx-vp9", "-deadline", "good", "-cpu-used", "2", "-row-mt", "1", "-b:v", "610k"],
    "av1": ["-c:v", "libsvtav1", "-preset", "8", "-b:v", "473k"],
}


@dataclass(frozen=True, slots=True)
class EfficientMeter:
    """Makes the sources and their top rungs in `folder`, with the programs of `binaries`."""

    binaries: Path
    folder: Path
    vmaf_meter: VmafMeter

    def measure(self, film: Clip) -> dict[str, Any]:
        """Per codec: the source's bitrate, and the top rung's score with either ceiling."""
        found = {codec: self._measured(self._source(film, codec)) for codec in SOURCES}
        return {"film": film.name, "sources": found, "subsample": self.vmaf_meter.subsample}

    def _source(self, film: Clip, codec: str) -> Clip:
        path = self.folder / f"{film.name}-{codec}.mp4"
        corpus.run(self.binaries / "ffmpeg", "-i", film.path, "-an", *SOURCES[codec], path)
        return replace(film, name=path.stem, path=path)

    def _measured(self, source: Clip) -> dict[str, Any]:
        plan = planning.plan_of(source.path)
        top, source_bps = plan.rungs[0], plan.source.video.bitrate_bps
        return {
            "source_bps": source_bps,
            "seconds": source.duration_s,
            "as_the_source": self._scored(plan, source, min(top.max_bps, source_bps)),
            "by_codec": self._scored(plan, source, top.max_bps),
        }

    def _scored(self, plan: Plan, source: Clip, max_bps: int) -> dict[str, Any]:
        folder = self.folder / "efficient"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        [top] = (replace(rung, max_bps=max_bps) for rung in plan.rungs[:1])
        one = replace(plan, rungs=(top,))
        program, *arguments = bare.ladder(one, source.path, folder, threads=1)
        run([str(self.binaries / program), *arguments], log=self.folder / "efficient.log")
        playlist = ffmpeg.chunk_playlist(folder, top.name)
        return {"max_bps": max_bps, **asdict(self.vmaf_meter.score(str(playlist), source))}
