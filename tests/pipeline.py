"""The processing steps one after the other in one process: real ffmpeg, folders instead of buckets.

What the state machine does on a system, without its seconds of start-up, and for any number of chunks.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelway import keys
from reelway.adapters.ffmpeg import Ffmpeg
from reelway.errors import MediaRejected
from reelway.plan import Plan
from reelway.probe import Limits
from reelway.video import Failure, Video
from tests.fakes import FakeBucket, FakeVideos, FakeWorkflows
from tests.playlist_rules import Published
from tests.playlist_rules import text as text_rules
from tests.samples import VIDEO_ID
from transcode.encoding import ChunkEncoder
from transcode.planning import Planner
from transcode.preparing import prepare
from transcode.publishing import publish
from transcode.step import job_folder, plan_of

LIMITS = Limits(duration_s=14_400, pixels=35_389_440)
_TIMEOUT_S = 300


@dataclass(slots=True)
class FolderBucket(FakeBucket):
    """A FakeBucket whose objects are files too, so that their URLs can be read by ffmpeg."""

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
    """What came of one file: its record, and the media bucket as a folder."""

    video: Video
    plan: Plan | None
    media: Path

    @property
    def failure(self) -> Failure | None:
        return self.video.failure

    @property
    def renditions(self) -> tuple[str, ...]:
        return tuple(rendition.name for rendition in self.video.renditions)

    def playlist(self, rendition: str) -> Path:
        """The rendition's media playlist where its segments' URIs resolve."""
        published = (self.media / keys.rendition(VIDEO_ID, rendition)).read_text()
        path = self.media / "stream" / VIDEO_ID / f"{rendition}.m3u8"
        path.write_text(published)
        return path

    def master(self) -> str:
        return (self.media / keys.master(VIDEO_ID)).read_text()

    def published(self) -> Published:
        """All that a player can fetch, by the URIs in the playlists."""
        base = self.media / "stream" / VIDEO_ID
        texts = {f"manifest?rendition={name}": self.playlist(name).read_text() for name in self.renditions}
        segments = {
            uri: {entry.uri: (base / entry.uri).read_bytes() for entry in text_rules.uris(text)}
            for uri, text in texts.items()
        }
        return Published(self.master(), texts, segments)


def process(
    file: Path | bytes, folder: Path, *, chunk_s: int = 20, limits: Limits = LIMITS, threads: int = 2
) -> Outcome:
    """Plan, prepare, encode every chunk and publish `file`, with everything below `folder`.

    ffmpeg and ffprobe are those on PATH. A file that cannot become a video ends with `failure`; what is
    our fault is raised.
    """
    uploads, media = FolderBucket(folder=folder / "uploads"), FolderBucket(folder=folder / "media")
    videos, workflows, encoder = FakeVideos(), FakeWorkflows(), Ffmpeg()
    body = file if isinstance(file, bytes) else file.read_bytes()
    uploads.put(keys.upload(VIDEO_ID), body, content_type="application/octet-stream")
    planner = Planner(uploads, videos, encoder, workflows, limits=limits, chunk_s=chunk_s)
    plan = None
    if planner.accept(VIDEO_ID) is None:
        plan = plan_of(VIDEO_ID, uploads)
        try:
            _execute(plan, uploads, media, videos, encoder, threads)
        except MediaRejected as rejection:
            videos.fail(VIDEO_ID, Failure(rejection.code, rejection.detail))
    return Outcome(videos.videos[VIDEO_ID], plan, media.folder)


def _execute(
    plan: Plan, uploads: FolderBucket, media: FolderBucket, videos: FakeVideos, encoder: Ffmpeg, threads: int
) -> None:
    with job_folder() as folder:
        prepare(plan, folder, uploads=uploads, encoder=encoder, timeout_s=_TIMEOUT_S)
    chunk_encoder = ChunkEncoder(uploads, media, videos, encoder, threads=threads, timeout_s=_TIMEOUT_S)
    for chunk in plan.chunks:
        with job_folder() as folder:
            chunk_encoder.encode(plan, chunk, folder)
    publish(plan, uploads=uploads, media=media, videos=videos)
