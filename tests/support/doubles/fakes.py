"""In-memory implementations of `reelway.ports`, for tests of the use cases."""

import hashlib
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

from reelway.errors import ReelwayError, RequestRefused, StorageFailed
from reelway.ports.connections import Claim, Connection
from reelway.ports.storage import ObjectHead, StoredObject
from reelway.ports.videos import Listed
from reelway.probe.report import Report
from reelway.video import Failure, LadderState, Rendition, State, Video

REFUSED = StorageFailed("storage_failed", "The fake is set to refuse.")


@dataclass(frozen=True, slots=True)
class _Stored:
    body: bytes
    content_type: str
    cache_control: str | None
    metadata: Mapping[str, str]


@dataclass(slots=True)
class FakeBucket:
    """Objects in a dict, with 0 as their time; `order` lists the keys in the order they were written.

    Writes fail while `refuses`. With `loses_answers` they are done, but raise as if the answer was lost.
    """

    objects: dict[str, _Stored] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    refuses: bool = False
    loses_answers: bool = False

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        if self.refuses:
            raise REFUSED
        self.objects[key] = _Stored(body, content_type, cache_control, metadata or {})
        self.order.append(key)
        if self.loses_answers:
            raise REFUSED

    def put_file(self, key: str, path: Path, *, content_type: str, cache_control: str | None = None) -> None:
        self.put(key, path.read_bytes(), content_type=content_type, cache_control=cache_control)

    def put_if_absent(self, key: str, body: bytes, *, content_type: str) -> bool:
        if key in self.objects:
            return False
        self.put(key, body, content_type=content_type)
        return True

    def read(self, key: str) -> bytes | None:
        found = self.get(key)
        return found.body if found else None

    def get(self, key: str, *, byte_range: str | None = None) -> StoredObject | None:
        stored = self.objects.get(key)
        if stored is None:
            return None
        body, content_range = _part(stored.body, byte_range)
        return StoredObject(
            body, stored.content_type, _etag(stored.body), stored.cache_control, content_range
        )

    def head(self, key: str) -> ObjectHead | None:
        stored = self.objects.get(key)
        return ObjectHead(_etag(stored.body), len(stored.body), 0.0, stored.metadata) if stored else None

    def delete(self, key: str) -> None:
        if self.refuses:
            raise REFUSED
        self.objects.pop(key, None)

    def delete_all(self, prefix: str) -> None:
        for key in [key for key in self.objects if key.startswith(prefix)]:
            self.delete(key)

    def url(self, key: str) -> str:
        return f"https://bucket.example/{key}?X-Amz-Signature=secret"

    def upload_form(self, key: str, *, max_bytes: int, expires_s: int) -> tuple[str, Mapping[str, str]]:
        fields = {"key": key, "policy": f"1..{max_bytes} bytes within {expires_s} s"}
        return "https://bucket.example/", fields


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _part(body: bytes, byte_range: str | None) -> tuple[bytes, str | None]:
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", byte_range or "")
    if not match:
        return body, None
    first, last = match.groups()
    start = int(first) if first else max(0, len(body) - int(last))
    end = min(len(body), int(last) + 1) if first and last else len(body)
    if start >= end:
        raise RequestRefused(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "range_not_satisfiable",
            "outside",
            {"Content-Range": f"bytes */{len(body)}"},
        )
    return body[start:end], f"bytes {start}-{end - 1}/{len(body)}"


