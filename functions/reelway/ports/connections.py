"""Clients' sockets: the rows that record them, and the sockets themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Connection:
    """A client's socket on one video; `connected_at` in seconds since the epoch."""

    video_id: str
    connection_id: str
    connected_at: int
    wants_progress: bool


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

    def watching(self, video_id: str) -> Iterator[Connection]: ...

    def all(self) -> Iterator[Connection]: ...

    def claim(self, connection: Connection, *, version: int, progress: float, again: bool = False) -> Claim:
        """Granted once for each version (and progress) above the last; with `again`, for the last too."""
        ...

    def release(self, connection: Connection, *, version: int) -> None:
        """Take a claim back after sending failed, so that a retry may claim the same version."""
        ...

    def done(self, connection: Connection, *, version: int) -> None:
        """The claimed message has been sent."""
        ...


class Sockets(Protocol):
    def send(self, connection_id: str, message: str) -> bool:
        """False when the socket is gone. Raises ProcessingInterrupted when it could not be reached."""
        ...

    def close(self, connection_id: str) -> None: ...
