"""How many requests may be at functions at once, as each of them is a process of this machine."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from local.edge.problems import EdgeError

AT_ONCE: Final = 4 * (os.cpu_count() or 1)  # they wait for the emulator half of the time
MAX_WAITING: Final = 400  # each with a body of up to 10 MB


class Admission:
    """Lets `at_once` requests pass, and has as many as `waiting` wait for them, first come, first served."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = MAX_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._may_wait = waiting
        self._waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Holds a place; raises EdgeError 503 when too many wait for one already."""
        if self._places.locked() and self._waiting >= self._may_wait:
            raise EdgeError(503, f"{self._waiting} requests wait for functions already; try again later")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()
