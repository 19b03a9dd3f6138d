"""What the soak itself has seen: a witness that no kill of the system can reach."""

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Session:
    """One socket: the states that it heard, and how it ended.

    `code` is the server's close code, None if the connection broke. `cut` says that the soak broke it.
    """

    states: list[str] = field(default_factory=list)
    code: int | None = None
    cut: bool = False


@dataclass(slots=True)
class Upload:
    """A file for which the system has answered 201; times are seconds since the epoch."""

    video_id: str
    acknowledged: float
    deleted: float | None = None
    watchers: list[list[Session]] = field(default_factory=list)
    """The sessions of each watcher, who opens another socket when one breaks."""


@dataclass(frozen=True, slots=True)
class Outage:
    """The emulator was killed at `killed`, and came back with the state that was saved at `saved`."""

    saved: float
    killed: float

    def has_lost(self, moment: float | None) -> bool:
        return moment is not None and self.saved < moment <= self.killed


@dataclass(slots=True)
class Journal:
    """All of it, in the order in which it happened."""

    uploads: list[Upload] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    refused: int = 0
    """Uploads that were not acknowledged: the system was down, or its answer was lost."""
    killed_workers: int = 0
    played: int = 0

    def acknowledge(self, video_id: str) -> Upload:
        upload = Upload(video_id, time.time())
        self.uploads.append(upload)
        return upload

    def delete(self, upload: Upload) -> None:
        upload.deleted = time.time()

    def may_have_lost(self, moment: float | None) -> bool:
        return any(outage.has_lost(moment) for outage in self.outages)

    def summary(self) -> dict[str, Any]:
        return {
            "acknowledged": len(self.uploads),
            "not acknowledged": self.refused,
            "deleted": sum(upload.deleted is not None for upload in self.uploads),
            "workers killed": self.killed_workers,
            "sockets": sum(len(watcher) for upload in self.uploads for watcher in upload.watchers),
            "sockets cut by us": sum(session.cut for session in _sessions(self.uploads)),
            "manifests played meanwhile": self.played,
        }


def _sessions(uploads: list[Upload]) -> list[Session]:
    return [session for upload in uploads for watcher in upload.watchers for session in watcher]
