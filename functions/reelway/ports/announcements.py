"""Messages by which sockets are told of their video later, or by another function."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Announcement:
    """The sockets on a video from the id `first` to the id `last`, in the table's order; None is no bound.

    They are to be told the state that the video has by then; with `only_progress`, those that want progress.
    """

    video_id: str
    first: str | None = None
    last: str | None = None
    only_progress: bool = False


class Announcements(Protocol):
    def send(self, announcement: Announcement, *, delay_s: int = 0) -> None:
        """It comes at least once, after `delay_s` seconds at the earliest. Raises when it is not taken."""
        ...
