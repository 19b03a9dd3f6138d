"""Executions in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class FakeWorkflows:
    """Payloads by the names of executions; the first start of a name wins."""

    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)

    def start(self, execution: str, payload: Mapping[str, Any]) -> None:
        if execution not in self.started:
            self.started[execution] = payload
            self.running.add(execution)

    def is_running(self, execution: str) -> bool:
        return execution in self.running

    def was_started(self, execution: str) -> bool:
        return execution in self.started

    def running_names(self) -> Iterator[str]:
        yield from self.running

    def stop(self, execution: str) -> None:
        self.running.discard(execution)
