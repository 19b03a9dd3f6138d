"""Takes everything that belongs to a deleted video out of storage."""

from collections.abc import Callable
from dataclasses import dataclass

from reelway import keys
from reelway.ports import Bucket, Videos, Workflows


@dataclass(frozen=True, slots=True)
class Remover:
    """`forget(path)` has the CDN forget what it keeps of a path and all below it."""

    uploads: Bucket
    media: Bucket
    workflows: Workflows
    forget: Callable[[str], None]

    def remove(self, video_id: str) -> None:
        """Once more does no harm: a chunk that is still being encoded may write after the first time."""
        self.workflows.stop(video_id)
        # The playlists first: what nobody can find any more, nobody misses.
        self.media.delete(keys.manifest(video_id))
        self.media.delete(keys.master(video_id))
        self.media.delete_all(keys.media_prefix(video_id))
        self.uploads.delete(keys.upload(video_id))
        self.uploads.delete_all(keys.job_prefix(video_id))
        self.forget(f"/{keys.media_prefix(video_id)}")

    def settle(self, videos: Videos, report: Callable[[str], None], *, before: str) -> int:
        """Remove what late workers have left of videos deleted before the ISO 8601 time; how many there were.

        `report(video_id)` is called, while its exception is handled, of one whose turn comes again.
        """
        return sum(self._settle(videos, video_id, report) for video_id in videos.deleted_ids(before))

    def _settle(self, videos: Videos, video_id: str, report: Callable[[str], None]) -> bool:
        try:
            self.remove(video_id)
            videos.settle_deleted(video_id)
        except Exception:
            report(video_id)
            return False
        return True
