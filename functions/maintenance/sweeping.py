"""Goes through the lists of unfinished work, for what nothing is working on any more.

S3 may drop an event, and an execution may end without reporting it; both would leave a video in UPLOADED or
PROCESSING for ever. Neither a record that cannot be read nor the number of videos may keep any other video
from being looked at: lists are gone through from the oldest entry, a run stops before its timeout, and the
next one goes on from there. What runs is known from a list of all running executions, so that only the others
are read, and fewer still are asked about one by one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from maintenance.cursors import Cursors
from maintenance.deadline import Deadline
from reelway.ports.unfinished import Unfinished, UnfinishedVideos, Work
from reelway.ports.videos import Listed
from reelway.ports.workflows import Workflows
from reelway.timestamps import utc_now
from reelway.video import video_of_execution

# S3 notifies within seconds, and planning takes 240 s at most. An event whose planning fails waits in its
# queue; the video is then planned once more from here, which does no harm.
_LOST_AFTER = timedelta(minutes=6)
_PAGE = 1000
_BATCH = 100  # records that DynamoDB gives at a time

# `map`, or a replacement that makes several calls at the same time.
ForEach = Callable[[Callable[[Unfinished], bool | None], Iterable[Unfinished]], Iterable[bool | None]]


@dataclass(slots=True)
class Swept:
    """What a run has done. It is complete if every listed video was looked at; else some are `remaining`."""

    settled: int = 0
    unreadable: int = 0
    remaining: int = 0
    is_complete: bool = True

    def counts(self) -> dict[str, int]:
        """How many videos were settled, records unreadable, and entries not looked at."""
        return {"settled": self.settled, "passed_over": self.unreadable, "remaining": self.remaining}


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`settle(video)` says whether there was anything to do. `ago` gives the ISO 8601 time so far back.

    `log_error(message, **about)` logs, and so does `log_exception`, with the exception that is handled.
    """

    lists: UnfinishedVideos
    workflows: Workflows
    settle: Callable[[Unfinished], bool]
    cursors: Cursors
    log_error: Callable[..., None]
    log_exception: Callable[..., None]
    for_each: ForEach = map
    ago: Callable[[timedelta], str] = utc_now

    def sweep(self, deadline: Deadline) -> Swept:
        """A list that cannot be gone through, or has many entries, leaves half of the time to the other."""
        swept, running = Swept(), self._running(deadline.earlier(0.5))
        left = [*Work]
        for part in (0.5, 1.0):
            left = [
                work for work in left if not self._is_through(work, running, deadline.earlier(part), swept)
            ]
        swept.remaining = sum(map(self._remaining, left))
        swept.is_complete = not left
        return swept

    def _is_through(self, work: Work, running: Collection[str], deadline: Deadline, swept: Swept) -> bool:
        try:
            return _Walk(self, work, self.ago(_LOST_AFTER), running, deadline, swept).is_through()
        except Exception:
            self.log_exception("a list could not be gone through", list=work)
            return False

    def _remaining(self, work: Work) -> int:
        """How many entries of a list were not looked at; 0 where that cannot be found out."""
        try:
            place = self.cursors.load(work)
            return self.lists.count(work, after=place, before=self.ago(_LOST_AFTER))
        except Exception:
            self.log_exception("a list could not be counted", list=work)
            return 0

    def _running(self, deadline: Deadline) -> Collection[str]:
        """The videos of running executions; too few where not all can be listed, which only takes longer."""
        found: set[str] = set()
        try:
            for execution in self.workflows.running_names():
                if deadline.is_near():
                    break
                found.add(video_of_execution(execution))
        except Exception:
            self.log_exception("running executions could not be listed")
        return found


@dataclass(slots=True)
class _Walk:
    """One run's way through one list; `is_place_stored` by it or by an earlier run."""

    sweeper: Sweeper
    work: Work
    before: str
    running: Collection[str]
    deadline: Deadline
    swept: Swept
    is_place_stored: bool = False

    def is_through(self) -> bool:
        """Whether every entry has been looked at; the place of the next one is stored if not."""
        place = self.sweeper.cursors.load(self.work)
        self.is_place_stored = place is not None
        return (place is None or self._goes_on(place)) and self._goes_on(None)

    def _goes_on(self, after: Listed | None) -> bool:
        place = after
        for batch in self._batches(after):
            done = 0 if self.deadline.is_near() else self._look_at(batch)
            place = batch[done - 1] if done else place
            if done < len(batch):
                if place:
                    self._store(place)
                return False
        if self.is_place_stored:
            self.sweeper.cursors.clear(self.work)
            self.is_place_stored = False
        return True

    def _batches(self, after: Listed | None) -> Iterator[list[Listed]]:
        """A run that Lambda ends all the same has stored the last page that it had done."""
        page, lists = [after] if after else [], self.sweeper.lists
        while True:
            place = page[-1] if page else None
            page = lists.page(self.work, after=place, before=self.before, limit=_PAGE)
            yield from (page[first : first + _BATCH] for first in range(0, len(page), _BATCH))
            if len(page) < _PAGE:
                return
            self._store(page[-1])

    def _look_at(self, batch: list[Listed]) -> int:
        """For how many of them there was time, from the first one on."""
        waiting = [entry.video_id for entry in batch if entry.video_id not in self.running]
        if not waiting:
            return len(batch)
        found = self.sweeper.lists.read(waiting)
        for video_id, reason in found.unreadable.items():
            self.sweeper.log_error("a record cannot be read", video_id=video_id, reason=reason)
        self.swept.unreadable += len(found.unreadable)
        settled = list(self.sweeper.for_each(self._settles, found.videos))
        self.swept.settled += settled.count(True)
        if None not in settled:
            return len(batch)
        first_left = found.videos[settled.index(None)].video_id
        return [entry.video_id for entry in batch].index(first_left)

    def _settles(self, video: Unfinished) -> bool | None:
        """None when there is no time. A video that cannot be settled holds up none of the others."""
        if self.deadline.is_near():
            return None
        try:
            return self.sweeper.settle(video)
        except Exception:
            self.sweeper.log_exception("a video could not be settled", video_id=video.video_id)
            return False

    def _store(self, place: Listed) -> None:
        self.sweeper.cursors.save(self.work, place)
        self.is_place_stored = True
