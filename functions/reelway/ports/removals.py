"""Videos of which nothing is to be served, and then left: deleted ones, and those that FAILED long ago."""

from collections.abc import Iterator
from typing import Protocol


class Removals(Protocol):
    """Methods raise StorageFailed. Times are ISO 8601."""

    def deleted(self, before: str) -> Iterator[str]:
        """Videos that were deleted before this time, or are to be restored since then, from the oldest on."""
        ...

    def hidden(self, before: str) -> Iterator[str]:
        """Deleted videos that were hidden before this time and are not settled, from the oldest on."""
        ...

    def failed(self, before: str) -> Iterator[str]:
        """Videos that FAILED before this time and are not settled, from the oldest on."""
        ...

    def order(self, video_id: str, *, unless_since: str) -> str | None:
        """Note that a deleted video is ordered now to be hidden, or to be restored, as its record says.

        Returns the name of its last execution; None where that has been noted since this time, or the video
        is on the list of deleted ones no more.
        """
        ...

    def hide(self, video_id: str) -> bool:
        """Put a deleted video from its list on that of hidden ones; False where it is to be restored."""
        ...

    def begin(self, video_id: str, *, unless_since: str) -> str | None:
        """Note that the removal of all that the video has is ordered now.

        After that it can be neither restored nor retried. Returns the name of its last execution; None where
        that has been noted since this time, or the video is neither deleted nor FAILED any more, or is to be
        restored: then nothing of it may be removed.
        """
        ...

    def settle(self, video_id: str) -> None:
        """Take the video off its list, because nothing of it is left in storage.

        After that it can be neither restored nor retried.
        """
        ...
