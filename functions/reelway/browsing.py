"""Pages of a shelf, as a caller may see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reelway import pages
from reelway.caller import Caller
from reelway.pages import MAX_LIMIT
from reelway.ports.shelves import Place, Shelves
from reelway.shelves import Shelf
from reelway.timestamps import utc_now
from reelway.video import State, Video

# What one request reads at most, however few of the videos are of the state that is asked for.
MAX_QUERIES = 5


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is where the next page begins; None on the last one."""

    videos: Sequence[Video]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Browser:
    """`now` gives ISO 8601 times."""

    shelves: Shelves
    now: Callable[[], str] = utc_now

    def page(
        self, shelf: Shelf, caller: Caller, *, limit: int, after: Place | None, state: State | None = None
    ) -> Page:
        """At most `limit` videos, newest first: one query, unless some are passed over or a year ends.

        A page may be short, or empty, and be followed by another one all the same.
        """
        found: list[Video] = []
        place: Place | None = self._beginning(after)
        for _ in range(MAX_QUERIES):
            if place is None or len(found) == limit:
                break
            asked = MAX_LIMIT if state else limit - len(found)
            entries, has_more = self.shelves.read(shelf, limit=asked, after=place)
            seen = self._seen(entries, shelf, caller, state)[: limit - len(found)]
            found += seen
            is_full = len(found) == limit and seen[-1].video_id != entries[-1].video_id
            if is_full or has_more:
                place = _behind(entries, seen[-1].video_id if is_full else entries[-1].video_id)
            else:
                place = _year_before(shelf, place)
        return Page(found, place)

    def _beginning(self, after: Place | None) -> Place:
        """Never in a later year than this one, whoever made the cursor."""
        latest = Place(f"{self.now()[:4]}-12-31T23:59:59.999999Z")
        return min(after, latest, key=lambda place: place.created_at) if after else latest

    def _seen(
        self, entries: Sequence[Place], shelf: Shelf, caller: Caller, state: State | None
    ) -> list[Video]:
        """Without those that are gone, of another state, or on this shelf no more."""
        return [
            video
            for video in self.shelves.videos([entry.video_id for entry in entries])
            if caller.may_see(video.video_id, video.owner)
            and state in (None, video.state)
            and shelf.owner in (None, video.owner)
            and shelf.external_id in (None, video.external_id)
        ]


def _behind(entries: Sequence[Place], video_id: str) -> Place:
    return next(entry for entry in entries if entry.video_id == video_id)


def _year_before(shelf: Shelf, place: Place) -> Place | None:
    time = shelf.before(place.created_at)
    return Place(time) if time else None


def place_of(cursor: str) -> Place:
    """Raises RequestRefused 400 `bad_cursor`."""
    video_id, created_at = pages.entry_of(cursor)
    return Place(created_at, video_id)


def cursor_of(place: Place) -> str:
    return pages.cursor(place.video_id, place.created_at)
