"""Deleted videos whose files are still there: for a time, a deletion can be undone."""

from dataclasses import dataclass
from typing import Protocol

from reelway.video import Video


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deleted video. `video` is as it was; the others are ISO 8601 times.

    `restoring_at` is when restoring it was ordered. `is_purged` says that its files are to be removed for
    good, or were.
    """

    video: Video
    deleted_at: str
    restoring_at: str | None
    is_purged: bool


class DeletedVideos(Protocol):
    """Methods raise StorageFailed."""

    def find(self, video_id: str) -> Deleted | None:
        """None for a video that is not deleted, and for an unknown one."""
        ...

    def order_restoring(self, video_id: str, *, deleted_since: str) -> bool:
        """Note that the video is to be restored, which whoever reads the changes of videos then sees to.

        Without effect unless it was deleted since this ISO 8601 time, its files are there, and this was not
        noted before. Returns whether this very call noted it.
        """
        ...

    def restore(self, deleted: Deleted, *, run_id: str, is_whole: bool) -> bool:
        """Make a video again of one that is to be restored; False unless it still is.

        READY if it was and `is_whole`, FAILED if it was; anything else, and a ladder that was being encoded,
        waits for the run `run_id` from its beginning.
        """
        ...
