"""The state machine as it is deployed: its definition with the template's substitutions put in."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.support.readers import template

SUBSTITUTIONS: dict[str, Any] = template.properties("ProcessingStateMachine")["DefinitionSubstitutions"]
TEXT = (template.ROOT / "statemachine/processing.asl.json").read_text()


def definition(*, concurrency: int = 40) -> dict[str, Any]:
    """What CloudFormation only knows when it deploys is `concurrency`, as a number or as a text."""
    inserted = {name: of for name, of in SUBSTITUTIONS.items() if isinstance(of, str)}
    return dict(
        json.loads(re.sub(r"\$\{(\w+)\}", lambda found: inserted.get(found[1], str(concurrency)), TEXT))
    )


def machines(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The definition, and those of the Maps in it."""
    yield of
    for state in of["States"].values():
        if "ItemProcessor" in state:
            yield from machines(state["ItemProcessor"])


def tasks(of: dict[str, Any]) -> dict[str, Any]:
    """Its tasks by name; the two Maps have one of the same name each."""
    return {
        name: state
        for machine in machines(of)
        for name, state in machine["States"].items()
        if state["Type"] == "Task"
    }


def retrier_of(state: dict[str, Any], error: str) -> dict[str, Any] | None:
    """The first that names the error, as Step Functions chooses."""
    retriers: list[dict[str, Any]] = state.get("Retry", [])
    return next((each for each in retriers if {error, "States.ALL"} & set(each["ErrorEquals"])), None)


def pauses_s(retrier: dict[str, Any]) -> list[float]:
    """The longest pause before each retry; with full jitter they are half as long on average."""
    limit_s = retrier.get("MaxDelaySeconds", float("inf"))
    ramp = [
        min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** min(n, 60), limit_s) for n in range(60)
    ]
    count = retrier["MaxAttempts"]
    return ramp[:count] + [limit_s] * max(0, count - len(ramp))


def mean_retry_s(retrier: dict[str, Any]) -> float:
    """How long it is retried on average, without the time that the tries take themselves."""
    return sum(pauses_s(retrier)) * (0.5 if retrier.get("JitterStrategy") == "FULL" else 1)
