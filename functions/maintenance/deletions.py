"""Nothing is left of what nobody needs any more: deleted videos, those that FAILED, unused segments."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from maintenance.leftovers import Leftovers
from maintenance.unused import UnusedMedia
from reelway.ports.removals import Removals
from reelway.timestamps import utc_now

# After a deletion nothing is begun for a video; what was begun before ends within 15 min, as all functions.
_LAST_WRITE = timedelta(minutes=16)
# Each of the four kinds of work has so long in a run: what one leaves undone holds up none of the others.
_SHARE_S = 45.0
_AT_ONCE, _BATCH = 8, 64


@dataclass(frozen=True, slots=True)
class Deletions:
    """What deleted videos have in storage is kept for `window_days`, what FAILED ones have for `failed_days`.

    `ago` gives the ISO 8601 time that lies so far back.
    """

    removals: Removals
    leftovers: Leftovers
    unused: UnusedMedia
    window_days: int
    failed_days: int
    ago: Callable[[timedelta], str] = utc_now
    clock_s: Callable[[], float] = time.monotonic

    def run(self, report: Callable[[str], None]) -> dict[str, int]:
        """How many videos were `hidden`, or settled, `deleted` and `failed`; how many notes of `unused` ones.

        From the oldest on. `report(name)` is called for a video or a note while the exception is handled that
        it raised; it comes again in the next run.
        """
        settle, failed_kept = self.leftovers.settle, timedelta(days=self.failed_days)
        kept = max(_LAST_WRITE, timedelta(days=self.window_days))
        hide = self.leftovers.hide if self.window_days else settle
        return {
            "hidden": self._each(self.removals.deleted(self.ago(_LAST_WRITE)), hide, report),
            "deleted": self._each(self.removals.hidden(self.ago(kept)), settle, report),
            "failed": self._each(self.removals.failed(self.ago(failed_kept)), settle, report),
            "unused": self._each(self.unused.due(), self.unused.remove, report),
        }

    def _each(self, names: Iterator[str], work: Callable[[str], bool], report: Callable[[str], None]) -> int:
        """How often `work` was done; the rest has to wait for the next run when the time is up."""

        def is_done(name: str) -> bool:
            try:
                return work(name)
            except Exception:
                report(name)
                return False

        done, end_s = 0, self.clock_s() + _SHARE_S
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while self.clock_s() < end_s and (batch := list(islice(names, _BATCH))):
                done += sum(pool.map(is_done, batch))
        return done
