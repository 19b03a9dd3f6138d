"""Which runs are processed now, and which wait: so many minutes of video at once, so many begun in an hour.

The ledger of what is admitted is small and stored in one place (`ports.admissions`). A run that finds no room
waits in the queue of planning and asks again. The first of those that wait is noted; nobody else is admitted
until it is, so that a long video is not overtaken for ever by shorter ones. A video that alone is longer than
what is allowed is admitted when nothing else is processed, or when the hour has admitted nothing else.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

# CPU seconds for a second of 1080p30 (`plan.chunk_length`): what one minute of the caps stands for.
_USUAL_COST = 2.3
# The first asks again so soon; one that has not asked for this long was deleted, or its event was lost.
FIRST_ASKS_AFTER_S = 20
_GONE_AFTER = timedelta(minutes=5)
# Who waits asks again after a tenth of the time that it has waited for.
_SHARE, _MAX_PAUSE_S = 10, 300


@dataclass(frozen=True, slots=True)
class Caps:
    """Minutes of video that are processed at once, and begun in an hour; 0 for no cap."""

    at_once: int = 0
    per_hour: int = 0

    @property
    def are_set(self) -> bool:
        return bool(self.at_once or self.per_hour)


@dataclass(frozen=True, slots=True)
class Run:
    """What asks to be admitted: `execution` is its name, `since` when its video was uploaded (ISO 8601)."""

    execution: str
    minutes: int
    since: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """`asked_at` is when the run last asked, which it does again when its event is delivered again."""

    minutes: int
    asked_at: str


@dataclass(frozen=True, slots=True)
class Waiting:
    execution: str
    since: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """`begun` are the minutes that were admitted until the end of `hour` ("2026-11-26T08"), without those
    that earlier hours had room for; `version` counts what was written.
    """

    version: int = 0
    runs: dict[str, Admitted] = field(default_factory=dict)
    first: Waiting | None = None
    hour: str = ""
    begun: int = 0

    @property
    def minutes(self) -> int:
        return sum(run.minutes for run in self.runs.values())

    def after(self, run: Run, caps: Caps, now: str) -> "Ledger | None":
        """The ledger after `run` has asked at `now`; None where it stays as it is, and the run waits.

        The run is admitted if the new ledger has it among its runs.
        """
        known = self.runs.get(run.execution)
        if known:
            return replace(self, runs=self.runs | {run.execution: replace(known, asked_at=now)})
        if not self._is_turn_of(run, now):
            return None
        if not self._has_room(run, caps, now):
            return replace(self, first=Waiting(run.execution, run.since, now))
        is_first = self.first is not None and self.first.execution == run.execution
        return replace(
            self,
            runs=self.runs | {run.execution: Admitted(run.minutes, now)},
            first=None if is_first else self.first,
            hour=_hour(now),
            begun=self._begun(caps, now) + run.minutes,
        )

    def pause_s(self, run: Run, now: str) -> int:
        """After how many seconds a run that was not admitted asks again."""
        if self.first and self.first.execution == run.execution:
            return FIRST_ASKS_AFTER_S
        waited_s = (_time(now) - _time(run.since)).total_seconds()
        return round(min(max(FIRST_ASKS_AFTER_S, waited_s / _SHARE), _MAX_PAUSE_S))

    def _is_turn_of(self, run: Run, now: str) -> bool:
        """Nobody waits who came before."""
        first = self.first
        if first is None or _time(now) - _time(first.asked_at) > _GONE_AFTER:
            return True
        return (run.since, run.execution) <= (first.since, first.execution)

    def _has_room(self, run: Run, caps: Caps, now: str) -> bool:
        return all(
            cap == 0 or taken == 0 or taken + run.minutes <= cap
            for cap, taken in ((caps.at_once, self.minutes), (caps.per_hour, self._begun(caps, now)))
        )

    def _begun(self, caps: Caps, now: str) -> int:
        """A video that is longer than an hour's minutes uses up those of the hours that follow, too."""
        if not self.hour:
            return 0
        hours = round((_time(f"{_hour(now)}:00:00") - _time(f"{self.hour}:00:00")).total_seconds() / 3600)
        return max(0, self.begun - hours * caps.per_hour)


def minutes_of(duration_s: float, cost: float) -> int:
    """What a video counts as, 1 at least: `cost` is the CPU seconds that a second of it takes.

    Minutes of 1080p30; a minute of a larger or faster video counts as the more that it costs.
    """
    return max(1, math.ceil(duration_s / 60 * max(1.0, cost / _USUAL_COST)))


def _hour(now: str) -> str:
    return now[:13]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
