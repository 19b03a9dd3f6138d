"""Executions of the state machine: one for each run of a video, by the names of `video.execution_name`."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Workflows(Protocol):
    def start(self, execution: str, payload: Mapping[str, Any]) -> None:
        """Start the execution of this name; without effect when it was started before."""
        ...

    def is_running(self, execution: str) -> bool: ...

    def was_started(self, execution: str) -> bool:
        """Whether there is an execution of this name, running or ended."""
        ...

    def running_names(self) -> Iterator[str]:
        """The executions that run, by name; one that has just begun or ended may be missing or listed."""
        ...

    def stop(self, execution: str) -> None:
        """Stop the execution, if it is running."""
        ...
