"""What is served or stored of deleted videos, and of those that FAILED long ago, until that is nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from reelway import keys
from reelway.ports.removals import Removals
from reelway.ports.versions import VersionedBucket
from reelway.timestamps import utc_now

# The queue of removals tries for most of a day by itself. But it may not have taken the order.
_ORDERED_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """`order_removal(video_id, execution)` puts a video into the queue of removals.

    `ago` gives the ISO 8601 time that lies so far back.
    """

    uploads: VersionedBucket
    media: VersionedBucket
    removals: Removals
    order_removal: Callable[[str, str], None]
    ago: Callable[[timedelta], str] = utc_now

    def hide(self, video_id: str) -> bool:
        """Note that the video is hidden if none of its segments is served; else order it, as `settle` does.

        One that is to be restored is ordered again as well: whoever takes the order reads the record.
        """
        is_served = any(self.media.objects.keys(keys.segment_prefix(video_id)))
        if not is_served and self.removals.hide(video_id):
            return True
        self._order(video_id, self.removals.order(video_id, unless_since=self.ago(_ORDERED_AGAIN_AFTER)))
        return False

    def settle(self, video_id: str) -> bool:
        """Settle the video if nothing of it is left; else order the removal, and look again at another time.

        Nothing is deleted here: the queue repeats a removal that is cut short, with all that follows it.
        """
        if not self._is_anything_left(video_id):
            self.removals.settle(video_id)
            return True
        self._order(video_id, self.removals.begin(video_id, unless_since=self.ago(_ORDERED_AGAIN_AFTER)))
        return False

    def _order(self, video_id: str, execution: str | None) -> None:
        if execution:
            self.order_removal(video_id, execution)

    def _is_anything_left(self, video_id: str) -> bool:
        return (
            self.media.versions.are_there(keys.media_prefix(video_id))
            or self.uploads.versions.are_there(keys.job_prefix(video_id))
            or self.uploads.versions.are_there(keys.upload(video_id))
        )
