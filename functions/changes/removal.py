"""Listener: the files of a video that was deleted, or is to be restored, are seen to.

That takes up to minutes, and may fail for hours while S3, Step Functions or CloudFront do. So it is only
handed over to a queue here, or it would hold up the messages of all videos in the same shard of the stream.
"""

from collections.abc import Callable
from dataclasses import dataclass

from changes.change import Change


@dataclass(frozen=True, slots=True)
class RemovalListener:
    """`order_removal(video_id, execution)` may be called again for a video: it is idempotent."""

    order_removal: Callable[[str, str], None]

    def on_change(self, change: Change) -> None:
        if change.removal:
            self.order_removal(change.video_id, change.removal)
