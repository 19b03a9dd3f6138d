"""Executions of the state machine: one for each run of a video, by the names of `video.execution_name`."""

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any, Protocol


class ExecutionStatus(Enum):
    """STOPPED is by a person, or because the video was deleted; ENDED is in any other way, good or bad."""

    RUNNING = auto()
    ENDED = auto()
    STOPPED = auto()


class Workflows(Protocol):
    def start(self, execution: str, payload: Mapping[str, Any]) -> None:
        """Start the execution of this name; without effect when it was started before."""
        ...

    def status(self, execution: str) -> ExecutionStatus | None:
        """None where there is no execution of this name: it was not started."""
        ...

    def running_names(self) -> Iterator[str]:
        """The executions that run, by name; one that has just begun or ended may be missing or listed."""
        ...

    def stop(self, execution: str) -> None:
        """Stop the execution, if it is running."""
        ...
