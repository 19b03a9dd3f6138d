"""What deleted videos, and those that FAILED long ago, have left in storage, until that is nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from reelway import keys
from reelway.ports.removals import Removals
from reelway.ports.storage import Bucket
from reelway.timestamps import utc_now

# The queue of removals tries for most of a day by itself. But it may not have taken the order.
_ORDERED_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """`order_removal(video_id, execution)` puts a video into the queue of removals.

    `ago` gives the ISO 8601 time that lies so far back.
    """

    uploads: Bucket
    media: Bucket
    removals: Removals
    order_removal: Callable[[str, str], None]
    ago: Callable[[timedelta], str] = utc_now

    def settle(self, video_id: str) -> bool:
        """Settle the video if nothing of it is left; else order the removal, and look again at another time.

        Nothing is deleted here: the queue repeats a removal that is cut short, with all that follows it.
        """
        if not self._is_anything_left(video_id):
            self.removals.settle(video_id)
            return True
        execution = self.removals.begin(video_id, unless_since=self.ago(_ORDERED_AGAIN_AFTER))
        if execution:
            self.order_removal(video_id, execution)
        return False

    def _is_anything_left(self, video_id: str) -> bool:
        return (
            any(self.media.keys(keys.media_prefix(video_id)))
            or any(self.uploads.keys(keys.job_prefix(video_id)))
            or any(self.uploads.keys(keys.upload(video_id)))
        )