@dataclass(slots=True)
class FakeVideos:
    """Videos by id, which only move to states of higher rank. The clock advances a second with each write.

    `create` fails while `refuses`.
    """

    videos: dict[str, Video] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)
    unsettled: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    frames: dict[str, list[int]] = field(default_factory=dict)
    refuses: bool = False
    _clock: Iterator[int] = field(default_factory=count)

    def find(self, video_id: str) -> Video | None:
        return self.videos.get(video_id)

    def was_deleted(self, video_id: str) -> bool:
        return video_id in self.deleted

    def delete(self, video_id: str) -> bool:
        if self.videos.pop(video_id, None) is None:
            return False
        self.unlist(video_id)
        self.deleted[video_id] = self._now()
        self.unsettled.append(video_id)
        return True

    def deleted_ids(self, before: str) -> Iterator[str]:
        yield from [video_id for video_id in self.unsettled if self.deleted[video_id] < before]

    def settle_deleted(self, video_id: str) -> None:
        self.unsettled.remove(video_id)

    def create(self, video_id: str, *, size_bytes: int) -> None:
        if self.refuses:
            raise REFUSED
        if video_id in self.deleted:
            return
        now = self._now()
        self.videos.setdefault(video_id, Video(video_id, State.UPLOADED, 1, now, now, size_bytes=size_bytes))

    def start(self, video_id: str, *, run_id: str, duration_s: float, total_frames: int) -> bool:
        return self._advance(video_id, State.PROCESSING, run_id=run_id, duration_s=duration_s)

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> None:
        video = self.videos.get(video_id)
        is_encoding = video and (video.state is State.PROCESSING or video.ladder is LadderState.ENCODING)
        if video and is_encoding and video.run_id == run_id:
            self.frames.setdefault(video_id, []).append(frames)

    def finish(
        self, video_id: str, *, run_id: str, renditions: Sequence[Rendition], ladder: LadderState
    ) -> bool:
        is_ours = self._advance(
            video_id,
            State.READY,
            run_id=run_id,
            renditions=tuple(renditions),
            progress=1.0,
            ladder=ladder,
        )
        if is_ours and video_id not in self.listed:
            self.listed.insert(0, video_id)
        return is_ours

    def complete_ladder(self, video_id: str, *, run_id: str, renditions: Sequence[Rendition]) -> bool:
        video = self.videos.get(video_id)
        if video is None or video.run_id != run_id:
            return False
        return self._end_ladder(video, ladder=LadderState.COMPLETE, renditions=tuple(renditions))

    def fail_ladder(self, video_id: str, failure: Failure) -> bool:
        video = self.videos.get(video_id)
        return video is not None and self._end_ladder(video, ladder=LadderState.FAILED, failure=failure)

    def fail(self, video_id: str, failure: Failure) -> bool:
        return self._advance(video_id, State.FAILED, failure=failure)

    def unlist(self, video_id: str) -> None:
        if video_id in self.listed:
            self.listed.remove(video_id)

    def ready_ids(self) -> Iterator[str]:
        yield from self.listed

    def ready_page(self, *, limit: int, after: Listed | None) -> tuple[list[Listed], bool]:
        first = self.listed.index(after.video_id) + 1 if after else 0
        page = self.listed[first : first + limit]
        return [Listed(video_id, self.videos[video_id].updated_at) for video_id in page], first + limit < len(
            self.listed
        )

    def unfinished_since(self, before: str) -> Iterator[Video]:
        for video in self.videos.values():
            if not video.state.is_final and video.updated_at < before:
                yield video

    def unfinished_ladders(self, after: str, before: str) -> Iterator[Video]:
        for video in self.videos.values():
            if video.ladder is LadderState.ENCODING and after < video.updated_at < before:
                yield video

    def _end_ladder(self, video: Video, **changes: Any) -> bool:
        if video.ladder is not LadderState.ENCODING:
            return False
        self.videos[video.video_id] = replace(video, updated_at=self._now(), **changes)
        return True

    def _advance(self, video_id: str, state: State, **changes: Any) -> bool:
        video = self.videos.get(video_id)
        if video is None:
            return False
        if video.state.rank >= state.rank:
            return False
        self.videos[video_id] = replace(
            video, state=state, version=video.version + 1, updated_at=self._now(), **changes
        )
        return True

    def _now(self) -> str:
        return f"2026-01-01T00:00:{next(self._clock):02d}.000000Z"


