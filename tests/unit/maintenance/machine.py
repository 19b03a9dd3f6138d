"""A Lambda function in fake time: what calls and CPU take, and the clients that it calls.

Latencies are stated; CPU times are those of `make bench-maintenance`, half as much again for TLS. A function
has one vCPU, and calls made by several threads at a time overlap.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from maintenance.deadline import Deadline
from tests.support.samples import ROOT

THREADS = 8
TIMEOUT_S = 240.0
LATENCY_S = {
    "list_executions": 0.5,  # of a thousand
    "query": 0.015,
    "scan": 0.015,
    "batch_get_item": 0.015,
    "describe_execution": 0.015,
    "post_to_connection": 0.015,
    "update_item": 0.008,
}
_TLS = 1.5
_CPU_MS: dict[str, float] = {
    name: of["median"]
    for name, of in json.loads((ROOT / "bench/results/maintenance.json").read_text())["cpu_ms"].items()
}

Item = TypeVar("Item")
Result = TypeVar("Result")


def cpu_s(name: str, *, less: str = "") -> float:
    return max(0.0, _CPU_MS[name] - (_CPU_MS[less] if less else 0.0)) * _TLS / 1000


@dataclass(slots=True)
class Machine:
    """`calls` has the time of each call by its operation."""

    now_s: float = 0.0
    ends_s: float = TIMEOUT_S
    calls: dict[str, list[float]] = field(default_factory=dict)

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def call(self, operation: str, *, cpu: float = 0.0) -> None:
        self.calls.setdefault(operation, []).append(self.now_s)
        self.now_s += LATENCY_S[operation] + cpu

    def run(self) -> Deadline:
        """A run begins now."""
        self.ends_s = self.now_s + TIMEOUT_S
        return Deadline(lambda: self.ends_s - self.now_s)

    def for_each(self, cpu: float) -> Callable[[Callable[[Item], Result], Iterable[Item]], Iterator[Result]]:
        """As a pool's `map`: calls of several threads overlap, CPU time does not."""

        def for_each(call: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
            for item in items:
                before_s = self.now_s
                result = call(item)
                self.now_s = before_s + max((self.now_s - before_s) / THREADS, cpu)
                yield result

        return for_each


class Refusals:
    """The exceptions of a client none of whose calls is refused."""

    class ConditionalCheckFailedException(Exception):
        pass

    class GoneException(Exception):
        pass

    class ExecutionDoesNotExist(Exception):
        pass


@dataclass(slots=True)
class Pages:
    """A paginator."""

    pages: Callable[..., Iterator[dict[str, Any]]]

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        return self.pages(**asked)
