"""Calls that are made no faster than a service's quota is filled up."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Each call of `wait` returns `interval_s` after the one before, or at once; for several threads."""

    interval_s: float
    now_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        with self._lock:
            now_s = self.now_s()
            turn_s = max(self._next_s, now_s)
            self._next_s = turn_s + self.interval_s
        if turn_s > now_s:
            self.sleep(turn_s - now_s)
