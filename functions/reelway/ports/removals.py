"""Videos of which nothing is to be left in storage: deleted ones, and those that FAILED long ago."""

from collections.abc import Iterator
from typing import Protocol


class Removals(Protocol):
    """Methods raise StorageFailed. Times are ISO 8601."""

    def deleted(self, before: str) -> Iterator[str]:
        """Videos that were deleted before this time and are not settled, from the oldest on."""
        ...

    def failed(self, before: str) -> Iterator[str]:
        """Videos that FAILED before this time and are not settled, from the oldest on."""
        ...

    def begin(self, video_id: str, *, unless_since: str) -> str | None:
        """Note that the removal of all that the video has is ordered now; after that it cannot be retried.

        Returns the name of its last execution; None where that has been noted since this time, or the video
        is neither deleted nor FAILED any more: then nothing of it may be removed.
        """
        ...

    def settle(self, video_id: str) -> None:
        """Take the video off both lists, because nothing of it is left in storage; it cannot be retried."""
        ...
