"""How the service is doing, for everybody: figures of which each is null where it cannot be read."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reelway.errors import StorageFailed
from reelway.ports.service import Backlog, Service

# Seconds for which an answer is good, here and in caches.
CACHED_S = 10
# Above these something is slow. An hour's film in a new account, which has ten functions at once, takes less.
_MAX_OLDEST_S, _MAX_PUSH_LAG_S = 4 * 3600, 60


@dataclass(slots=True)
class ServiceStatus:
    """`log_exception(message)` logs what could not be read; `clock_s` gives seconds."""

    service: Service
    log_exception: Callable[[str], None]
    clock_s: Callable[[], float] = time.monotonic
    _described: dict[str, Any] = field(default_factory=dict, init=False)
    _described_at_s: float = field(default=0.0, init=False)

    def describe(self) -> dict[str, Any]:
        """As JSON data, which is read anew after `CACHED_S`."""
        if not self._described or self.clock_s() - self._described_at_s >= CACHED_S:
            self._described = self._read()
            self._described_at_s = self.clock_s()
        return self._described

    def _read(self) -> dict[str, Any]:
        backlog = self._known("the backlog could not be read", self.service.backlog)
        push_lag_s = self._known("the push lag could not be read", self.service.push_lag_s)
        oldest_s = backlog and backlog.oldest_s
        return {
            "status": _word(oldest_s, push_lag_s),
            "oldestUnfinishedSeconds": None if oldest_s is None else int(oldest_s),
            "pushLagSeconds": push_lag_s,
            "backlog": backlog and _counted(backlog),
        }

    def _known(self, message: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except StorageFailed:
            self.log_exception(message)
            return None


def _counted(backlog: Backlog) -> dict[str, Any] | None:
    if backlog.waiting is None:
        return None
    return {"waiting": backlog.waiting, "processing": backlog.processing, "atLeast": backlog.is_partial}


def _word(oldest_s: float | None, push_lag_s: float | None) -> str:
    if (oldest_s or 0) >= _MAX_OLDEST_S or (push_lag_s or 0) >= _MAX_PUSH_LAG_S:
        return "slow"
    return "unknown" if oldest_s is None else "ok"
