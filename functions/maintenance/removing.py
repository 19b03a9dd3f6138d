"""Removal of everything that belongs to a deleted video."""

from collections.abc import Callable
from dataclasses import dataclass

from reelway import keys
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows


@dataclass(frozen=True, slots=True)
class Remover:
    """`forget(path)` makes the CDN drop what it has cached of a path and everything below it."""

    uploads: Bucket
    media: Bucket
    workflows: Workflows
    forget: Callable[[str], None]

    def remove(self, video_id: str, execution: str) -> None:
        """Stop `execution`, the video's last, and delete its objects. Idempotent, and to be repeated later: a
        chunk that is being encoded at the moment may still be written afterwards.
        """
        self.workflows.stop(execution)
        # Playlists first: without them no player asks for a segment that is already deleted.
        self.media.delete(keys.manifest(video_id))
        self.media.delete(keys.master(video_id))
        self.media.delete_all(keys.media_prefix(video_id))
        self.uploads.delete(keys.upload(video_id))
        self.uploads.delete_all(keys.job_prefix(video_id))
        self.forget(f"/{keys.media_prefix(video_id)}")

    def settle(self, videos: Videos, report: Callable[[str], None], *, before: str) -> int:
        """Remove once more what belongs to videos deleted before the ISO 8601 time, and settle them.

        Returns how many were settled. `report(video_id)` is called while the exception is handled that one
        video raised; that video stays unsettled, and the others are removed nevertheless.
        """
        return sum(self._settle(videos, video_id, report) for video_id in videos.deleted_ids(before))

    def _settle(self, videos: Videos, video_id: str, report: Callable[[str], None]) -> bool:
        try:
            self.remove(video_id, videos.execution_of(video_id))
            videos.settle_deleted(video_id)
        except Exception:
            report(video_id)
            return False
        return True
