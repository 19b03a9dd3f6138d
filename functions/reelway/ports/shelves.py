"""Shelves, on which videos of all states are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reelway.shelves import Shelf
from reelway.video import Video


@dataclass(frozen=True, slots=True)
class Place:
    """On a shelf, behind the video that was created at this ISO 8601 time; without a video, at that time."""

    created_at: str
    video_id: str = ""


class Shelves(Protocol):
    """Rows of videos, eventually consistent. Methods raise StorageFailed."""

    def read(self, shelf: Shelf, *, limit: int, after: Place) -> tuple[Sequence[Place], bool]:
        """At most `limit` entries of the year of `after`, newest first, and whether there are more."""
        ...

    def videos(self, video_ids: Sequence[str]) -> Sequence[Video]:
        """In the same order, without those that are deleted, and those whose record cannot be read."""
        ...


class ShelfRows(Protocol):
    """The same rows, as they are written. Methods raise StorageFailed."""

    def arrange(self, video: Video) -> None:
        """Put the video on its shelves, and on no others of the same kinds."""
        ...

    def take_off(self, before: Video, now: Video | None) -> None:
        """Take the rows away that the video had before, and has no more; `now` is None for a deleted one."""
        ...
