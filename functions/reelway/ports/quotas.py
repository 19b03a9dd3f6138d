"""What owners have uploaded today and have in processing."""

from typing import Protocol


class QuotaLedger(Protocol):
    """Methods raise StorageFailed."""

    def take(self, owner: str, video_id: str, *, size_bytes: int) -> None:
        """Count an upload that begins, of so many bytes at most; once, however often it begins.

        Its row is there. Raises RequestRefused 429 `quota_exceeded`, with the time at which to try again.
        """
        ...
