"""One write to a video's record, parsed from a record of the Videos table's stream."""

from dataclasses import dataclass
from typing import Any, Self

from reelway.adapters import video_items
from reelway.adapters.stream_batches import Record
from reelway.video import Video


@dataclass(frozen=True, slots=True)
class Change:
    """A video before and after one write, or several that follow one another.

    None where it was not there: not created yet (an upload that is only expected has a record without a
    state), or deleted.
    """

    video_id: str
    before: Video | None
    after: Video | None

    @property
    def is_deletion(self) -> bool:
        """True for the write that made a tombstone of the record, and for no later write to the tombstone."""
        return self.before is not None and self.after is None

    @property
    def is_progress_only(self) -> bool:
        """The video is in the same state as before: frames were counted, or its ladder has ended."""
        if self.before is None or self.after is None:
            return False
        return self.before.version == self.after.version

    @property
    def is_nothing(self) -> bool:
        """There was no video, and there is none: a write to a tombstone, or to an upload's expectation."""
        return self.before is None and self.after is None

    def with_progress_of(self, later: Self) -> Self | None:
        """This change and the video's next one as a single one; None if that is more than progress.

        So no state is passed over, no deletion, and nothing after one.
        """
        if self.after is None or not later.is_progress_only:
            return None
        return type(self)(self.video_id, self.before, later.after)


def change_of(record: Record) -> Change:
    """Parse a record with both images; raises KeyError, TypeError or ValueError for another one."""
    images = record["dynamodb"]
    return Change(
        video_id=images["Keys"]["videoId"]["S"],
        before=_video_of(images.get("OldImage")),
        after=_video_of(images.get("NewImage")),
    )


def _video_of(image: dict[str, Any] | None) -> Video | None:
    return video_items.video_of(image) if image and video_items.is_video(image) else None