@dataclass(slots=True)
class FakeConnections:
    """Connections, the (version, progress) last sent to each, and until when a sender has claimed it."""

    rows: dict[tuple[str, str], Connection] = field(default_factory=dict)
    last_sent: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    busy_until: dict[tuple[str, str], float] = field(default_factory=dict)
    now_s: float = 0.0

    def add(self, connection: Connection) -> None:
        self.rows[_key(connection)] = connection
        self.last_sent[_key(connection)] = (0, 0.0)

    def remove(self, video_id: str, connection_id: str) -> None:
        self.rows.pop((video_id, connection_id), None)

    def remove_by_connection(self, connection_id: str) -> None:
        for key in [key for key in self.rows if key[1] == connection_id]:
            del self.rows[key]

    def watching(self, video_id: str) -> Iterator[Connection]:
        yield from [row for row in self.rows.values() if row.video_id == video_id]

    def all(self) -> Iterator[Connection]:
        yield from list(self.rows.values())

    def claim(self, connection: Connection, *, version: int, progress: float, again: bool = False) -> Claim:
        key = _key(connection)
        if key not in self.rows:
            return Claim.NOT_NEEDED
        last_version, last_progress = self.last_sent[key]
        busy_until = self.busy_until.get(key, 0)
        if busy_until > self.now_s:
            return Claim.BUSY if last_version <= version else Claim.NOT_NEEDED
        is_more = last_progress <= progress if again else last_progress < progress
        counts_progress = again or connection.wants_progress
        is_worth_sending = busy_until > 0 or (counts_progress and is_more)
        if last_version < version or (last_version == version and is_worth_sending):
            self.last_sent[key] = (version, progress)
            self.busy_until[key] = self.now_s + 5
            return Claim.GRANTED
        return Claim.NOT_NEEDED

    def release(self, connection: Connection, *, version: int) -> None:
        last_version, last_progress = self.last_sent[_key(connection)]
        if last_version == version:
            self.last_sent[_key(connection)] = (version - 1, last_progress)
            self.busy_until[_key(connection)] = 0

    def done(self, connection: Connection, *, version: int) -> None:
        if self.last_sent[_key(connection)][0] == version:
            self.busy_until[_key(connection)] = 0


def _key(connection: Connection) -> tuple[str, str]:
    return connection.video_id, connection.connection_id


@dataclass(slots=True)
class FakeSockets:
    """The messages sent to each socket.

    Sends to `gone` sockets fail, those to `opening` ones fail the given number of times. `failures` and
    `close_failures` are raised first, one for each call.
    """

    sent: dict[str, list[str]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    opening: dict[str, int] = field(default_factory=dict)
    failures: list[ReelwayError] = field(default_factory=list)
    close_failures: list[ReelwayError] = field(default_factory=list)

    def send(self, connection_id: str, message: str) -> bool:
        if self.failures:
            raise self.failures.pop(0)
        if self.opening.get(connection_id, 0) > 0:
            self.opening[connection_id] -= 1
            return False
        if connection_id in self.gone or connection_id in self.closed:
            return False
        self.sent.setdefault(connection_id, []).append(message)
        return True

    def close(self, connection_id: str) -> None:
        if self.close_failures:
            raise self.close_failures.pop(0)
        self.closed.append(connection_id)


@dataclass(slots=True)
class FakeWorkflows:
    """Payloads by video id; the first start of a video wins."""

    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)

    def start(self, video_id: str, payload: Mapping[str, Any]) -> None:
        if video_id not in self.started:
            self.started[video_id] = payload
            self.running.add(video_id)

    def is_running(self, video_id: str) -> bool:
        return video_id in self.running

    def was_started(self, video_id: str) -> bool:
        return video_id in self.started

    def stop(self, video_id: str) -> None:
        self.running.discard(video_id)


@dataclass(slots=True)
class FakeEncoder:
    """Returns the report `probed` from probes; a run yields `frames` and writes files.

    A run writes each `files[name]` into the folder of the command's last argument, which is the output, and
    the output itself where `files` does not name it. `failure` is raised by probes and runs.
    """

    probed: Report = field(default_factory=Report)
    frames: Sequence[int] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    failure: ReelwayError | None = None
    probes: list[str] = field(default_factory=list)
    ends_s: dict[int, float] = field(default_factory=dict)
    measures: list[str] = field(default_factory=list)
    measure_failure: ReelwayError | None = None
    commands: list[list[str]] = field(default_factory=list)
    timeouts_s: list[float] = field(default_factory=list)

    def probe(self, url: str) -> Report:
        self.probes.append(url)
        if self.failure:
            raise self.failure
        return self.probed

    def measure(self, url: str) -> dict[int, float]:
        self.measures.append(url)
        if self.measure_failure:
            raise self.measure_failure
        return self.ends_s

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[int, None, None]:
        self.commands.append(list(command))
        self.timeouts_s.append(timeout_s)
        if self.failure:
            raise self.failure
        yield from self.frames
        output = Path(command[-1])
        output.write_bytes(b"made by " + output.name.encode())
        for name, body in self.files.items():
            (output.parent / name).write_bytes(body)
