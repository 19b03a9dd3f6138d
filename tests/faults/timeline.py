"""What happens when: calls that are due at a time, and processes that wait between their steps."""

import heapq
import itertools
from collections.abc import Callable, Generator
from typing import Any

from tests.faults.clock import Clock


class Signal:
    """Wakes the processes that wait for it, once."""

    def __init__(self) -> None:
        self._is_given = False
        self._waiting: list[Callable[[], None]] = []

    def give(self) -> None:
        self._is_given = True
        waiting, self._waiting = self._waiting, []
        for wake in waiting:
            wake()

    def on(self, wake: Callable[[], None]) -> None:
        if self._is_given:
            wake()
        else:
            self._waiting.append(wake)


# Yields seconds to wait, or a signal to wait for.
Process = Generator[float | Signal, None, Any]


class Timeline:
    """`after_each` is called when something has happened, and may cause more."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.after_each: Callable[[], None] = lambda: None
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def at(self, delay_s: float, call: Callable[[], object]) -> None:
        heapq.heappush(self._due, (self.clock.now() + delay_s, next(self._numbers), call))

    def start(self, process: Process) -> None:
        """Runs the process up to its end, in steps between its waits."""

        def step() -> None:
            try:
                wait = next(process)
            except StopIteration:
                return
            if isinstance(wait, Signal):
                wait.on(lambda: self.at(0, step))
            else:
                self.at(wait, step)

        self.at(0, step)

    def go(self, seconds: float) -> None:
        """Let so much time pass, with everything that is due within it."""
        end_s = self.clock.now() + seconds
        self.after_each()
        while self._due and self._due[0][0] <= end_s:
            self.step()
        self.clock.move_to(end_s)

    def step(self) -> None:
        """Let what is due next happen, whenever that is."""
        due_s, _, call = heapq.heappop(self._due)
        self.clock.move_to(due_s)
        call()
        self.after_each()

    def clear(self) -> None:
        self._due.clear()
