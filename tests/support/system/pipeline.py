"""Runs the processing steps in one process, with real ffmpeg and with folders instead of buckets.

It does what the state machine does, without the start-up of a whole system and for any length of chunk.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelway import keys
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import MediaRejected
from reelway.plan.chunk_length import Pace
from reelway.plan.plan import Plan
from reelway.probe.limits import Limits
from reelway.video import Failure, Video
from tests.support.doubles.fakes.admissions import FakeAdmissions
from tests.support.doubles.fakes.storage import FakeBucket, FakeVersions
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.readers.playlist_rules import Published
from tests.support.readers.playlist_rules import text as text_rules
from tests.support.samples import VIDEO_ID
from transcode.encoding import ChunkEncoder
from transcode.job import plan_of
from transcode.job_folder import job_folder
from transcode.planning import Planner
from transcode.preparing import Preparer
from transcode.publishing import Publisher
from transcode.replacements import Replacements

LIMITS = Limits()
_TIMEOUT_S = 300  # of each run of ffmpeg, on a busy machine


@dataclass(slots=True)
class FolderBucket(FakeBucket):
    """A FakeBucket that also writes its objects to files, so that ffmpeg can read their URLs."""

    folder: Path = field(default_factory=Path)

    def put(self, key: str, body: bytes, **described: Any) -> None:
        FakeBucket.put(self, key, body, **described)
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def url(self, key: str) -> str:
        return str(self.folder / key)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of processing one file: the video's record, and the media bucket as a folder.

    `notes` are the decisions that the preparing step logged.
    """

    video: Video
    plan: Plan | None
    media: Path
    notes: tuple[str, ...] = ()

    @property
    def failure(self) -> Failure | None:
        return self.video.failure

    @property
    def renditions(self) -> tuple[str, ...]:
        return tuple(rendition.name for rendition in self.video.renditions)

    def playlist(self, rendition: str) -> Path:
        """A file with the rendition's media playlist, placed where its segments' URIs resolve."""
        published = (self.media / keys.rendition(VIDEO_ID, rendition)).read_text()
        path = self.media / "stream" / VIDEO_ID / f"{rendition}.m3u8"
        path.write_text(published)
        return path

    def master(self) -> str:
        return (self.media / keys.master(VIDEO_ID)).read_text()

    def published(self) -> Published:
        """Everything that a player can fetch, by the URIs in the playlists."""
        base = self.media / "stream" / VIDEO_ID
        texts = {f"manifest?rendition={name}": self.playlist(name).read_text() for name in self.renditions}
        segments = {
            uri: {entry.uri: (base / entry.uri).read_bytes() for entry in text_rules.uris(text)}
            for uri, text in texts.items()
        }
        i_frames = {
            f"iframes?rendition={name}": (self.media / keys.i_frames(VIDEO_ID, name)).read_text()
            for name in self.renditions
        }
        return Published(self.master(), texts, i_frames, segments)


def process(
    file: Path | bytes,
    folder: Path,
    *,
    chunk_s: int = 20,
    limits: Limits = LIMITS,
    threads: int = 2,
    loudness_target_lufs: int | None = None,
) -> Outcome:
    """Plan, prepare, encode every chunk and publish `file`, with everything below `folder`.

    ffmpeg and ffprobe are those on PATH. A file that is rejected gives an outcome with a `failure`; any other
    error is raised. The plan of the outcome is the prepared one.
    """
    pipeline = Pipeline(
        folder,
        chunk_s=chunk_s,
        limits=limits,
        threads=threads,
        loudness_target_lufs=loudness_target_lufs,
    )
    return pipeline.process(file)


def _log_nothing(*_: object, **__: object) -> None: ...


class Pipeline:
    """The steps of one job, to be called one by one; `process` calls all of them."""

    def __init__(
        self,
        folder: Path,
        *,
        chunk_s: int = 20,
        limits: Limits = LIMITS,
        threads: int = 2,
        loudness_target_lufs: int | None = None,
        videos: FakeVideos | None = None,
    ) -> None:
        uploads, media = FolderBucket(folder=folder / "uploads"), FolderBucket(folder=folder / "media")
        videos, encoder = videos or FakeVideos(), Ffmpeg()
        pace = Pace(target_s=30, vcpus=2, concurrency=100, timeout_s=_TIMEOUT_S, chunk_s=chunk_s)
        self.uploads, self.media, self.videos = uploads, media, videos
        self.planner = Planner(
            uploads,
            Replacements(uploads, FakeVersions(uploads), _log_nothing, _log_nothing),
            videos,
            encoder,
            FakeWorkflows(),
            FakeAdmissions(),
            _log_nothing,
            _log_nothing,
            limits=limits,
            pace=pace,
            loudness_target_lufs=loudness_target_lufs,
        )
        self.preparer = Preparer(uploads, media, videos, encoder, _TIMEOUT_S, self._note, self._note)
        self.chunks = ChunkEncoder(uploads, media, videos, encoder, threads, _TIMEOUT_S, self._note)
        self.publisher = Publisher(uploads, media, videos, encoder, _TIMEOUT_S, self._note)
        self.notes: list[str] = []

    def process(self, file: Path | bytes) -> Outcome:
        plan = self.plan(file)
        if plan:
            try:
                plan = self.prepare(plan)
                self.encode(plan)
                self.publish(plan)
            except MediaRejected as rejection:
                failure = Failure(rejection.code, rejection.detail)
                if not self.videos.fail(VIDEO_ID, failure):
                    self.videos.fail_ladder(VIDEO_ID, failure)
        return self.outcome(plan)

    def plan(self, file: Path | bytes) -> Plan | None:
        """None when the file was rejected."""
        body = file if isinstance(file, bytes) else file.read_bytes()
        self.uploads.put(keys.upload(VIDEO_ID), body, content_type="application/octet-stream")
        return None if self.planner.accept(VIDEO_ID) else plan_of(VIDEO_ID, self.uploads)

    def prepare(self, plan: Plan) -> Plan:
        with job_folder() as folder:
            return self.preparer.prepare(plan, folder)

    def encode(self, plan: Plan) -> None:
        for chunk in plan.chunks:
            with job_folder() as folder:
                self.chunks.encode(plan, chunk, folder)

    def publish(self, plan: Plan) -> None:
        with job_folder() as folder:
            self.publisher.publish(plan, folder)

    def outcome(self, plan: Plan | None) -> Outcome:
        return Outcome(self.videos.videos[VIDEO_ID], plan, self.media.folder, tuple(self.notes))

    def _note(self, what: str, why: str) -> None:
        self.notes.append(f"{what}: {why}")
