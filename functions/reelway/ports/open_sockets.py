"""All open sockets, a page at a time, and the videos that they are on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from reelway.ports.connections import Connection
from reelway.video import Video


@dataclass(frozen=True, slots=True)
class Share:
    """One of `count` parts of all sockets, without those up to the row whose key is `after`.

    Nobody needs it any more at `until_s`, in seconds since the epoch.
    """

    until_s: float
    index: int = 0
    count: int = 1
    after: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SocketPage:
    """`unreadable` has the keys of rows that cannot be read, each with the reason.

    `last` is the key of the last row, behind which there may be more; None when there is nothing more.
    """

    connections: Sequence[Connection]
    unreadable: Mapping[str, str]
    last: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class KnownVideos:
    """Videos by id, and the ids of records that cannot be read, each with the reason."""

    videos: Mapping[str, Video]
    unreadable: Mapping[str, str]


class OpenSockets(Protocol):
    """Methods raise StorageFailed."""

    def page(self, share: Share) -> SocketPage: ...

    def videos(self, video_ids: Sequence[str]) -> KnownVideos:
        """Without those that do not exist or were deleted."""
        ...
