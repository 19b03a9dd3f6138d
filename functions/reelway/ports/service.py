"""How the whole service is doing, as Protocols."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Backlog:
    """Unfinished videos: `oldest_s` is for how long the oldest has been so, 0 if there is none.

    `waiting` are UPLOADED, `processing` PROCESSING. There are more of them if it `is_partial`; the numbers
    are None if they could not be read.
    """

    oldest_s: float
    waiting: int | None
    processing: int | None
    is_partial: bool = False


class Service(Protocol):
    """Figures that take few reads, however much there is. Methods raise StorageFailed."""

    def backlog(self) -> Backlog: ...

    def push_lag_s(self) -> float | None:
        """How late sockets heard of the last changes; None if there was nothing to tell of late."""
        ...
