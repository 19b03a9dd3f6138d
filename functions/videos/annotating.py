"""`PATCH /video/{videoId}`: another title, other metadata, another external id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelway import naming
from reelway.caller import Caller
from reelway.errors import StorageFailed, bad_request
from reelway.lookup import known_or_deleted_video
from reelway.ports.annotations import AnnotatedVideos, Annotations
from reelway.ports.videos import Videos
from reelway.video import Video

_FIELDS = ("title", "metadata", "externalId")
_ATTEMPTS = 5  # others may annotate the same video at the same moment


@dataclass(frozen=True, slots=True)
class Annotating:
    videos: Videos
    annotated: AnnotatedVideos

    def patch(self, video_id: str, patch: Mapping[str, Any], caller: Caller) -> Video:
        """The video with what a JSON merge patch (RFC 7396) changes; null takes a field away.

        Raises RequestRefused 404, 410, and 400, which names the field.
        """
        unknown = next((name for name in patch if name not in _FIELDS), None)
        if unknown is not None:
            problem = f"{unknown[:64]!r} cannot be changed; {', '.join(_FIELDS)} can."
            raise bad_request("unknown_field", problem)
        _patched(Annotations(None, {}, None), patch)  # what is wrong is so with any video, also with none
        for _ in range(_ATTEMPTS):
            video = known_or_deleted_video(video_id, self.videos, caller)
            known = Annotations(video.title, video.metadata, video.external_id)
            wanted = _patched(known, patch)
            if wanted == known:
                return video
            if self.annotated.annotate(video_id, wanted, replacing=known):
                return known_or_deleted_video(video_id, self.videos, caller)
        raise StorageFailed("storage_failed", f"The video {video_id!r} is changed by too many at once")


def _patched(known: Annotations, patch: Mapping[str, Any]) -> Annotations:
    title, external_id, metadata = known.title, known.external_id, known.metadata
    if "title" in patch:
        title = None if patch["title"] is None else naming.title(patch["title"])
    if "externalId" in patch:
        external_id = None if patch["externalId"] is None else naming.external_id(patch["externalId"])
    if "metadata" in patch:
        metadata = naming.merged_metadata(known.metadata, patch["metadata"])
    return Annotations(title, metadata, external_id)
