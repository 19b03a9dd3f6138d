"""The interfaces to the outside world; `reelway.adapters` and the tests' fakes implement them."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from reelway.video import Failure, LadderState, Rendition, Video

if TYPE_CHECKING:  # most functions never probe: their cold starts need not load it
    from reelway.probe.report import Report


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object, or a range of it, whose place `content_range` gives (HTTP's Content-Range)."""

    body: bytes
    content_type: str
    etag: str
    cache_control: str | None
    content_range: str | None


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """An object without its bytes; `stored_at_s` in seconds since the epoch. Other bytes, another `etag`."""

    etag: str
    size_bytes: int
    stored_at_s: float
    metadata: Mapping[str, str]


class Bucket(Protocol):
    """One S3 bucket. Methods raise StorageFailed, and what their docstrings name."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None: ...

    def put_file(
        self, key: str, path: Path, *, content_type: str, cache_control: str | None = None
    ) -> None: ...

    def put_if_absent(self, key: str, body: bytes, *, content_type: str) -> bool:
        """A conditional write: False, and nothing written, when the key exists."""
        ...

    def read(self, key: str) -> bytes | None:
        """The whole object, or None when there is no such key."""
        ...

    def get(self, key: str, *, byte_range: str | None = None) -> StoredObject | None:
        """As `read`, with metadata; raises RequestRefused 416 for an unsatisfiable `byte_range`."""
        ...

    def head(self, key: str) -> ObjectHead | None:
        """The object's metadata, or None when there is no such key."""
        ...

    def delete(self, key: str) -> None: ...

    def delete_all(self, prefix: str) -> None:
        """Delete every object whose key begins with `prefix`."""
        ...

    def url(self, key: str) -> str:
        """A presigned GET URL, which is valid for longer than a processing step may take."""
        ...

    def upload_form(self, key: str, *, max_bytes: int, expires_s: int) -> tuple[str, Mapping[str, str]]:
        """URL and form fields of a presigned POST for exactly this key."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart upload; numbers count from 1, `etag` is in quotes."""

    number: int
    etag: str
    size_bytes: int = 0


class PartUploads(Protocol):
    """Multipart uploads to one S3 bucket, whose parts clients send to presigned URLs.

    Methods raise StorageFailed, and what their docstrings name.
    """

    def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload; returns its id."""
        ...

    def exists(self, key: str, upload_id: str) -> bool:
        """Whether this upload to this key is open: begun, and neither completed nor aborted."""
        ...

    def parts(self, key: str, upload_id: str) -> list[Part] | None:
        """All parts that are stored, by number; None when there is no such upload."""
        ...

    def part_url(self, key: str, upload_id: str, number: int, *, expires_s: int) -> str:
        """A presigned PUT URL; signing it takes no call of S3."""
        ...

    def complete(self, key: str, upload_id: str, parts: Sequence[Part]) -> bool:
        """Join the parts to an object; False when there is no such upload.

        Raises RequestRefused 400 when S3 refuses a part, for example one below 5 MiB that is not the last.
        """
        ...

    def abort(self, key: str, upload_id: str) -> bool:
        """Delete the upload and its parts; False when there is no such upload."""
        ...

    def location(self, key: str) -> str:
        """The object's URL, which is not signed."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the ready list; a page of the list may begin after it. `listed_at` is ISO 8601."""

    video_id: str
    listed_at: str


