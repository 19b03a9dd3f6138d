"""The list of READY videos: its index, and where a snapshot of it is kept."""

from dataclasses import dataclass
from typing import Protocol

from reelway.ports.videos import Listed


class ReadyIndex(Protocol):
    """Entries newest first, eventually consistent; times are ISO 8601. Methods raise StorageFailed."""

    def page(
        self, *, limit: int, after: Listed | None, before: str | None = None
    ) -> tuple[list[Listed], bool]:
        """At most `limit` entries behind `after`, of `before` or earlier, and whether there are more."""
        ...

    def listed(self, *, since: str, until: str | None = None) -> list[Listed]:
        """All entries that were listed between two times, both included."""
        ...

    def taken_off(self, *, since: str) -> list[Listed]:
        """Videos that were deleted or unlisted at `since` or later, with a time when that was."""
        ...


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """Other bytes, another `etag`."""

    body: bytes
    etag: str


class Snapshots(Protocol):
    """The snapshot as it is stored, once for all. Methods raise StorageFailed."""

    def load(self) -> StoredSnapshot | None: ...

    def store(self, body: bytes, *, replacing: str | None) -> str | None:
        """Its etag, or None and nothing stored if that would replace another one than that with this etag."""
        ...
