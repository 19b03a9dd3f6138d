"""What the template says that costs money, or limits how much is done at once."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.support.readers import template

_ASL = template.ROOT / "statemachine" / "processing.asl.json"
# Chunks that one execution works on by itself; for more, each gets an execution of its own.
_INLINE = re.compile(r"^_?MAX_INLINE\w* = (\d+)", re.MULTILINE)
_MINUTES_A_MONTH = 730 * 60
_COUNTED = re.compile(r"\.(?:count|gauge)\(\s*\"(\w+)\"")  # a metric of our own


@dataclass(frozen=True, slots=True)
class Facts:
    """`memory_mb` and `storage_mb` (/tmp) are those of functions, by their logical id.

    `maintenance` are the functions on a schedule, `maintenance_calls` all their runs in a month.

    `alarms` are counted as they are billed: one for each metric that they look at.
    """

    architecture: str
    memory_mb: dict[str, int]
    storage_mb: dict[str, int]
    plans_at_once: int
    encode_concurrency: int
    queues_polled: int
    alarms: int
    dashboards: int
    secrets: int
    metrics: tuple[str, ...]
    maintenance: tuple[str, ...]
    maintenance_calls: float
    states_entered: int
    distributed_from: int


def read() -> Facts:
    parameters = template.load()["Parameters"]
    functions = template.of_type("AWS::Serverless::Function")
    maintenance = scheduled()
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
        alarms=sum(_metrics_of(alarm) for alarm in _made("AWS::CloudWatch::Alarm")),
        dashboards=len(_made("AWS::CloudWatch::Dashboard")),
        secrets=len(_made("AWS::SecretsManager::Secret")),
        metrics=_metrics(),
        maintenance=maintenance,
        maintenance_calls=_MINUTES_A_MONTH * sum(1 / _every_min(name) for name in maintenance),
        states_entered=_states_entered(),
        distributed_from=_inline_chunks() + 1,
    )


def _number(value: Any) -> int:
    """A number, or the default of the parameter that is referred to."""
    if isinstance(value, dict):
        return int(template.load()["Parameters"][value["Ref"]]["Default"])
    return int(value)


def _made(kind: str) -> list[dict[str, Any]]:
    """The Properties of all resources of a type that are made with the parameters' defaults."""
    found = (entry for entry in template.load()["Resources"].values() if entry["Type"] == kind)
    return [entry["Properties"] for entry in found if holds({"Condition": entry.get("Condition")})]


def holds(condition: dict[str, Any]) -> bool:
    """Whether a condition of the template is true with the parameters' defaults; that of None is."""
    (kind, of), *_ = condition.items()
    if kind == "Condition":
        return of is None or holds(template.load()["Conditions"][of])
    if kind == "Fn::Equals":
        one, other = (_value(side) for side in of)
        return one == other
    if kind == "Fn::Not":
        return not holds(of[0])
    return {"Fn::And": all, "Fn::Or": any}[kind](holds(each) for each in of)


def _value(of: Any) -> str:
    """Of a text, a number or a parameter's default; something unlike all of them for AWS's own parameters."""
    if isinstance(of, dict):
        name = of.get("Ref")
        return str(template.load()["Parameters"].get(name, {"Default": of})["Default"])
    return str(of)


def _metrics_of(alarm: dict[str, Any]) -> int:
    queries = alarm.get("Metrics", [])
    return sum("MetricStat" in query for query in queries) or 1


def _inline_chunks() -> int:
    sources = (template.ROOT / "functions" / "transcode").glob("*.py")
    (found,) = (int(number) for file in sources for number in _INLINE.findall(file.read_text()))
    return found


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


def scheduled() -> tuple[str, ...]:
    """The functions on a schedule, by their logical id."""
    functions = template.of_type("AWS::Serverless::Function")
    return tuple(name for name, of in functions.items() if "Often" in of.get("Events", {}))


def _every_min(function: str) -> int:
    schedule = template.properties(function)["Events"]["Often"]["Properties"]["Schedule"]
    return int(re.fullmatch(r"rate\((\d+) minutes\)", schedule)[1])  # type: ignore[index]
