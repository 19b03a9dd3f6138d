"""Executions in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reelway.ports.workflows import ExecutionStatus


@dataclass(slots=True)
class FakeWorkflows:
    """Payloads by the names of executions; the first start of a name wins."""

    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)

    def start(self, execution: str, payload: Mapping[str, Any]) -> None:
        if execution not in self.started:
            self.started[execution] = payload
            self.running.add(execution)

    def status(self, execution: str) -> ExecutionStatus | None:
        if execution in self.running:
            return ExecutionStatus.RUNNING
        if execution in self.stopped:
            return ExecutionStatus.STOPPED
        return ExecutionStatus.ENDED if execution in self.started else None

    def running_names(self) -> Iterator[str]:
        yield from self.running

    def stop(self, execution: str) -> None:
        if execution in self.running:
            self.running.remove(execution)
            self.stopped.add(execution)
