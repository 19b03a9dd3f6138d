"""Where a run has stopped in a list, so that the next one goes on from there.

It is an object in the uploads bucket: an item of a table would be a change to whoever reads its stream. Two
runs at once may write one over the other. That does no harm, because a place is only a beginning: who begins
in the middle of a list goes through all of it afterwards.
"""

from dataclasses import dataclass

from reelway import documents, keys
from reelway.documents import DocumentFormat
from reelway.errors import ReelwayError
from reelway.ports.storage import Bucket
from reelway.ports.unfinished import Work
from reelway.ports.videos import Listed

_PLACE = DocumentFormat("place in a list", Listed, version=1, upgrades={})


@dataclass(frozen=True, slots=True)
class Cursors:
    bucket: Bucket

    def load(self, work: Work) -> Listed | None:
        """None for the beginning; also where the place cannot be read."""
        try:
            stored = self.bucket.read(keys.cursor(work))
            return _PLACE.load(stored) if stored else None
        except ReelwayError:
            return None

    def save(self, work: Work, place: Listed) -> None:
        self.bucket.put(keys.cursor(work), _PLACE.dump(place), content_type=documents.CONTENT_TYPE)

    def clear(self, work: Work) -> None:
        self.bucket.delete(keys.cursor(work))
