"""The encoding function as the template deploys it when nobody asks for anything else."""

from bench.encode.lambda_model import LambdaSize, vcpus
from reelway.plan.chunk_length import Pace
from reelway.plan.plan import Plan
from tests.support.readers import template


def machine_for(plan: Plan, duration_s: float) -> LambdaSize:
    """With chunks as long as the pipeline would make them for a video like `plan`'s of `duration_s`."""
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
