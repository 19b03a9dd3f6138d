"""Removal, for good, of everything that belongs to a video that was deleted or FAILED long ago."""

from collections.abc import Callable
from dataclasses import dataclass

from reelway import keys
from reelway.ports.versions import VersionedBucket
from reelway.ports.workflows import Workflows


@dataclass(frozen=True, slots=True)
class Remover:
    """`forget(video_id)` orders that the CDN drops what it has cached of the video."""

    uploads: VersionedBucket
    media: VersionedBucket
    workflows: Workflows
    forget: Callable[[str], None]

    def remove(self, video_id: str, execution: str, *, is_retry: bool) -> None:
        """Stop `execution`, the video's last, and remove its objects with all their versions.

        Idempotent, and ordered again where it leaves something: a chunk that is being encoded at the moment
        may still be written.

        The CDN has something to forget where segments were not hidden before. An attempt before this one, if
        it `is_retry`, may have removed them and ended before it ordered that.
        """
        self.workflows.stop(execution)
        is_cached = is_retry or any(self.media.objects.keys(keys.segment_prefix(video_id)))
        self.media.versions.purge(keys.media_prefix(video_id))
        self.uploads.versions.purge(keys.upload(video_id))
        self.uploads.versions.purge(keys.job_prefix(video_id))
        if is_cached:
            self.forget(video_id)
