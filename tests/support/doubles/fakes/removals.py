"""The lists of videos of which nothing is to be served or left, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class FakeRemovals:
    """Times by video id: of each list, and when each video's removal or hiding was ordered, at `now`."""

    deleted_at: dict[str, str] = field(default_factory=dict)
    hidden_at: dict[str, str] = field(default_factory=dict)
    failed_at: dict[str, str] = field(default_factory=dict)
    removed_at: dict[str, str] = field(default_factory=dict)
    ordered_at: dict[str, str] = field(default_factory=dict)
    restoring: set[str] = field(default_factory=set)
    now: str = ""

    def deleted(self, before: str) -> Iterator[str]:
        yield from _listed(self.deleted_at, before)

    def hidden(self, before: str) -> Iterator[str]:
        yield from _listed(self.hidden_at, before)

    def failed(self, before: str) -> Iterator[str]:
        yield from _listed(self.failed_at, before)

    def order(self, video_id: str, *, unless_since: str) -> str | None:
        is_listed = video_id in self.deleted_at
        return self._noted(self.ordered_at, video_id, unless_since) if is_listed else None

    def hide(self, video_id: str) -> bool:
        if video_id not in self.deleted_at or video_id in self.restoring:
            return False
        del self.deleted_at[video_id]
        self.hidden_at[video_id] = self.now
        return True

    def begin(self, video_id: str, *, unless_since: str) -> str | None:
        is_listed = any(video_id in times for times in (self.deleted_at, self.hidden_at, self.failed_at))
        if not is_listed or video_id in self.restoring:
            return None
        return self._noted(self.removed_at, video_id, unless_since)

    def settle(self, video_id: str) -> None:
        for times in (self.deleted_at, self.hidden_at, self.failed_at):
            times.pop(video_id, None)

    def _noted(self, times: dict[str, str], video_id: str, unless_since: str) -> str | None:
        if times.get(video_id, "") >= unless_since:
            return None
        times[video_id] = self.now
        return video_id


def _listed(times: dict[str, str], before: str) -> list[str]:
    return [
        video_id for time, video_id in sorted((time, each) for each, time in times.items()) if time < before
    ]
