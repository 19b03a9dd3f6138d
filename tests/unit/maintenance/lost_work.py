"""What looks for lost work, over fakes and a clock that tests turn."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from maintenance.cursors import Cursors
from maintenance.deadline import Deadline
from maintenance.settling import Settler
from maintenance.sweeping import Sweeper, Swept
from reelway import keys
from reelway.errors import StorageFailed
from reelway.video import LadderState, State
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.unfinished import FakeUnfinishedVideos
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import RUN_ID, VIDEO_ID

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_PLENTY_S = 240.0


@dataclass
class LostWorkSetup:
    """One upload, half an hour ago. `refuses` are videos that planning cannot be asked for."""

    uploads: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    minute: float = 30
    replanned: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    logged: list[tuple[str, str]] = field(default_factory=list)
    described: int = 0

    def __post_init__(self) -> None:
        self.lists = FakeUnfinishedVideos(self.videos)
        self.upload(VIDEO_ID)

    def upload(self, video_id: str) -> None:
        self.videos.create(video_id, size_bytes=4)
        self.uploads.put(keys.upload(video_id), b"film", content_type="x/y")

    def start(self, video_id: str = VIDEO_ID) -> str:
        """Mark the video PROCESSING; the name of its execution, which is not started."""
        self.videos.start(video_id, run_id=RUN_ID, duration_s=1.0, total_frames=25)
        return self.videos.videos[video_id].execution_name

    def publish_source(self, video_id: str = VIDEO_ID) -> None:
        self.videos.finish(video_id, run_id=RUN_ID, renditions=[], ladder=LadderState.ENCODING)

    def ago(self, span: timedelta) -> str:
        time = _BEGIN + timedelta(minutes=self.minute) - span
        return time.isoformat(timespec="microseconds").replace("+00:00", "Z")

    @property
    def settler(self) -> Settler:
        return Settler(
            self.uploads,
            self.videos,
            self.videos,
            self.lists,
            self.workflows,
            self._replan,
            self._describe,
            self._log,
            self.ago,
        )

    @property
    def sweeper(self) -> Sweeper:
        log = self._log
        return Sweeper(
            self.lists, self.workflows, self.settler.settle, Cursors(self.uploads), log, log, ago=self.ago
        )

    def run(self, deadline: Deadline | None = None) -> Swept:
        self.lists.now = self.ago(timedelta())
        return self.sweeper.sweep(deadline or Deadline(lambda: _PLENTY_S))

    def sweep(self) -> int:
        return self.run().settled

    @property
    def outcome(self) -> tuple[State, str | None]:
        video = self.videos.videos[VIDEO_ID]
        return video.state, video.failure.code if video.failure else None

    def _replan(self, video_id: str) -> None:
        if video_id in self.refuses:
            raise StorageFailed("storage_failed", "throttled")
        self.replanned.append(video_id)

    def _describe(self) -> None:
        self.described += 1

    def _log(self, message: str, **about: object) -> None:
        self.logged.append((message, str(about.get("video_id", about.get("list")))))
