"""The encode function as the template's defaults deploy it."""

from bench.encode.lambda_model import LambdaSize, vcpus
from reelway.plan.chunk_length import Pace
from reelway.plan.plan import Plan
from tests.support.readers import template


def size_for(plan: Plan, duration_s: float) -> LambdaSize:
    """The deployed size, with the pipeline's chunk length for `duration_s` of such a video."""
    parameters = template.load()["Parameters"]
    memory_mb = int(parameters["EncodeMemoryMb"]["Default"])
    concurrency = int(parameters["EncodeConcurrency"]["Default"])
    pace = Pace(
        target_s=float(parameters["ChunkTargetSeconds"]["Default"]),
        vcpus=vcpus(memory_mb),
        concurrency=concurrency,
        timeout_s=float(
            template.properties("EncodeFunction")["Environment"]["Variables"]["STEP_TIMEOUT_SECONDS"]
        ),
        chunk_s=int(parameters["ChunkSeconds"]["Default"]),
    )
    wanted_s = pace.chunk_length_s(plan.source.video, plan.grid, plan.rungs, duration_s)
    segment_s = float(plan.grid.segment_s)
    return LambdaSize(memory_mb, concurrency, -(-wanted_s // segment_s) * segment_s)
