"""The records of videos."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reelway.video import Failure, LadderState, Loudness, Rendition, Video


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the ready list; a page of the list may begin after it. `listed_at` is ISO 8601."""

    video_id: str
    listed_at: str


class Known(Protocol):
    """Whether there is a video, or was one. Methods raise StorageFailed."""

    def find(self, video_id: str) -> Video | None: ...

    def find_deleted(self, video_id: str) -> Video | None:
        """A deleted video as it was."""
        ...


class Videos(Known, Protocol):
    """The table of videos. Changes of state are conditional writes on its rank, and count up `version`.

    Writes that return a bool return whether this very call changed the video. A deleted video leaves a
    tombstone: it is found no more, unless it is restored, and its id is never used again. Methods raise
    StorageFailed.
    """

    def was_deleted(self, video_id: str) -> bool: ...

    def was_purged(self, video_id: str) -> bool:
        """Whether the video was deleted, and so long ago that nothing of it may stay."""
        ...

    def execution_of(self, video_id: str) -> str:
        """The name of the video's last execution, also when it was deleted."""
        ...

    def delete(self, video_id: str) -> bool:
        """Whatever the video's state; without effect for an unknown or deleted video.

        One that is being restored is deleted again.
        """
        ...

    def create(self, video_id: str, *, size_bytes: int) -> None:
        """Record UPLOADED unless the video is recorded already; an upload that was pending is no more."""
        ...

    def start(self, video_id: str, *, run_id: str, duration_s: float, total_frames: int) -> bool:
        """UPLOADED → PROCESSING, by the run `run_id`: the first, or the one that `reruns` has it wait for."""
        ...

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> bool:
        """Add encoded frames, which may be 0; False unless this run is encoding the video or its ladder."""
        ...

    def finish(
        self,
        video_id: str,
        *,
        run_id: str,
        renditions: Sequence[Rendition],
        ladder: LadderState,
        loudness: Loudness | None = None,
    ) -> bool:
        """Any state but a final one → READY, and on the ready list; by no other run than the video's last.

        `ladder` is COMPLETE, or ENCODING where the source itself is published before its ladder. With all
        renditions, a run that was given up as failed by us makes its video READY nevertheless.
        """
        ...

    def complete_ladder(
        self,
        video_id: str,
        *,
        run_id: str,
        renditions: Sequence[Rendition],
        loudness: Loudness | None = None,
    ) -> bool:
        """A ladder that this run is ENCODING → COMPLETE, with these renditions; the video stays READY.

        As in `finish`, also a ladder that FAILED by us.
        """
        ...

    def fail_ladder(self, video_id: str, failure: Failure, *, execution: str | None = None) -> bool:
        """The ladder of a READY video, ENCODING → FAILED; the video stays READY. `execution` as in `fail`."""
        ...

    def fail(self, video_id: str, failure: Failure, *, execution: str | None = None) -> bool:
        """Any state but a final one → FAILED; without effect for an unknown video.

        Where the name of an execution is given, only if that is the video's last one.
        """
        ...

    def unlist(self, video_id: str) -> None:
        """Take the video off the ready list."""
        ...
