"""Clients' sockets: the rows that record them, and the sockets themselves."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Connection:
    """A client's socket on one video; `connected_at` in seconds since the epoch.

    It is of use until the video is READY or FAILED, or with `until_complete` until its ladder has ended.
    """

    video_id: str
    connection_id: str
    connected_at: int
    wants_progress: bool
    until_complete: bool = False


# For how long a claim holds a socket, unless it is ended before.
HOLD_S = 10


class Claim(Enum):
    """The answer to asking for the right to send a version to a socket."""

    GRANTED = auto()
    NOT_NEEDED = auto()  # this version or a newer one has been sent, or the socket has left
    BUSY = auto()  # another message is being sent, which this one must not overtake


class Connections(Protocol):
    """The open sockets. `live_status.delivery` describes the protocol of claim, release and done."""

    def add(self, connection: Connection) -> None: ...

    def remove(self, video_id: str, connection_id: str) -> None: ...

    def remove_by_connection(self, connection_id: str) -> None: ...

    def watching(
        self, video_id: str, *, first: str | None = None, last: str | None = None, limit: int
    ) -> list[Connection]:
        """At most `limit` of the sockets on a video, in the order of their ids, from `first` to `last`."""
        ...

    def claim(
        self, connection: Connection, claim_id: str, *, version: int, progress: float, again: bool = False
    ) -> Claim:
        """Granted once for each version (and progress) above the last; with `again`, for the last too.

        `progress` is what `live_status.telling` makes of the video's.

        It holds for HOLD_S, counted from a moment after the call. `claim_id` is another one for each call.
        """
        ...

    def release(self, connection: Connection, claim_id: str) -> None:
        """Give a claim up after sending failed, so that a retry may claim the same version.

        Without effect when the claim has run out and the socket was claimed again.
        """
        ...

    def done(self, connection: Connection, claim_id: str) -> None:
        """The claimed message has been sent; without effect as `release` is."""
        ...


class Sockets(Protocol):
    def send(self, connection_id: str, message: str, *, until_s: float) -> bool:
        """False when the socket is gone.

        No second try begins after `until_s`, in seconds since the epoch, and each ends within 3 s. Raises
        ProcessingInterrupted: `socket_unreachable` when the message was not taken, `socket_silent` when
        that is not known.
        """
        ...

    def close(self, connection_id: str) -> None: ...
