"""An announcer between a video and its sockets, which are fakes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reelway.errors import ProcessingInterrupted
from reelway.live_status.announcer import Announcer
from reelway.ports.connections import Connection
from reelway.video import LadderState, Video
from tests.support.doubles.fakes.connections import FakeConnections, FakeSockets
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import RENDITION, RUN_ID, VIDEO_ID

NOW_S = 1_800_000_000  # long after the fake videos' timestamps
OPENED_JUST_NOW = Connection(VIDEO_ID, "socket", NOW_S - 1, wants_progress=False)
WATCHING = replace(OPENED_JUST_NOW, connected_at=NOW_S - 600)
CURIOUS = replace(WATCHING, connection_id="curious", wants_progress=True)
UNREACHABLE = ProcessingInterrupted("socket_unreachable", "no answer")


@dataclass
class AnnouncerSetup:
    """One video, its sockets, and the announcer between them."""

    videos: FakeVideos = field(default_factory=FakeVideos)
    connections: FakeConnections = field(default_factory=FakeConnections)
    sockets: FakeSockets = field(default_factory=FakeSockets)
    slept_s: list[float] = field(default_factory=list)
    now_s: float = NOW_S

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.announcer = self.announcer_that_sleeps(self.slept_s.append)

    def announcer_that_sleeps(self, sleep: Callable[[float], None]) -> Announcer:
        return Announcer(self.videos, self.connections, self.sockets, now_s=lambda: self.now_s, sleep=sleep)

    def announce(
        self, video: Video, *, only_progress: bool = False, announcer: Announcer | None = None
    ) -> None:
        """Tell all sockets of a change, by the setup's announcer or another one."""
        sockets = self.connections.watching(video.video_id, limit=1000)
        (announcer or self.announcer).tell(sockets, video, only_progress=only_progress)

    def enter(self, *connections: Connection) -> None:
        for connection in connections:
            self.connections.add(connection)

    def repeat(self, connection: Connection) -> None:
        self.announcer.repeat(connection, self.videos.find(connection.video_id))

    @property
    def video(self) -> Video:
        video = self.videos.find(VIDEO_ID)
        assert video
        return video

    def process(self) -> Video:
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
        return self.video

    def finish(self) -> Video:
        self.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.COMPLETE)
        return self.video

    def states_of(self, connection_id: str = "socket") -> list[str]:
        return [json.loads(message)["state"] for message in self.sockets.sent.get(connection_id, [])]
