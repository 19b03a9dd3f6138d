"""The section on a burst of uploads, made of a simulation that `bench/results/burst.json` has the rows of."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.encode.report import grid

_INTRODUCTION = """
### A burst

{videos:,} videos of {length}, uploaded within a minute: a simulation of the state machine as it is deployed,
with the retries of its steps ([smaller bursts](../bench/results/burst.md)). A call that is throttled is not
billed; trying it again costs a state transition, which is the last column. Where `ApiReserved` keeps no
capacity for the API, it is throttled together with the chunks.
"""


def rows(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of the largest burst."""
    most = max(row["videos"] for row in found["rows"])
    return [row for row in found["rows"] if row["videos"] == most]


def section(simulated: Sequence[Mapping[str, Any]]) -> str:
    """Markdown; empty where nothing was simulated."""
    if not simulated:
        return ""
    heads = ["Lambda concurrency", "`EncodeConcurrency`", "`ApiReserved`", "failed", "all ready after"]
    table = [
        [
            f"{row['concurrency']:,}",
            f"{row['encode_concurrency']:,}",
            f"{row['api_reserved']:,}",
            f"{row['failed_percent']:g} %",
            _time(row["all_ready_after_s"]),
            f"{row['api_throttled_percent']:g} % of the time",
            f"{row['retries']:,}",
            f"{row['cost_of_waiting_usd']:,.0f}",
        ]
        for row in simulated
    ]
    first = simulated[0]
    text = _INTRODUCTION.format(videos=first["videos"], length=_time(first["duration_s"]))
    return f"{text}\n{grid([*heads, 'API throttled', 'retries', 'waiting, $'], table)}\n"


def _time(seconds: float | None) -> str:
    """In the largest unit of which there are at least two, and an hour."""
    if seconds is None:
        return "never"
    if seconds == 3600:
        return "an hour"
    for name, size in (("days", 86_400), ("hours", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"
