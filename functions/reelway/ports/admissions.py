"""What is admitted to processing, for all functions together."""

from collections.abc import Mapping
from typing import Protocol

from reelway.admission import Admitted, Run


class Admissions(Protocol):
    """Methods raise StorageFailed."""

    def pause_s(self, run: Run) -> int | None:
        """None if the run is admitted; else after how many seconds it should ask again.

        A run is admitted once, however often it asks.
        """
        ...

    def release(self, execution: str) -> None:
        """The run has ended; without effect for one that is not admitted."""
        ...

    def admitted(self) -> Mapping[str, Admitted]:
        """All that are admitted, by the names of their executions."""
        ...

    def release_lost(self, execution: str, seen: Admitted) -> bool:
        """As `release`, unless the run has asked again since it was `seen`. Whether it was released."""
        ...
