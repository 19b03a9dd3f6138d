"""Playback tokens that are not valid any more, though they have not expired."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Recalls(Protocol):
    """What is recorded. Methods raise StorageFailed."""

    def recall(self, video_id: str, *, at: int) -> bool:
        """Note that tokens issued until then, in Unix time, are void; False for a video that is not there."""
        ...


class EdgeValues(Protocol):
    """What the distribution's function reads at each request: names and short texts."""

    def get(self, name: str) -> str | None: ...

    def all(self) -> Mapping[str, str]: ...

    def change(self, puts: Mapping[str, str], removed: Sequence[str]) -> None:
        """Put these, and remove those that are there. Raises StorageFailed, perhaps after some of it."""
        ...
