"""What a video of the burst is made of: 1080p at 30 fps, cut into chunks as the plan function cuts it."""

from dataclasses import dataclass
from fractions import Fraction

from reelway.plan.chunk_length import Pace, cost_of
from reelway.plan.plan import plan_for
from tests.support.readers import template
from tests.support.samples import source
from transcode.job import vcpus

_STARTED_S = 2.5  # of a chunk: a cold start, and reading its part of the source


@dataclass(frozen=True, slots=True)
class Work:
    """`chunks` of one video, at most `at_once` at a time; encoding one takes `chunk_s`, more or less."""

    chunks: int
    at_once: int
    chunk_s: float


def default(parameter: str) -> int:
    """A number among the template's parameters."""
    return int(template.load()["Parameters"][parameter]["Default"])


def work_of(duration_s: float, *, encode_concurrency: int) -> Work:
    """With the template's defaults but for `EncodeConcurrency`."""
    timeout_s = template.properties("EncodeFunction")["Environment"]["Variables"]["STEP_TIMEOUT_SECONDS"]
    pace = Pace(
        target_s=default("ChunkTargetSeconds"),
        vcpus=vcpus(default("EncodeMemoryMb")),
        concurrency=encode_concurrency,
        timeout_s=float(timeout_s),
        chunk_s=default("ChunkSeconds"),
    )
    film = source(width=1920, height=1080, frame_rate=Fraction(30), duration_s=float(duration_s))
    plan = plan_for("burst", film, run_id="", token="", etag="", pace=pace)
    chunks = len(plan.chunks)
    encode_s = duration_s / chunks * cost_of(film.video, plan.grid, plan.rungs) / pace.vcpus
    return Work(chunks, encode_concurrency, encode_s + _STARTED_S)
