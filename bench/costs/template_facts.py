"""What the template says that costs money, or limits how much is done at once."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.support.readers import template

_ASL = template.ROOT / "statemachine" / "processing.asl.json"
_MAX_INLINE = 40  # chunks, as in transcode.prepare_handler, which cannot be imported without its environment
_MINUTES_A_MONTH = 730 * 60
_COUNTED = re.compile(r"\.count\(\s*\"(\w+)\"")  # a metric of our own


@dataclass(frozen=True, slots=True)
class Facts:
    """`memory_mb` and `storage_mb` (/tmp) are those of functions, by their logical id."""

    architecture: str
    memory_mb: dict[str, int]
    storage_mb: dict[str, int]
    plans_at_once: int
    encode_concurrency: int
    queues_polled: int
    alarms: int
    dashboards: int
    metrics: tuple[str, ...]
    maintenance_calls: float
    states_entered: int
    distributed_from: int


def read() -> Facts:
    parameters = template.load()["Parameters"]
    functions = template.of_type("AWS::Serverless::Function")
    default_mb = template.load()["Globals"]["Function"]["MemorySize"]
    return Facts(
        architecture=parameters["Architecture"]["Default"],
        memory_mb={name: _number(of.get("MemorySize", default_mb)) for name, of in functions.items()},
        storage_mb={
            name: _number(of.get("EphemeralStorage", {"Size": 512})["Size"]) for name, of in functions.items()
        },
        plans_at_once=_number(template.properties("PlanQueueMapping")["ScalingConfig"]["MaximumConcurrency"]),
        encode_concurrency=int(parameters["EncodeConcurrency"]["Default"]),
        queues_polled=sum(
            "StartingPosition" not in of
            for of in template.of_type("AWS::Lambda::EventSourceMapping").values()
        ),
        alarms=len(template.of_type("AWS::CloudWatch::Alarm")),
        dashboards=len(template.of_type("AWS::CloudWatch::Dashboard")),
        metrics=_metrics(),
        maintenance_calls=_MINUTES_A_MONTH / _maintained_every_min(),
        states_entered=_states_entered(),
        distributed_from=_MAX_INLINE + 1,
    )


def _number(value: Any) -> int:
    """A number, or the default of the parameter that is referred to."""
    if isinstance(value, dict):
        return int(template.load()["Parameters"][value["Ref"]]["Default"])
    return int(value)


def _metrics() -> tuple[str, ...]:
    sources = (template.ROOT / "functions").rglob("*.py")
    return tuple(sorted({name for file in sources for name in _COUNTED.findall(file.read_text())}))


def _states_entered() -> int:
    """States of the way from the start to a published video, without those of the Map."""
    text = re.sub(r"(?<!\")\$\{\w+\}(?!\")", "0", _ASL.read_text())
    states = json.loads(text)["States"]
    name, count = json.loads(text)["StartAt"], 1
    while not states[name].get("End"):
        name, count = states[name].get("Next") or states[name]["Default"], count + 1
    return count


def _maintained_every_min() -> int:
    schedule = template.properties("MaintenanceFunction")["Events"]["Often"]["Properties"]["Schedule"]
    return int(re.fullmatch(r"rate\((\d+) minutes\)", schedule)[1])  # type: ignore[index]
