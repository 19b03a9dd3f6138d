"""How long, and for how many dollars, a long video is encoded on AWS Lambda: computed, not measured.

Measured on this project's own machine: CPU seconds per second of video. Published: memory per vCPU, prices,
limits. Assumed, and said so in `Assumptions`: that a Lambda vCPU does what a core of that machine does, what
the network carries, and what starting takes. Sources of the published figures are in docs/encoding.md.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

MB_PER_VCPU = 1769
MAX_MEMORY_MB = 10_240
MAX_CHUNK_S = 900  # a function's time limit

# us-east-1, dollars.
_GB_S = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
_REQUEST = 0.20 / 1e6
_TRANSITION = 0.025 / 1e3
_PUT = 0.005 / 1e3
_GET = 0.0004 / 1e3


@dataclass(frozen=True, slots=True)
class Assumptions:
    """None of these is measured; seconds, and megabytes per second for one function.

    `efficiency` is what of its vCPUs one ffmpeg with several encoders keeps busy.
    """

    plan_s: float = 2.0  # S3's event, a cold function, ffprobe over HTTPS
    cold_start_s: float = 2.0  # the ffmpeg layer of 220 MB and Python's imports
    transition_s: float = 0.1
    fan_out_s: float = 2.0  # reading the list of chunks and starting an execution for each
    network_mb_per_s: float = 75.0
    put_s: float = 0.04
    publish_s: float = 2.0
    efficiency: float = 0.9


@dataclass(frozen=True, slots=True)
class Video:
    """`cpu_per_s` and `sound_cpu_per_s` are CPU seconds for each second: the decoded ladder, and AAC.

    `prepared` is what must be done with the whole file before its chunks are encoded.
    """

    duration_s: float
    cpu_per_s: float
    sound_cpu_per_s: float
    source_bps: float
    ladder_bps: float
    rungs: int
    segment_s: float
    prepared: str = "nothing"


@dataclass(frozen=True, slots=True)
class LambdaSize:
    """Chunks of `chunk_s` seconds, at most `concurrency` at once, each in a function of `memory_mb`."""

    memory_mb: int
    concurrency: int
    chunk_s: float
    prepare_memory_mb: int = MB_PER_VCPU


@dataclass(frozen=True, slots=True)
class Path:
    """The critical path, in seconds, one step after the other."""

    plan_s: float
    prepare_s: float
    start_s: float
    fetch_s: float
    encode_s: float
    store_s: float
    waves: int
    publish_s: float

    @property
    def chunk_s(self) -> float:
        """One chunk, from its start to its report."""
        return self.start_s + self.fetch_s + self.encode_s + self.store_s

    @property
    def total_s(self) -> float:
        return self.plan_s + self.prepare_s + self.waves * self.chunk_s + self.publish_s


def critical_path(video: Video, machine: LambdaSize, assumed: Assumptions) -> Path:
    chunk_s = min(machine.chunk_s, video.duration_s)
    network_bps = assumed.network_mb_per_s * 8e6
    puts = math.ceil(chunk_s / video.segment_s) * video.rungs
    return Path(
        plan_s=assumed.plan_s,
        prepare_s=prepare_s(video, machine, assumed),
        start_s=assumed.cold_start_s + assumed.fan_out_s + 2 * assumed.transition_s,
        fetch_s=chunk_s * video.source_bps / network_bps,
        encode_s=chunk_s * video.cpu_per_s / (vcpus(machine.memory_mb) * assumed.efficiency),
        store_s=puts * assumed.put_s + chunk_s * video.ladder_bps / network_bps,
        waves=math.ceil(chunks(video, machine) / machine.concurrency),
        publish_s=assumed.publish_s + assumed.transition_s,
    )


def prepare_s(video: Video, machine: LambdaSize, assumed: Assumptions) -> float:
    """Seconds before the first chunk may begin.

    "nothing" starts the function only; "encode" reads the whole file for its sound and makes AAC of it;
    "copy" reads the whole file and stores it again as segments, 16 at a time, so that it is READY.
    """
    started_s = assumed.cold_start_s + assumed.transition_s
    read_s = video.duration_s * video.source_bps / (assumed.network_mb_per_s * 8e6)
    sound_s = video.duration_s * video.sound_cpu_per_s / vcpus(machine.prepare_memory_mb)
    stored_s = read_s + video.duration_s / video.segment_s * assumed.put_s / 16
    work_s = {"nothing": 0.0, "encode": max(read_s, sound_s), "copy": read_s + stored_s}
    return started_s + work_s[video.prepared]


def dollars(video: Video, machine: LambdaSize, assumed: Assumptions, architecture: str = "x86_64") -> float:
    """Of encoding one video: Lambda's GB-seconds and requests, Step Functions' transitions, S3's requests."""
    path, count = critical_path(video, machine, assumed), chunks(video, machine)
    price = _GB_S[architecture]
    encoding = count * (path.chunk_s - assumed.fan_out_s - 2 * assumed.transition_s)
    gb_s = encoding * machine.memory_mb / 1024 + path.prepare_s * machine.prepare_memory_mb / 1024
    segments = math.ceil(video.duration_s / video.segment_s) * video.rungs
    reads = count * 20  # ranged GETs and what a step reads of the plan and the upload
    transitions = 5 + 3 * count
    return (
        gb_s * price
        + count * _REQUEST
        + transitions * _TRANSITION
        + (segments + 3 * count) * _PUT
        + reads * _GET
    )


def chunks(video: Video, machine: LambdaSize) -> int:
    return math.ceil(video.duration_s / machine.chunk_s)


def vcpus(memory_mb: int) -> float:
    """What memory buys; 10,240 MB are 5.79."""
    return memory_mb / MB_PER_VCPU


def dollars_per_hour(cpu_per_s: float, architecture: str = "x86_64") -> float:
    """Of pure encoding: an hour of video at `cpu_per_s`, every vCPU kept busy, whatever the memory is."""
    return 3600 * cpu_per_s * MB_PER_VCPU / 1024 * _GB_S[architecture]


def fastest(tried: Iterable[tuple[Video, LambdaSize]], assumed: Assumptions) -> tuple[Video, LambdaSize]:
    """Of all whose chunks end in a function's time; of equally fast ones the cheapest."""
    allowed = [pair for pair in tried if critical_path(*pair, assumed).chunk_s < MAX_CHUNK_S]
    return min(allowed, key=lambda pair: _by_time(pair[0], pair[1], assumed))


def cheapest_within(
    tried: Iterable[tuple[Video, LambdaSize]], limit_s: float, assumed: Assumptions
) -> tuple[Video, LambdaSize] | None:
    """The cheapest that is done within `limit_s`; None when none is."""
    in_time = [pair for pair in tried if critical_path(*pair, assumed).total_s <= limit_s]
    return min(in_time, key=lambda pair: dollars(pair[0], pair[1], assumed), default=None)


def _by_time(video: Video, machine: LambdaSize, assumed: Assumptions) -> tuple[float, float]:
    return round(critical_path(video, machine, assumed).total_s, 1), dollars(video, machine, assumed)
