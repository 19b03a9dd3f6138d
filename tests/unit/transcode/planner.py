"""A Planner with fakes around it, and what its probe reports."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from reelway import keys
from reelway.probe.limits import Limits
from reelway.probe.report import Report, Stream
from reelway.video import Failure, Video
from tests.support import samples
from tests.support.doubles.fakes.admissions import FakeAdmissions
from tests.support.doubles.fakes.encoder import FakeEncoder
from tests.support.doubles.fakes.storage import FakeBucket, FakeVersions
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import VIDEO_ID
from transcode.planning import Planner
from transcode.replacements import Replacements

VIDEO = Stream(
    index=0,
    kind="video",
    codec="h264",
    is_decodable=True,
    width=1280,
    height=720,
    base_rate=Fraction(25),
    mean_rate=Fraction(25),
    duration_s=30.0,
)
AUDIO = Stream(index=1, kind="audio", codec="opus", is_decodable=True, channels=2, sample_rate_hz=48_000)
REPORT = Report("mov,mp4,m4a,3gp,3g2,mj2", duration_s=30.04, streams=(VIDEO,))
# A browser's recording: neither its video nor the whole of it declares a duration.
RECORDING = Report("matroska,webm", streams=(replace(VIDEO, duration_s=None),))


@dataclass
class PlannerSetup:
    uploads: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    encoder: FakeEncoder = field(default_factory=lambda: FakeEncoder(probed=REPORT))
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    admissions: FakeAdmissions = field(default_factory=FakeAdmissions)
    waits: list[tuple[str, int]] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")

    limits: Limits = field(default_factory=Limits)
    loudness_target_lufs: int | None = None
    slept_s: list[float] = field(default_factory=list)

    def accept(self, *, age_s: float = 1.0, sleep: Callable[[float], None] | None = None) -> Failure | None:
        """`age_s` after the upload was stored."""
        planner = Planner(
            self.uploads,
            Replacements(self.uploads, FakeVersions(self.uploads), self.note, self.note),
            self.videos,
            self.encoder,
            self.workflows,
            self.admissions,
            lambda key, delay_s: self.waits.append((key, delay_s)),
            self.note,
            self.limits,
            samples.pace(),
            self.loudness_target_lufs,
            now_s=lambda: age_s,
            sleep=sleep or self.slept_s.append,
        )
        return planner.accept(VIDEO_ID)

    def note(self, message: str, **_: object) -> None:
        self.logged.append(message)

    def receive(self) -> None:
        """Store the upload as `POST /upload` does, which writes the record after it."""
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y", metadata=keys.RECEIVED)

    @property
    def video(self) -> Video:
        return self.videos.videos[VIDEO_ID]
