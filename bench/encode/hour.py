"""An hour of 1080p30 on Lambda: CPU time of chunks is measured here, the rest computed by `lambda_model`."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.encode import bare, planning
from bench.encode.clips import Clip
from bench.encode.deployed import size_for
from bench.encode.lambda_model import (
    MAX_MEMORY_MB,
    MB_PER_VCPU,
    Assumptions,
    LambdaSize,
    Video,
    cheapest_within,
    chunks,
    critical_path,
    dollars,
    fastest,
    vcpus,
)
from bench.running import run
from bench.spread import spread
from reelway import ffmpeg
from reelway.plan.plan import Plan, keeping_source

HOUR_S = 3600
LIMIT_S = 60  # the goal: an hour of video in a minute
CONCURRENCY = 120  # EncodeConcurrency's default
MEMORIES_MB = (MB_PER_VCPU, 3008, 5307, MAX_MEMORY_MB)  # one vCPU, EncodeMemoryMb's default, three, most
PREPARED = ("nothing", "encode", "copy")
_CHUNK_S = 20  # leaves a whole chunk in the middle of a clip of 53 s


@dataclass(frozen=True, slots=True)
class HourMeter:
    """Runs single commands of the pipeline in `folder`, with the programs of `binaries`."""

    binaries: Path
    folder: Path
    runs: int

    def measure(self, clip: Clip) -> dict[str, Any]:
        """CPU seconds for each second of `clip`, and what follows for an hour of it.

        The chunk in the middle is measured, including its seek and its stills: with all rungs, and with those
        below the source, which are encoded where the source itself is the top rung.
        """
        plan = planning.plan_of(clip.path, chunk_s=_CHUNK_S)
        ladders = {"all": plan, "below the source": keeping_source(plan, plan.cuts)}
        decode = self._cpu_per_s(lambda: bare.decode(clip.path, threads=1), clip.duration_s)
        audio = self._cpu_per_s(lambda: bare.audio(plan, clip.path, self._empty()), clip.duration_s)
        measured = {
            "ladders": {name: self._ladder(of, clip) for name, of in ladders.items()},
            "decode_cpu_per_s": decode,
            "audio_cpu_per_s": audio,
            "source_bps": round(clip.path.stat().st_size * 8 / clip.duration_s),
            "segment_s": float(plan.grid.segment_s),
        }
        deployed = size_for(plan, HOUR_S)
        return {"measured": measured, "assumed": asdict(Assumptions()), **computed(measured, deployed)}

    def _ladder(self, plan: Plan, clip: Clip) -> dict[str, Any]:
        counts = sorted({threads_of(memory_mb) for memory_mb in MEMORIES_MB})
        by_threads = {count: self._chunk_cpu_per_s(plan, clip, count) for count in counts}
        made_bytes = sum(file.stat().st_size for file in self.folder.glob("chunk/*.ts"))
        return {
            "rungs": [rung.name for rung in plan.rungs],
            "cpu_per_s_by_threads": by_threads,
            "bps": round(made_bytes * 8 / _CHUNK_S),
        }

    def _chunk_cpu_per_s(self, plan: Plan, clip: Clip, threads: int) -> dict[str, Any]:
        chunk = plan.chunks[len(plan.chunks) // 2]
        file = ffmpeg.uploaded(plan.source, str(clip.path))
        inputs = ffmpeg.ChunkInputs(file, file)
        return self._cpu_per_s(
            lambda: ffmpeg.encode_chunk(plan, chunk, inputs, self._empty(), threads=threads),
            float((chunk.end_frame - (chunk.start_frame or 0)) / plan.grid.rate),
        )

    def _cpu_per_s(self, command: Any, video_s: float) -> dict[str, Any]:
        used = []
        for _ in range(self.runs):
            program, *arguments = command()
            used.append(run([str(self.binaries / program), *arguments], log=self.folder / "hour.log").cpu_s)
        return dict(spread([cpu_s / video_s for cpu_s in used]))

    def _empty(self) -> Path:
        folder = self.folder / "chunk"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def threads_of(memory_mb: int) -> int:
    """As the functions choose the number (`transcode.job.threads`)."""
    return max(1, round(vcpus(memory_mb)))


def computed(measured: dict[str, Any], deployed: LambdaSize) -> dict[str, Any]:
    """For each way to prepare: the deployed size, the fastest one, and the cheapest within the limit."""
    return {
        "deployed": _choices(measured, [deployed]),
        "swept": _choices(measured, _sizes(measured)),
        "limit_s": LIMIT_S,
        "concurrency": CONCURRENCY,
    }


def _sizes(measured: dict[str, Any]) -> list[LambdaSize]:
    lengths_s = [n * measured["segment_s"] for n in range(2, 61)]
    return [LambdaSize(memory, CONCURRENCY, length_s) for memory in MEMORIES_MB for length_s in lengths_s]


def _choices(measured: dict[str, Any], sizes: Sequence[LambdaSize]) -> dict[str, Any]:
    found = {}
    for prepared in PREPARED:
        tried = [(_video(measured, size, prepared), size) for size in sizes]
        best = fastest(tried, Assumptions())
        cheap = cheapest_within(tried, LIMIT_S, Assumptions())
        found[prepared] = {"fastest": _row(*best), "cheapest": _row(*cheap) if cheap else None}
    return found


def _video(measured: dict[str, Any], size: LambdaSize, prepared: str) -> Video:
    ladder = measured["ladders"]["below the source" if prepared == "copy" else "all"]
    return Video(
        duration_s=HOUR_S,
        cpu_per_s=ladder["cpu_per_s_by_threads"][threads_of(size.memory_mb)]["median"],
        audio_cpu_per_s=measured["audio_cpu_per_s"]["median"],
        source_bps=measured["source_bps"],
        ladder_bps=ladder["bps"],
        rungs=len(ladder["rungs"]),
        segment_s=measured["segment_s"],
        prepared=prepared,
    )


def _row(video: Video, size: LambdaSize) -> dict[str, Any]:
    path = critical_path(video, size, Assumptions())
    steps = {name: round(value, 1) for name, value in asdict(path).items()}
    return {
        "memory_mb": size.memory_mb,
        "chunk_s": size.chunk_s,
        "chunks": chunks(video, size),
        "steps": steps,
        "total_s": round(path.total_s, 1),
        "dollars_x86_64": round(dollars(video, size, Assumptions()), 4),
        "dollars_arm64": round(dollars(video, size, Assumptions(), "arm64"), 4),
    }