class Videos(Protocol):
    """The table of videos. Changes of state are conditional writes on its rank, and count up `version`.

    Writes that return a bool return whether this very call changed the video. A deleted video leaves a
    tombstone: it is found no more, and its id is never used again. Methods raise StorageFailed.
    """

    def find(self, video_id: str) -> Video | None: ...

    def was_deleted(self, video_id: str) -> bool: ...

    def delete(self, video_id: str) -> bool:
        """Whatever the video's state; without effect for an unknown or deleted video."""
        ...

    def deleted_ids(self, before: str) -> Iterator[str]:
        """Videos that were deleted before the ISO 8601 time `before`, and not settled since."""
        ...

    def settle_deleted(self, video_id: str) -> None:
        """Take the video off `deleted_ids`, because nothing of it is left in storage."""
        ...

    def create(self, video_id: str, *, size_bytes: int) -> None:
        """Record UPLOADED unless the video is recorded already."""
        ...

    def start(self, video_id: str, *, run_id: str, duration_s: float, total_frames: int) -> bool:
        """UPLOADED → PROCESSING."""
        ...

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> None:
        """Add encoded frames; without effect unless this run is encoding the video or its ladder."""
        ...

    def finish(
        self, video_id: str, *, run_id: str, renditions: Sequence[Rendition], ladder: LadderState
    ) -> bool:
        """Any state but a final one → READY, and on the ready list.

        `ladder` is COMPLETE, or ENCODING where the source itself is published before its ladder.
        """
        ...

    def complete_ladder(self, video_id: str, *, run_id: str, renditions: Sequence[Rendition]) -> bool:
        """A ladder that this run is ENCODING → COMPLETE, with these renditions; the video stays READY."""
        ...

    def fail_ladder(self, video_id: str, failure: Failure) -> bool:
        """The ladder of a READY video, ENCODING → FAILED; the video stays READY."""
        ...

    def fail(self, video_id: str, failure: Failure) -> bool:
        """Any state but a final one → FAILED; without effect for an unknown video."""
        ...

    def unlist(self, video_id: str) -> None:
        """Take the video off the ready list."""
        ...

    def ready_ids(self) -> Iterator[str]:
        """Ids of the ready list, newest first."""
        ...

    def ready_page(self, *, limit: int, after: Listed | None) -> tuple[list[Listed], bool]:
        """At most `limit` entries of the ready list behind `after`, and whether there are more."""
        ...

    def unfinished_since(self, before: str) -> Iterator[Video]:
        """Videos that became UPLOADED or PROCESSING before the ISO 8601 time `before`."""
        ...

    def unfinished_ladders(self, after: str, before: str) -> Iterator[Video]:
        """Videos that became READY between the two times and whose ladder is ENCODING."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """A client's socket on one video; `connected_at` in seconds since the epoch."""

    video_id: str
    connection_id: str
    connected_at: int
    wants_progress: bool


class Claim(Enum):
    """The answer to asking for the right to send a version to a socket."""

    GRANTED = auto()
    NOT_NEEDED = auto()  # this version or a newer one has been sent, or the socket has left
    BUSY = auto()  # another message is being sent, which this one must not overtake


class Connections(Protocol):
    """The open sockets. `live_status.delivery` describes the protocol of claim, release and done."""

    def add(self, connection: Connection) -> None: ...

    def remove(self, video_id: str, connection_id: str) -> None: ...

    def remove_by_connection(self, connection_id: str) -> None: ...

    def watching(self, video_id: str) -> Iterator[Connection]: ...

    def all(self) -> Iterator[Connection]: ...

    def claim(self, connection: Connection, *, version: int, progress: float, again: bool = False) -> Claim:
        """Granted once for each version (and progress) above the last; with `again`, for the last too."""
        ...

    def release(self, connection: Connection, *, version: int) -> None:
        """Take a claim back after sending failed, so that a retry may claim the same version."""
        ...

    def done(self, connection: Connection, *, version: int) -> None:
        """The claimed message has been sent."""
        ...


class Sockets(Protocol):
    def send(self, connection_id: str, message: str) -> bool:
        """False when the socket is gone. Raises ProcessingInterrupted when it could not be reached."""
        ...

    def close(self, connection_id: str) -> None: ...


class Workflows(Protocol):
    def start(self, video_id: str, payload: Mapping[str, Any]) -> None:
        """Start the video's only execution; without effect when it was started before."""
        ...

    def is_running(self, video_id: str) -> bool: ...

    def was_started(self, video_id: str) -> bool:
        """Whether there is an execution, running or ended."""
        ...

    def stop(self, video_id: str) -> None:
        """Stop the video's execution, if it is running."""
        ...


class Encoder(Protocol):
    """ffprobe and ffmpeg. All methods raise MediaRejected and ProcessingInterrupted."""

    def probe(self, url: str) -> "Report":
        """What the file declares."""
        ...

    def measure(self, url: str) -> dict[int, float]:
        """When the last packet of each stream ends, in seconds, by the stream's index."""
        ...

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[int, None, None]:
        """Run a command to its end, yielding the number of frames encoded so far."""
        ...
