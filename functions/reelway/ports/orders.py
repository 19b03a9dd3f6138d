"""What whoever sees to the files of deleted videos leaves to others."""

from typing import Protocol


class FileOrders(Protocol):
    """Each is done at least once, soon. Methods raise when an order is not taken."""

    def forget(self, video_id: str) -> None:
        """The CDN is to drop what it has cached of the video."""
        ...

    def plan(self, video_id: str) -> None:
        """The video's upload is to be planned, as if it had just arrived."""
        ...

    def look_again(self, video_id: str, execution: str) -> None:
        """The video's files are to be seen to again, when all that is at work on them now has ended."""
        ...
