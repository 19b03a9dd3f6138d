"""Pending uploads in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from reelway.details import Details
from reelway.ports.pending import FIRST_LOOK_AFTER, Expected, PendingUpload
from reelway.timestamps import later
from tests.support.doubles.fakes import REFUSED
from tests.support.doubles.fakes.videos import FakeVideos


@dataclass(slots=True)
class FakePending:
    """Uploads by id, and when each is to be looked for; a video's record in `videos` ends that.

    `expect` and `drop` fail while `refuses`. The clock stands still.
    """

    videos: FakeVideos
    now: Callable[[], str] = lambda: "2026-01-01T00:00:00.000000Z"
    uploads: dict[str, PendingUpload] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    noted: dict[str, tuple[str, int]] = field(default_factory=dict)
    refuses: bool = False

    def expect(self, video_id: str, *, within: timedelta, details: Details) -> bool:
        if self.refuses:
            raise REFUSED
        if self._is_recorded(video_id):
            return False
        now = self.now()
        self.uploads[video_id] = PendingUpload(video_id, now, later(now, within))
        self.looks[video_id] = later(now, FIRST_LOOK_AFTER)
        self.videos.details[video_id] = details
        return True

    def find(self, video_id: str) -> Expected | None:
        video = self.videos.find(video_id) or self.videos.find_deleted(video_id)
        if not video and video_id not in self.videos.details:
            return None
        details = self.videos.details.get(video_id) or Details(video.owner if video else "")
        upload_id, declared_bytes = self.noted.get(video_id, (None, None))
        return Expected(details, upload_id, declared_bytes, is_recorded=video is not None)

    def note_upload(self, video_id: str, *, upload_id: str, declared_bytes: int, after: str | None) -> bool:
        known, _ = self.noted.get(video_id, (None, 0))
        if known != after or not self._is_pending(video_id):
            return False
        self.noted[video_id] = (upload_id, declared_bytes)
        return True

    def due(self, now: str) -> Iterator[PendingUpload]:
        for video_id in sorted(self.looks, key=lambda video_id: self.looks[video_id]):
            if self._is_pending(video_id) and self.looks[video_id] <= now:
                yield self.uploads[video_id]

    def defer(self, video_id: str, *, until: str) -> None:
        if self._is_pending(video_id):
            self.looks[video_id] = until

    def drop(self, video_id: str) -> None:
        if self.refuses:
            raise REFUSED
        if self._is_pending(video_id):
            del self.uploads[video_id], self.looks[video_id], self.videos.details[video_id]

    def end(self, video_id: str) -> None:
        details = self.videos.details.get(video_id, Details())
        self.drop(video_id)
        if details.owner:
            self.videos.details[video_id] = details

    def _is_pending(self, video_id: str) -> bool:
        return video_id in self.uploads and not self._is_recorded(video_id)

    def _is_recorded(self, video_id: str) -> bool:
        return video_id in self.videos.videos or video_id in self.videos.deleted
