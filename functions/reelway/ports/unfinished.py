"""Lists of work that somebody must be doing: unfinished videos, and unfinished ladders of READY videos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from reelway.ports.videos import Listed
from reelway.video import LadderState, State


class Work(StrEnum):
    """A list, which has its oldest entry first."""

    VIDEOS = "videos"  # that are UPLOADED or PROCESSING
    LADDERS = "ladders"  # that are ENCODING, of READY videos


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What there is to know of a listed video in order to settle it.

    `execution` is the name of its last run's, and `since` when it was taken into processing, or its ladder
    was (ISO 8601). Planning was asked for `replans` times because its first event seemed lost, or the run
    has ended without a word, and last at `replanned_at`.
    """

    video_id: str
    state: State
    ladder: LadderState | None
    execution: str
    since: str
    replans: int = 0
    replanned_at: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Records that were read, and by id those that cannot be, each with the reason."""

    videos: Sequence[Unfinished]
    unreadable: Mapping[str, str]


class UnfinishedVideos(Protocol):
    """Reads lists, and few attributes of many records at a time. Methods raise StorageFailed."""

    def page(self, work: Work, *, after: Listed | None, before: str, limit: int) -> list[Listed]:
        """At most `limit` entries behind `after` that were listed before the ISO 8601 time `before`."""
        ...

    def count(self, work: Work, *, after: Listed | None, before: str) -> int:
        """How many entries there are behind `after`."""
        ...

    def read(self, video_ids: Sequence[str]) -> Found:
        """Up to 100 records, in this order. Those that were deleted are left out."""
        ...

    def note_replan(self, video: Unfinished) -> None:
        """Planning was asked for once more; without effect if somebody else has noted that meanwhile."""
        ...
