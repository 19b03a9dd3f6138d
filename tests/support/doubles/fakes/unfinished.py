"""The lists of unfinished work in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reelway.ports.unfinished import Found, Unfinished, Work
from reelway.ports.videos import Listed
from reelway.video import LadderState
from tests.support.doubles.fakes.videos import FakeVideos


@dataclass(slots=True)
class FakeUnfinishedVideos:
    """Lists of the videos in `of`, by the time of their last change. `unreadable` ones are listed first.

    `replans` has how often planning was asked for, and when last, by id; `now` is the time of that.
    """

    of: FakeVideos
    unreadable: list[str] = field(default_factory=list)
    replans: dict[str, tuple[int, str]] = field(default_factory=dict)
    now: str = "2026-01-01T00:10:00.000000Z"
    reads: list[list[str]] = field(default_factory=list)

    def page(self, work: Work, *, after: Listed | None, before: str, limit: int) -> list[Listed]:
        return self._entries(work, after, before)[:limit]

    def count(self, work: Work, *, after: Listed | None, before: str) -> int:
        return len(self._entries(work, after, before))

    def read(self, video_ids: Sequence[str]) -> Found:
        self.reads.append([*video_ids])
        broken = [video_id for video_id in video_ids if video_id in self.unreadable]
        known = [video_id for video_id in video_ids if video_id in self.of.videos]
        return Found([self._unfinished(video_id) for video_id in known], dict.fromkeys(broken, "KeyError()"))

    def note_replan(self, video: Unfinished) -> None:
        self.replans[video.video_id] = (video.replans + 1, self.now)

    def _unfinished(self, video_id: str) -> Unfinished:
        video = self.of.videos[video_id]
        replans, replanned_at = self.replans.get(video_id, (0, None))
        execution, since = video.execution_name, video.updated_at
        return Unfinished(video_id, video.state, video.ladder, execution, since, replans, replanned_at)

    def _entries(self, work: Work, after: Listed | None, before: str) -> list[Listed]:
        listed = [Listed(video_id, "2026-01-01") for video_id in self.unreadable if work is Work.VIDEOS]
        for video in self.of.videos.values():
            is_listed = (
                not video.state.is_final if work is Work.VIDEOS else video.ladder is LadderState.ENCODING
            )
            if is_listed:
                listed.append(Listed(video.video_id, video.updated_at))
        ordered = sorted(listed, key=_place)
        return [
            entry
            for entry in ordered
            if entry.listed_at < before and (after is None or _place(entry) > _place(after))
        ]


def _place(entry: Listed) -> tuple[str, str]:
    return entry.listed_at, entry.video_id
