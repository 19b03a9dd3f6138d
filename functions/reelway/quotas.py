"""What an owner may upload in a day (UTC), and have in processing at once.

What an owner has begun and what has not ended yet stands in a small record, `Usage`, that is written when an
upload begins and at no other time: how each of its uploads has gone on is read from the videos themselves
then. So nothing has to be given back, and nothing leaks where a function dies: an upload that never arrived
counts as long as it is expected, a video as what it turned out to be.

A video counts for the day on which its upload began. Its minutes are known once it is probed: the one that
uses up the day's minutes is processed, and the next one is refused.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from reelway.errors import RequestRefused

# Uploads that have begun and whose videos have not ended, for any owner who has a quota: the record is small.
MAX_OPEN = 500
# An upload that has not arrived by then is as good as given up: it holds no place among the videos at once.
_ARRIVES_WITHIN = timedelta(hours=1)
_ASK_AGAIN_S = 60  # when a video may have ended


@dataclass(frozen=True, slots=True)
class Quotas:
    """Of each owner; 0 for no quota. Where no token is asked for, all callers are one owner."""

    bytes_per_day: int = 0
    minutes_per_day: int = 0
    at_once: int = 0

    @property
    def are_set(self) -> bool:
        return bool(self.bytes_per_day or self.minutes_per_day or self.at_once)

    def max_bytes(self, limit: int) -> int:
        """Of one upload, where `limit` are taken: no more than a day's."""
        return min(limit, self.bytes_per_day or limit)


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that began `at` this time (ISO 8601), and may have so many bytes."""

    size_bytes: int
    at: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an upload, whose row is there: `size_bytes` and `duration_s` as soon as they are known.

    `has_ended` when nothing of the video is to be processed before it can be watched.
    """

    size_bytes: int | None = None
    duration_s: float | None = None
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one owner. `size_bytes` and `duration_s` are of those videos of the `day` that have ended.

    `version` counts what was written, `write_id` is of the last time.
    """

    version: int = 0
    write_id: str = ""
    day: str = ""
    size_bytes: int = 0
    duration_s: float = 0.0
    begun: dict[str, Begun] = field(default_factory=dict)

    def settled(self, fates: Mapping[str, Fate], now: str) -> "Usage":
        """Without what has ended, which counts for its day, and without what was given up.

        What is still expected or processed counts with the bytes that it has, if they are known.
        """
        usage = self if self.day == now[:10] else replace(self, day=now[:10], size_bytes=0, duration_s=0.0)
        open_, size_bytes, duration_s = {}, usage.size_bytes, usage.duration_s
        for video_id, begun in self.begun.items():
            fate = fates.get(video_id)
            if fate and not fate.has_ended:
                open_[video_id] = replace(begun, size_bytes=_or(fate.size_bytes, begun.size_bytes))
            elif fate and begun.at[:10] == usage.day:
                size_bytes += _or(fate.size_bytes, begun.size_bytes)
                duration_s += fate.duration_s or 0.0
        return replace(usage, begun=open_, size_bytes=size_bytes, duration_s=duration_s)

    def with_begun(self, video_id: str, size_bytes: int, now: str) -> "Usage":
        """The same upload may begin again: it counts once, as large as it is said to be now."""
        return replace(self, begun={**self.begun, video_id: Begun(size_bytes, now)})

    def check(
        self, video_id: str, size_bytes: int, fates: Mapping[str, Fate], quotas: Quotas, now: str
    ) -> None:
        """Raises RequestRefused 429 unless one more upload of so many bytes may begin; all is `settled`."""
        others = {name: begun for name, begun in self.begun.items() if name != video_id}
        today = {name: begun for name, begun in others.items() if begun.at[:10] == self.day}
        taken = self.size_bytes + sum(begun.size_bytes for begun in today.values())
        if quotas.bytes_per_day and taken + size_bytes > quotas.bytes_per_day:
            sizes = f"{taken} of the {quotas.bytes_per_day} bytes"
            raise _exceeded(f"{sizes} that an owner may upload in a day are taken.", _until_midnight_s(now))
        lasted_s = self.duration_s + sum(fates[name].duration_s or 0.0 for name in today)
        if quotas.minutes_per_day and lasted_s >= quotas.minutes_per_day * 60:
            minutes = f"The {quotas.minutes_per_day} minutes of video"
            raise _exceeded(
                f"{minutes} that an owner may upload in a day are used up.", _until_midnight_s(now)
            )
        places = [name for name, begun in others.items() if _is_at_once(begun, fates[name], now)]
        if len(places) >= (quotas.at_once or MAX_OPEN) or len(others) >= MAX_OPEN:
            count = f"{len(places)} videos of this owner are being uploaded or processed"
            raise _exceeded(f"{count}, as many as may be at once.", _ASK_AGAIN_S)


def _is_at_once(begun: Begun, fate: Fate, now: str) -> bool:
    """Recorded and not ended, or begun not long ago."""
    since = datetime.fromisoformat(now) - datetime.fromisoformat(begun.at)
    return fate.size_bytes is not None or since < _ARRIVES_WITHIN


def _or(known: int | None, otherwise: int) -> int:
    return otherwise if known is None else known


def _until_midnight_s(now: str) -> int:
    time = datetime.fromisoformat(now)
    midnight = (time + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return math.ceil((midnight - time).total_seconds())


def _exceeded(problem: str, retry_after_s: int) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.TOO_MANY_REQUESTS,
        "quota_exceeded",
        f"{problem} Try again in {_shown(retry_after_s)}.",
        {"Retry-After": str(retry_after_s)},
    )


def _shown(seconds: int) -> str:
    """As people say it: "a minute", "5 hours"."""
    if seconds <= _ASK_AGAIN_S:
        return "a minute"
    hours = -(-seconds // 3600)
    return f"{hours} hours" if hours > 1 else "an hour"
