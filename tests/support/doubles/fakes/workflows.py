"""Executions in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class FakeWorkflows:
    """Payloads by video id; the first start of a video wins."""

    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)

    def start(self, video_id: str, payload: Mapping[str, Any]) -> None:
        if video_id not in self.started:
            self.started[video_id] = payload
            self.running.add(video_id)

    def is_running(self, video_id: str) -> bool:
        return video_id in self.running

    def was_started(self, video_id: str) -> bool:
        return video_id in self.started

    def stop(self, video_id: str) -> None:
        self.running.discard(video_id)
