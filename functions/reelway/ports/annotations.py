"""What owners say of their videos, as it is changed later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Annotations:
    """A video's own, as `Video` has them."""

    title: str | None
    metadata: Mapping[str, str]
    external_id: str | None


class AnnotatedVideos(Protocol):
    """Methods raise StorageFailed."""

    def annotate(self, video_id: str, annotations: Annotations, *, replacing: Annotations) -> bool:
        """False, and without effect, where the video is not there, or has others than `replacing` by now."""
        ...
