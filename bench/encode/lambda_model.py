"""How long, and for how many dollars, a long video is encoded on AWS Lambda: computed, not measured.

Measured on the machine of the benchmark: CPU seconds per second of video. Published by AWS: memory per vCPU,
limits, and the prices that docs/costs.md lists. Assumed (see `Assumptions`): network throughput and
start times; and that a Lambda vCPU is as fast as a core of that machine.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bench.costs import prices

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MB_PER_VCPU = 1769
MAX_MEMORY_MB = 10_240
MAX_CHUNK_S = 900  # Lambda's maximum timeout

_PRICES = prices.load()
_GB_S = {name: _PRICES[f"lambda-{name}"].usd for name in ("x86_64", "arm64")}
_REQUEST = _PRICES["lambda-request"].usd
_TRANSITION = _PRICES["states-transition"].usd
_PUT = _PRICES["s3-put"].usd
_GET = _PRICES["s3-get"].usd


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Estimates, none of them measured on Lambda; `network_mb_per_s` is the throughput of one function.

    `efficiency` is the share of its vCPUs that one ffmpeg with several encoders keeps busy.
    """

    plan_s: float = 2.0  # S3's event, a cold function, ffprobe over HTTPS
    cold_start_s: float = 2.0  # the ffmpeg layer of 220 MB and Python's imports
    transition_s: float = 0.1  # from one state of the workflow to the next
    fan_out_s: float = 2.0  # reading the list of chunks and starting an execution for each
    network_mb_per_s: float = 75.0
    put_s: float = 0.04  # latency of one PUT to S3
    publish_s: float = 2.0  # a cold function that joins tiles and writes some ten objects
    efficiency: float = 0.9


@dataclass(frozen=True, slots=True)
class Video:
    """CPU seconds per second of video: `cpu_per_s` for decoding and all rungs, `audio_cpu_per_s` for AAC.

    `prepared` is what Prepare does with the whole file before chunks are encoded: see `prepare_s`.
    """

    duration_s: float
    cpu_per_s: float
    audio_cpu_per_s: float
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
        """One chunk, from the start of its function to its report."""
        return self.start_s + self.fetch_s + self.encode_s + self.store_s

    @property
    def total_s(self) -> float:
        return self.plan_s + self.prepare_s + self.waves * self.chunk_s + self.publish_s


def critical_path(video: Video, size: LambdaSize, assumed: Assumptions) -> Path:
    chunk_s = min(size.chunk_s, video.duration_s)
    network_bps = assumed.network_mb_per_s * 8e6
    puts = math.ceil(chunk_s / video.segment_s) * video.rungs
    return Path(
        plan_s=assumed.plan_s,
        prepare_s=prepare_s(video, size, assumed),
        start_s=assumed.cold_start_s + assumed.fan_out_s + 2 * assumed.transition_s,
        fetch_s=chunk_s * video.source_bps / network_bps,
        encode_s=chunk_s * video.cpu_per_s / (vcpus(size.memory_mb) * assumed.efficiency),
        store_s=puts * assumed.put_s + chunk_s * video.ladder_bps / network_bps,
        waves=math.ceil(chunks(video, size) / size.concurrency),
        publish_s=assumed.publish_s + assumed.transition_s,
    )


def prepare_s(video: Video, size: LambdaSize, assumed: Assumptions) -> float:
    """Seconds before the first chunk can start.

    "nothing" only starts the function; "encode" reads the whole file and encodes its audio as AAC; "copy"
    reads the whole file and stores its segments, 16 at a time, so that the video is READY.
    """
    started_s = assumed.cold_start_s + assumed.transition_s
    read_s = video.duration_s * video.source_bps / (assumed.network_mb_per_s * 8e6)
    audio_s = video.duration_s * video.audio_cpu_per_s / vcpus(size.prepare_memory_mb)
    stored_s = read_s + video.duration_s / video.segment_s * assumed.put_s / 16
    work_s = {"nothing": 0.0, "encode": max(read_s, audio_s), "copy": read_s + stored_s}
    return started_s + work_s[video.prepared]


def dollars(video: Video, size: LambdaSize, assumed: Assumptions, architecture: str = "x86_64") -> float:
    """Of encoding one video: Lambda's GB-seconds and requests, Step Functions' transitions, S3's requests."""
    path, count = critical_path(video, size, assumed), chunks(video, size)
    price = _GB_S[architecture]
    encoding = encoding_s(video, size, assumed)
    gb_s = encoding * size.memory_mb / 1024 + path.prepare_s * size.prepare_memory_mb / 1024
    segments = math.ceil(video.duration_s / video.segment_s) * video.rungs
    reads = count * 20  # about as many ranged GETs of the upload, and reads of the plan, as a chunk makes
    transitions = 5 + 3 * count  # of the workflow itself, and of the execution for each chunk
    return (
        gb_s * price
        + count * _REQUEST
        + transitions * _TRANSITION
        + (segments + 3 * count) * _PUT
        + reads * _GET
    )


def encoding_s(video: Video, size: LambdaSize, assumed: Assumptions) -> float:
    """Seconds of all functions that encode chunks, with their start; not of the workflow between them."""
    waited_s = assumed.fan_out_s + 2 * assumed.transition_s
    return chunks(video, size) * (critical_path(video, size, assumed).chunk_s - waited_s)


def chunks(video: Video, size: LambdaSize) -> int:
    return math.ceil(video.duration_s / size.chunk_s)


def vcpus(memory_mb: int) -> float:
    """vCPUs of a function with this memory; 5.79 for 10,240 MB."""
    return memory_mb / MB_PER_VCPU


def dollars_per_hour(cpu_per_s: float, architecture: str = "x86_64") -> float:
    """Of encoding alone: an hour of video at `cpu_per_s`, with every vCPU busy; the same for any memory."""
    return 3600 * cpu_per_s * MB_PER_VCPU / 1024 * _GB_S[architecture]


def fastest(tried: Iterable[tuple[Video, LambdaSize]], assumed: Assumptions) -> tuple[Video, LambdaSize]:
    """The fastest whose chunks end within Lambda's maximum timeout; of equally fast ones the cheapest."""
    allowed = [pair for pair in tried if critical_path(*pair, assumed).chunk_s < MAX_CHUNK_S]
    return min(allowed, key=lambda pair: _by_time(pair[0], pair[1], assumed))


def cheapest_within(
    tried: Iterable[tuple[Video, LambdaSize]], limit_s: float, assumed: Assumptions
) -> tuple[Video, LambdaSize] | None:
    """The cheapest that takes at most `limit_s`; None when there is none."""
    in_time = [pair for pair in tried if critical_path(*pair, assumed).total_s <= limit_s]
    return min(in_time, key=lambda pair: dollars(pair[0], pair[1], assumed), default=None)


def _by_time(video: Video, size: LambdaSize, assumed: Assumptions) -> tuple[float, float]:
    return round(critical_path(video, size, assumed).total_s, 1), dollars(video, size, assumed)
