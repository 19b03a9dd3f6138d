"""The film that the page speaks of, 1080p at 30 frames per second, as `make bench-encode` measured it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bench.encode.deployed import size_for
from bench.encode.hour import threads_of
from bench.encode.lambda_model import LambdaSize, Video
from tests.support import samples

_CLIP = "1080p30-long-gop"
GB = 2**30  # as S3 and CloudFront bill


@dataclass(frozen=True, slots=True)
class Film:
    """Bits per second of the upload and of each rendition; CPU seconds for a second, by number of threads."""

    source_bps: float
    rendition_bps: Mapping[str, float]
    cpu_per_s: Mapping[int, float]
    audio_cpu_per_s: float
    segment_s: float

    @property
    def ladder_bps(self) -> float:
        return sum(self.rendition_bps.values())

    def gb(self, bps: float, duration_s: float) -> float:
        return bps * duration_s / 8 / GB

    def segments(self, duration_s: float) -> int:
        """Of all renditions."""
        return len(self.rendition_bps) * -(-int(duration_s) // int(self.segment_s))

    def cpu_with(self, threads: int) -> float:
        """Interpolated between the numbers of threads that were measured."""
        known = sorted(self.cpu_per_s)
        below = max((count for count in known if count <= threads), default=known[0])
        above = min((count for count in known if count >= threads), default=known[-1])
        if above == below:
            return self.cpu_per_s[below]
        share = (threads - below) / (above - below)
        return self.cpu_per_s[below] + share * (self.cpu_per_s[above] - self.cpu_per_s[below])


def film_of(encode: Mapping[str, Any]) -> Film:
    """`encode` are the results of `make bench-encode`; audio and container are shared out evenly."""
    hour, quality = encode["hour"]["measured"], encode["quality"][_CLIP]["rungs"]
    all_rungs = hour["ladders"]["all"]
    seconds = encode["clips"][_CLIP]["frames"] / 30
    video_bps = {name: quality[name]["pipeline"]["video_bytes"] * 8 / seconds for name in all_rungs["rungs"]}
    rest = (all_rungs["bps"] - sum(video_bps.values())) / len(video_bps)
    return Film(
        source_bps=hour["source_bps"],
        rendition_bps={name: bps + rest for name, bps in video_bps.items()},
        cpu_per_s={int(n): of["median"] for n, of in all_rungs["cpu_per_s_by_threads"].items()},
        audio_cpu_per_s=hour["audio_cpu_per_s"]["median"],
        segment_s=hour["segment_s"],
    )


def as_deployed(film: Film, duration_s: float) -> tuple[Video, LambdaSize]:
    """The film and the chunks that the template's defaults cut it into."""
    source = samples.source(width=1920, height=1080, frame_rate=Fraction(30), duration_s=duration_s)
    size = size_for(samples.plan(source), duration_s)
    video = Video(
        duration_s=duration_s,
        cpu_per_s=film.cpu_with(threads_of(size.memory_mb)),
        audio_cpu_per_s=film.audio_cpu_per_s,
        source_bps=film.source_bps,
        ladder_bps=film.ladder_bps,
        rungs=len(film.rendition_bps),
        segment_s=film.segment_s,
    )
    return video, size
