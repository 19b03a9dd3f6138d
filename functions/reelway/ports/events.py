"""The bus by which others are told what happens to videos."""

from collections.abc import Sequence
from typing import Protocol

from reelway.events import VideoEvent


class Events(Protocol):
    def publish(self, events: Sequence[VideoEvent]) -> None:
        """All of these events, ten at most.

        Raises ProcessingInterrupted: BUS_SILENT where nobody answers, EVENT_REFUSED where one was not taken.
        All of them may then be published again.
        """
        ...
