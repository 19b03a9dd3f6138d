"""Executions of the state machine, one for each video."""

from collections.abc import Mapping
from typing import Any, Protocol


class Workflows(Protocol):
    def start(self, video_id: str, payload: Mapping[str, Any]) -> None:
        """Start the video's only execution; without effect when it was started before."""
        ...

    def is_running(self, video_id: str) -> bool: ...

    def was_started(self, video_id: str) -> bool:
        """Whether there is an execution, running or ended."""
        ...

    def stop(self, video_id: str) -> None:
        """Stop the video's execution, if it is running."""
        ...
