"""The table of open sockets in memory, and the sockets."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reelway.errors import ReelwayError
from reelway.ports.announcements import Announcement
from reelway.ports.connections import HOLD_S, Claim, Connection

# Long past, whatever the time is.
FREE, RELEASED = -2.0, -1.0


@dataclass(slots=True)
class FakeConnections:
    """Connections, the (version, progress) last sent to each, by which claim, and how long that holds."""

    rows: dict[tuple[str, str], Connection] = field(default_factory=dict)
    last_sent: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    busy_until: dict[tuple[str, str], float] = field(default_factory=dict)
    claim_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    now_s: float = 0.0

    def add(self, connection: Connection) -> None:
        self.rows[_key(connection)] = connection
        self.last_sent[_key(connection)] = (0, 0.0)

    def remove(self, video_id: str, connection_id: str) -> None:
        self.rows.pop((video_id, connection_id), None)

    def remove_by_connection(self, connection_id: str) -> None:
        for key in [key for key in self.rows if key[1] == connection_id]:
            del self.rows[key]

    def watching(
        self, video_id: str, *, first: str | None = None, last: str | None = None, limit: int
    ) -> list[Connection]:
        rows = sorted((row for row in self.rows.values() if row.video_id == video_id), key=_key)
        ids = [row for row in rows if (first or "") <= row.connection_id <= (last or "\U0010ffff")]
        return ids[:limit]

    def all(self) -> Iterator[Connection]:
        yield from list(self.rows.values())

    def claim(
        self, connection: Connection, claim_id: str, *, version: int, progress: float, again: bool = False
    ) -> Claim:
        key = _key(connection)
        if key not in self.rows:
            return Claim.NOT_NEEDED
        last_version, last_progress = self.last_sent[key]
        busy_until = self.busy_until.get(key, FREE)
        if busy_until > self.now_s:
            return Claim.BUSY if last_version <= version else Claim.NOT_NEEDED
        is_worth_sending = busy_until != FREE
        if again:
            is_worth_sending = last_progress <= progress
        elif connection.wants_progress or connection.until_complete:
            is_worth_sending = last_progress < progress or (is_worth_sending and last_progress == progress)
        if last_version < version or (last_version == version and is_worth_sending):
            self.last_sent[key] = (version, progress)
            self.busy_until[key], self.claim_ids[key] = self.now_s + HOLD_S, claim_id
            return Claim.GRANTED
        return Claim.NOT_NEEDED

    def release(self, connection: Connection, claim_id: str) -> None:
        self._end(connection, claim_id, RELEASED)

    def done(self, connection: Connection, claim_id: str) -> None:
        self._end(connection, claim_id, FREE)

    def _end(self, connection: Connection, claim_id: str, busy_until: float) -> None:
        if self.claim_ids.get(_key(connection)) == claim_id:
            self.busy_until[_key(connection)] = busy_until


def _key(connection: Connection) -> tuple[str, str]:
    return connection.video_id, connection.connection_id


@dataclass(slots=True)
class FakeAnnouncements:
    """Announcements that were made and not taken out yet, with their delays in seconds."""

    waiting: list[tuple[Announcement, int]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def send(self, announcement: Announcement, *, delay_s: int = 0) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.waiting.append((announcement, delay_s))

    def take(self) -> list[Announcement]:
        taken = [announcement for announcement, _ in self.waiting]
        self.waiting.clear()
        return taken


@dataclass(slots=True)
class FakeSockets:
    """The messages sent to each socket.

    Sends to `gone` sockets fail, those to `opening` ones fail the given number of times. `failures` and
    `close_failures` are raised first, one for each call.
    """

    sent: dict[str, list[str]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    opening: dict[str, int] = field(default_factory=dict)
    failures: list[ReelwayError] = field(default_factory=list)
    close_failures: list[ReelwayError] = field(default_factory=list)

    def send(self, connection_id: str, message: str, *, until_s: float = 0) -> bool:
        if self.failures:
            raise self.failures.pop(0)
        if self.opening.get(connection_id, 0) > 0:
            self.opening[connection_id] -= 1
            return False
        if connection_id in self.gone or connection_id in self.closed:
            return False
        self.sent.setdefault(connection_id, []).append(message)
        return True

    def close(self, connection_id: str) -> None:
        if self.close_failures:
            raise self.close_failures.pop(0)
        self.closed.append(connection_id)
