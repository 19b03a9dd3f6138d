"""What becomes of a deleted video's files as long as the deletion can be undone: hidden, and brought back.

Segments alone are served without asking for the video's record, so that they alone are hidden: each gets a
delete marker, under which S3 keeps it. Everything else stays where it is.
"""

import uuid
from dataclasses import dataclass

from maintenance.published import published
from reelway import keys
from reelway.ports.deleted import Deleted, DeletedVideos
from reelway.ports.orders import FileOrders
from reelway.ports.versions import VersionedBucket
from reelway.ports.workflows import Workflows
from reelway.video import State

# A page of a list, and what one request deletes: before each, the record is read.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Hiding:
    media: VersionedBucket
    deleted: DeletedVideos
    workflows: Workflows
    orders: FileOrders

    def hide(self, video_id: str, execution: str, *, is_retry: bool) -> None:
        """Stop `execution`, the video's last, and have none of its segments served.

        Idempotent; ends when the video is to be restored meanwhile. As `Remover`, it has the CDN forget
        segments that an attempt before may have hidden.
        """
        self.workflows.stop(execution)
        segments = list(self.media.objects.keys(keys.segment_prefix(video_id)))
        for first in range(0, len(segments), _AT_ONCE):
            found = self.deleted.find(video_id)
            if found is None or found.restoring_at:
                return
            self.media.objects.delete_keys(segments[first : first + _AT_ONCE])
        if segments or is_retry:
            self.orders.forget(video_id)

    def restore(self, deleted: Deleted) -> None:
        """Bring the media back, make a video of the tombstone again, and have processed what is not done.

        A function that is hiding the video has perhaps not seen yet that it is not to, and ends soon: the
        media are looked at once more after that.
        """
        video = deleted.video
        is_whole = video.state is not State.READY or self.bring_back(video.video_id)
        self.orders.look_again(video.video_id, video.execution_name)
        is_restored = self.deleted.restore(deleted, run_id=str(uuid.uuid4()), is_whole=is_whole)
        if is_restored and (not video.is_settled or not is_whole):
            self.orders.plan(video.video_id)

    def bring_back(self, video_id: str) -> bool:
        """Undo the deletion of what the video's playlists refer to; whether all of it is there."""
        wanted = published(video_id, self.media.objects)
        if wanted is None:
            return False
        there = self.media.versions.bring_back(keys.segment_prefix(video_id), wanted.segments)
        return there >= wanted.segments
