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
    state), or deleted. `removal` is the name of the last execution of a video that was deleted by the write,
    or is to be restored since it: its files are to be seen to.
    """

    video_id: str
    before: Video | None
    after: Video | None
    removal: str | None = None

    @property
    def is_progress_only(self) -> bool:
        """The video is in the same state as before: frames were counted, or its ladder has ended."""
        if self.before is None or self.after is None:
            return False
        return self.before.version == self.after.version

    @property
    def is_told_once(self) -> bool:
        """Nobody is told it again by the next count of frames: a new state, or the end of a ladder."""
        is_end = bool(self.before and self.after and self.after.is_settled and not self.before.is_settled)
        return is_end or not self.is_progress_only

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
    before, after = images.get("OldImage"), images.get("NewImage")
    return Change(
        video_id=images["Keys"]["videoId"]["S"],
        before=_video_of(before),
        after=_video_of(after),
        removal=_removal(before, after) if before and after else None,
    )


def _removal(before: dict[str, Any], after: dict[str, Any]) -> str | None:
    """None for all writes to a tombstone but those by which it is to be restored, or not any more."""
    if not video_items.is_recorded(before) or not video_items.is_tombstone(after):
        return None
    was, now = ((video_items.is_tombstone(each), video_items.is_restoring(each)) for each in (before, after))
    return video_items.video_of(after).execution_name if was != now else None


def _video_of(image: dict[str, Any] | None) -> Video | None:
    return video_items.video_of(image) if image and video_items.is_video(image) else None
