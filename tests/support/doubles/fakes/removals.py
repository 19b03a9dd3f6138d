"""The lists of videos of which nothing is to be left, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class FakeRemovals:
    """Times by video id: when each was deleted or FAILED, and when its removal was ordered, at `now`."""

    deleted_at: dict[str, str] = field(default_factory=dict)
    failed_at: dict[str, str] = field(default_factory=dict)
    removed_at: dict[str, str] = field(default_factory=dict)
    now: str = ""

    def deleted(self, before: str) -> Iterator[str]:
        yield from _listed(self.deleted_at, before)

    def failed(self, before: str) -> Iterator[str]:
        yield from _listed(self.failed_at, before)

    def begin(self, video_id: str, *, unless_since: str) -> str | None:
        is_listed = video_id in self.deleted_at or video_id in self.failed_at
        if not is_listed or self.removed_at.get(video_id, "") >= unless_since:
            return None
        self.removed_at[video_id] = self.now
        return video_id

    def settle(self, video_id: str) -> None:
        self.deleted_at.pop(video_id, None)
        self.failed_at.pop(video_id, None)


def _listed(times: dict[str, str], before: str) -> list[str]:
    return [
        video_id for time, video_id in sorted((time, each) for each, time in times.items()) if time < before
    ]
