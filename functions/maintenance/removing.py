"""Removal of everything that belongs to a video that was deleted, or FAILED long ago."""

from collections.abc import Callable
from dataclasses import dataclass

from reelway import keys
from reelway.ports.storage import Bucket
from reelway.ports.workflows import Workflows


@dataclass(frozen=True, slots=True)
class Remover:
    """`forget(video_id)` orders that the CDN drops what it has cached of the video."""

    uploads: Bucket
    media: Bucket
    workflows: Workflows
    forget: Callable[[str], None]

    def remove(self, video_id: str, execution: str, *, is_retry: bool) -> None:
        """Stop `execution`, the video's last, and delete its objects.

        Idempotent, and ordered again where it leaves something: a chunk that is being encoded at the moment
        may still be written.

        The CDN has something to forget where there are media. An attempt before this one, if it `is_retry`,
        may have deleted them and ended before it ordered that.
        """
        self.workflows.stop(execution)
        is_cached = is_retry or any(self.media.keys(keys.media_prefix(video_id)))
        # Playlists first: without them no player asks for a segment that is already deleted.
        self.media.delete(keys.manifest(video_id))
        self.media.delete(keys.master(video_id))
        self.media.delete_all(keys.media_prefix(video_id))
        self.uploads.delete(keys.upload(video_id))
        self.uploads.delete_all(keys.job_prefix(video_id))
        if is_cached:
            self.forget(video_id)
