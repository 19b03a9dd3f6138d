"""The way back from a fault of ours: videos, or their ladders, that are begun again."""

from typing import Protocol


class Reruns(Protocol):
    def rerun(self, video_id: str, *, run_id: str) -> bool:
        """FAILED → UPLOADED, or the ladder of a READY video FAILED → ENCODING, if the failure is retryable.

        The video waits for the run `run_id`, which planning begins when it gets an event of the upload.
        Returns whether this very call changed the video. Raises StorageFailed.
        """
        ...

    def rerun_lost(self, video_id: str, *, run_id: str, execution: str) -> bool:
        """Have a video that is PROCESSING, or its ladder that is ENCODING, wait for another run.

        As `rerun`, but states do not change: `execution` has ended without a word. Without effect unless it
        is the video's last.
        """
        ...
