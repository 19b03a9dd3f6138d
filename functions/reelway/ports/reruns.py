"""The way back from a failure of ours: videos, or their ladders, that are begun again."""

from typing import Protocol


class Reruns(Protocol):
    def rerun(self, video_id: str, *, run_id: str) -> bool:
        """FAILED → UPLOADED, or the ladder of a READY video FAILED → ENCODING, if the failure is retryable.

        The video waits for the run `run_id`, which planning begins when it gets an event of the upload.
        Returns whether this very call changed the video. Raises StorageFailed.
        """
        ...
