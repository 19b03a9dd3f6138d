"""Puts videos of earlier releases on the shelves, once: newer ones are put there as they are uploaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from maintenance.deadline import Deadline
from reelway import documents, keys
from reelway.documents import DocumentFormat
from reelway.errors import ProcessingInterrupted, ReelwayError
from reelway.ports.shelves import ShelfRows
from reelway.ports.storage import Bucket
from reelway.ports.videos import Listed
from reelway.video import Video

# Every video that is not deleted is on one of them. In this order one goes from the one to the next.
LISTS = ("open", "failed", "ready", "unlisted")
_BATCH = 100
_NAME = "shelves"


class Lists(Protocol):
    """Entries of a list behind `after`, newest first, and whether there are more."""

    def page(self, listing: str, *, limit: int, after: Listed | None) -> tuple[list[Listed], bool]: ...


class Records(Protocol):
    """Those videos that are not deleted."""

    def videos(self, video_ids: Sequence[str]) -> Sequence[Video]: ...


@dataclass(frozen=True, slots=True)
class Reached:
    """The list that is gone through, by its number among `LISTS`, and its last entry that is done."""

    index: int = 0
    after: Listed | None = None


_REACHED = DocumentFormat("place in the lists", Reached, version=1, upgrades={})


@dataclass(frozen=True, slots=True)
class Backfill:
    """A run goes on where the one before it has stopped."""

    bucket: Bucket
    lists: Lists
    records: Records
    rows: ShelfRows

    def run(self, deadline: Deadline, report: Callable[[str], None]) -> int:
        """How many videos were arranged; `report(text)` is called while an exception is handled."""
        try:
            return self._run(deadline)
        except ReelwayError:
            report("videos of an earlier release could not be put on shelves")
            return 0

    def _run(self, deadline: Deadline) -> int:
        reached, arranged = self._load(), 0
        while reached.index < len(LISTS) and not deadline.is_near():
            entries, has_more = self.lists.page(LISTS[reached.index], limit=_BATCH, after=reached.after)
            for video in self.records.videos([entry.video_id for entry in entries]):
                self.rows.arrange(video)
                arranged += 1
            reached = Reached(reached.index, entries[-1]) if has_more else Reached(reached.index + 1)
            self.bucket.put(keys.cursor(_NAME), _REACHED.dump(reached), content_type=documents.CONTENT_TYPE)
        return arranged

    def _load(self) -> Reached:
        """From the beginning where it cannot be read: a video that is arranged again stays where it is."""
        try:
            stored = self.bucket.read(keys.cursor(_NAME))
            return _REACHED.load(stored) if stored else Reached()
        except ProcessingInterrupted:
            return Reached()
