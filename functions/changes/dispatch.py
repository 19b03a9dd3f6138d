"""Every change to every listener: in order for each video, and without one listener disturbing another.

Lambda delivers a batch of a stream's records again from the first record that failed, including those after
it that succeeded, until all succeed or the mapping's limits on retries and age discard the record. Therefore:

* A listener is handed every change at least once, and must be idempotent: the same change may come again,
  because it failed, because an earlier record of the batch failed, or because another listener failed.
* A listener that failed on a change is handed no later change of that video in the same batch. They come
  again with the failed one, after it. Changes of other videos are not held up.
* A listener's failure changes nothing for the other listeners in this delivery. They take every change, and
  see some of them again in the next one.
"""

from collections.abc import Sequence
from typing import Protocol

from changes.change import Change
from reelway.interruptions import Interruption, interrupted


class Listener(Protocol):
    def on_change(self, change: Change) -> None:
        """Act on a change. Idempotent; raises when the change must be delivered again."""
        ...


class Dispatcher:
    """Hands the changes of one batch to all listeners; a new batch needs a new dispatcher."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._ordered = [_Ordered(listener) for listener in listeners]

    def dispatch(self, change: Change) -> None:
        """Raises ExceptionGroup of the listeners' failures, after all of them have been handed the change."""
        failures = [failure for ordered in self._ordered if (failure := ordered.failure_of(change))]
        if failures:
            raise ExceptionGroup(f"{len(failures)} of {len(self._ordered)} listeners failed", failures)


class _Ordered:
    """One listener, and the videos of which it has failed to take a change of this batch."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._held_up: set[str] = set()

    def failure_of(self, change: Change) -> Exception | None:
        """Hand over a change; what kept the listener from taking it, or None."""
        if change.video_id in self._held_up:
            return interrupted(Interruption.HELD_UP)
        try:
            self._listener.on_change(change)
        except Exception as failure:
            self._held_up.add(change.video_id)
            return failure
        return None
