"""Bursts on the deployed stack, whose template and state machine say how long is waited, and what is kept."""

from bench.burst.account import Account, Outcome
from bench.burst.retries import Waiting, waiting_of
from bench.burst.simulation import Burst
from bench.burst.videos import default, work_of
from tests.support.readers import state_machine, template
from transcode.job import MAX_INLINE_CHUNKS

DEFINITION = state_machine.definition()
WAITING = waiting_of(state_machine.tasks(DEFINITION)["EncodeChunk"])
RUN_TIMEOUT_S = DEFINITION["TimeoutSeconds"]
PLANS_AT_ONCE = template.properties("PlanQueueMapping")["ScalingConfig"]["MaximumConcurrency"]
RESERVING = [
    name
    for name, function in template.of_type("AWS::Serverless::Function").items()
    if "HasApiReserved" in function.get("ReservedConcurrentExecutions", {}).get("Fn::If", ())
]


def burst(
    concurrency: int,
    videos: int,
    duration_s: float,
    *,
    encode_concurrency: int | None = None,
    api_reserved: int = 0,
    waiting: Waiting = WAITING,
) -> Outcome:
    """Of so many videos, with the template's parameters but for those that are given."""
    account = Account(
        concurrency,
        api_reserved=api_reserved * len(RESERVING),
        plans_at_once=PLANS_AT_ONCE,
        run_timeout_s=RUN_TIMEOUT_S,
    )
    work = work_of(duration_s, encode_concurrency=encode_concurrency or default("EncodeConcurrency"))
    return Burst(account, waiting, work, MAX_INLINE_CHUNKS).run(videos)
