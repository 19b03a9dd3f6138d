"""The ready list's index and its snapshot in memory."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from reelway.ports.ready_list import StoredSnapshot
from reelway.ports.videos import Listed
from tests.support.doubles.fakes import REFUSED


@dataclass(slots=True)
class FakeClock:
    now: datetime = datetime(2026, 11, 26, tzinfo=UTC)

    def ago(self, time: timedelta) -> str:
        return (self.now - time).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(slots=True)
class FakeReadyIndex:
    """Pairs of time and id, oldest first. `rows` counts what was read.

    Reading fails while `refuses`, a page after `pages` of them.
    """

    clock: FakeClock
    ready: list[tuple[str, str]] = field(default_factory=list)
    off: list[tuple[str, str]] = field(default_factory=list)
    rows: int = 0
    refuses: bool = False
    pages: int = 1_000_000

    def publish(self, *video_ids: str) -> None:
        for video_id in video_ids:
            insort(self.ready, (self.clock.ago(timedelta()), video_id))

    def take_off(self, *video_ids: str) -> None:
        gone = set(video_ids)
        self.ready = [entry for entry in self.ready if entry[1] not in gone]
        for video_id in video_ids:
            insort(self.off, (self.clock.ago(timedelta()), video_id))

    def ids(self) -> list[str]:
        return [video_id for _, video_id in reversed(self.ready)]

    def page(
        self, *, limit: int, after: Listed | None, before: str | None = None
    ) -> tuple[list[Listed], bool]:
        self.pages -= 1
        if self.pages < 0:
            raise REFUSED
        end = bisect_left(self.ready, (after.listed_at, after.video_id)) if after else len(self.ready)
        end = min(end, bisect_right(self.ready, (before, "~"))) if before else end
        start = max(0, end - limit)
        return self._read(self.ready, start, end), start > 0

    def listed(self, *, since: str, until: str | None = None) -> list[Listed]:
        end = bisect_right(self.ready, (until, "~")) if until else len(self.ready)
        return self._read(self.ready, bisect_left(self.ready, (since, "")), end)

    def taken_off(self, *, since: str) -> list[Listed]:
        return self._read(self.off, bisect_left(self.off, (since, "")), len(self.off))

    def _read(self, entries: list[tuple[str, str]], start: int, end: int) -> list[Listed]:
        if self.refuses:
            raise REFUSED
        self.rows += end - start
        return [Listed(video_id, listed_at) for listed_at, video_id in reversed(entries[start:end])]


@dataclass(slots=True)
class FakeSnapshots:
    """`etag` counts what was stored; everything fails while `refuses`."""

    body: bytes | None = None
    etag: int = 0
    loaded: int = 0
    refuses: bool = False

    def load(self) -> StoredSnapshot | None:
        self.loaded += 1
        if self.refuses:
            raise REFUSED
        return None if self.body is None else StoredSnapshot(self.body, str(self.etag))

    def store(self, body: bytes, *, replacing: str | None) -> str | None:
        if self.refuses:
            raise REFUSED
        if replacing != (None if self.body is None else str(self.etag)):
            return None
        self.body, self.etag = body, self.etag + 1
        return str(self.etag)
