"""What others are told of a video: events as CloudEvents 1.0, whose schema is in docs/events.

An event may come more than once and not in order. Whoever receives it knows it again by its `id`, and knows
by its `sequence` whether it is older than what was heard of the video before.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reelway.description import describe
from reelway.video import Video

SOURCE = "reelway"


class EventType(StrEnum):
    """What has happened."""

    UPLOADED = "video.uploaded"
    PROCESSING = "video.processing"
    READY = "video.ready"
    FAILED = "video.failed"
    RETRIED = "video.retried"
    LADDER_FAILED = "video.ladder_failed"
    LADDER_COMPLETE = "video.ladder_complete"
    DELETED = "video.deleted"
    RESTORED = "video.restored"


# A ladder ends without a new version of the video. One that was given up as failed may be complete after all.
_LADDER_ENDS = {EventType.LADDER_FAILED: 1, EventType.LADDER_COMPLETE: 2}


@dataclass(frozen=True, slots=True)
class VideoEvent:
    """`video` is as the change has left it, or as it was deleted."""

    type: EventType
    video: Video

    @property
    def sequence(self) -> str:
        """Sorted as text, those of a video are in the order of its changes: version, runs before, kind."""
        end = _LADDER_ENDS.get(self.type, 0)
        return f"{self.video.version:08}-{self.video.reruns if end else 0:04}-{end}"

    @property
    def id(self) -> str:
        """The same however often the change is read; without dots, which separate what webhooks sign."""
        return f"{self.video.video_id}-{self.sequence}"

    def document(self, stack: str) -> dict[str, Any]:
        """As JSON data: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md"""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": f"urn:{SOURCE}:{stack}",
            "type": self.type,
            "time": self.video.updated_at,
            "subject": self.video.video_id,
            "sequence": self.sequence,
            "datacontenttype": "application/json",
            "data": {"owner": self.video.owner, **describe(self.video)},
        }
