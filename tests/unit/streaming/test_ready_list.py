"""The whole ready list, over an index and a store of snapshots in memory."""

import gzip
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest

from reelway.errors import StorageFailed
from reelway.ports.videos import Listed
from streaming import snapshot
from streaming.ready_list import ReadyList
from streaming.snapshot import BLOCK_IDS, Block, Snapshot
from tests.support.doubles.fakes.ready_list import FakeClock, FakeReadyIndex, FakeSnapshots

ENOUGH = 200_000
LONG = 2_500  # entries of a list that is not read from the index for each request
NUMBERS = count()


def new_ids(amount: int) -> list[str]:
    return [f"{next(NUMBERS):08x}-0000-4000-8000-000000000000" for _ in range(amount)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def index(clock: FakeClock) -> FakeReadyIndex:
    return FakeReadyIndex(clock)


@pytest.fixture
def snapshots() -> FakeSnapshots:
    return FakeSnapshots()


class Sandboxes:
    """Each of which has its own memory."""

    def __init__(self, index: FakeReadyIndex, snapshots: FakeSnapshots, seconds: Iterator[float]) -> None:
        self.logged: list[str] = []
        self._made = (index, snapshots, self.logged.append, index.clock.ago)
        self._seconds = seconds

    def new(self) -> ReadyList:
        return ReadyList(*self._made, lambda: next(self._seconds))


@pytest.fixture
def sandboxes(index: FakeReadyIndex, snapshots: FakeSnapshots) -> Sandboxes:
    return Sandboxes(index, snapshots, iter(lambda: 0.0, None))


def publish(index: FakeReadyIndex, amount: int, *, spread_s: float = 1.0) -> None:
    for video_id in new_ids(amount):
        index.publish(video_id)
        index.clock.passes(seconds=spread_s)


@pytest.fixture
def long_list(index: FakeReadyIndex) -> FakeReadyIndex:
    """Of some days, all of them settled."""
    publish(index, LONG, spread_s=60)
    index.clock.passes(hours=1)
    return index


def whole(ready: ReadyList) -> list[str]:
    ids, last = ready.newest(ENOUGH)
    assert last is None
    return list(ids)


def test_a_short_list_is_one_query_and_has_no_snapshot(
    index: FakeReadyIndex, sandboxes: Sandboxes, snapshots: FakeSnapshots
) -> None:
    publish(index, 1_000)
    index.rows = 0
    assert whole(sandboxes.new()) == index.ids()
    assert (index.rows, snapshots.loaded, snapshots.body) == (1_000, 0, None)


def test_an_empty_list_is_empty(sandboxes: Sandboxes) -> None:
    assert whole(sandboxes.new()) == []


def test_a_long_list_is_read_once_for_all_requests_and_sandboxes(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    ready = sandboxes.new()
    assert whole(ready) == long_list.ids()
    long_list.rows = 0
    assert whole(ready) == long_list.ids()
    assert long_list.rows == 0
    assert whole(sandboxes.new()) == long_list.ids()
    assert long_list.rows == 1_000  # by which a sandbox finds that the list is long


def test_who_has_heard_ready_finds_the_id_on_the_list(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    ready = sandboxes.new()
    whole(ready)
    for _ in range(3):
        publish(long_list, 1)
        assert whole(ready)[0] == long_list.ids()[0]
        assert whole(sandboxes.new()) == long_list.ids()


def test_what_became_ready_before_the_snapshot_but_within_its_last_minutes_is_listed_once(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    publish(long_list, 10)
    ready = sandboxes.new()
    assert whole(ready) == long_list.ids()
    long_list.clock.passes(hours=1)
    assert whole(ready) == long_list.ids()


@pytest.mark.parametrize("place", [0, 1, 1_234, LONG - 1])
def test_a_video_that_was_deleted_or_unlisted_is_listed_no_more(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, place: int
) -> None:
    ready = sandboxes.new()
    whole(ready)
    long_list.take_off(long_list.ids()[place])
    assert whole(ready) == long_list.ids()
    assert whole(sandboxes.new()) == long_list.ids()
    long_list.clock.passes(days=30)
    assert whole(ready) == long_list.ids()
    assert whole(sandboxes.new()) == long_list.ids()


def test_a_video_that_was_ready_and_deleted_since_the_snapshot_is_not_listed(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    ready = sandboxes.new()
    whole(ready)
    publish(long_list, 3)
    long_list.take_off(long_list.ids()[1])
    assert whole(ready) == long_list.ids()


def test_many_changes_become_part_of_the_snapshot_once_they_are_settled(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, snapshots: FakeSnapshots
) -> None:
    ready = sandboxes.new()
    whole(ready)
    stored = snapshots.etag
    publish(long_list, 600, spread_s=0.1)
    long_list.take_off(*long_list.ids()[100:200])
    whole(ready)
    assert snapshots.etag == stored  # the index may still lag behind
    long_list.clock.passes(minutes=6)
    assert whole(ready) == long_list.ids()
    assert snapshots.etag == stored + 1
    long_list.rows = 0
    assert whole(ready) == long_list.ids()
    assert long_list.rows == 0


def test_what_another_sandbox_has_stored_is_taken_instead_of_storing_it_again(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, snapshots: FakeSnapshots
) -> None:
    one, other = sandboxes.new(), sandboxes.new()
    assert whole(one) == whole(other)
    publish(long_list, 600, spread_s=0.1)
    long_list.clock.passes(minutes=6)
    whole(one)
    stored = snapshots.etag
    assert whole(other) == long_list.ids()
    assert snapshots.etag == stored


class Racing(FakeSnapshots):
    """Between loading and storing, another sandbox stores the same."""

    def store(self, body: bytes, *, replacing: str | None) -> str | None:
        if self.etag >= 2:  # a claim, and what was then read
            assert FakeSnapshots.store(self, body, replacing=replacing)
        return FakeSnapshots.store(self, body, replacing=replacing)


def test_of_two_that_store_at_the_same_time_one_succeeds_and_both_are_right(
    long_list: FakeReadyIndex,
) -> None:
    snapshots = Racing()
    sandboxes = Sandboxes(long_list, snapshots, iter(lambda: 0.0, None))
    ready = sandboxes.new()
    assert whole(ready) == long_list.ids()
    publish(long_list, 600, spread_s=0.1)
    long_list.clock.passes(minutes=6)
    assert whole(ready) == whole(sandboxes.new()) == long_list.ids()
    assert (snapshots.etag, sandboxes.logged) == (3, [])


class Interrupted(FakeReadyIndex):
    """Calls `meanwhile` once, while a page behind the first is read."""

    meanwhile: Callable[[], None] | None = None

    def page(
        self, *, limit: int, after: Listed | None, before: str | None = None
    ) -> tuple[list[Listed], bool]:
        meanwhile, self.meanwhile = (self.meanwhile, None) if after else (None, self.meanwhile)
        if meanwhile:
            meanwhile()
        return FakeReadyIndex.page(self, limit=limit, after=after, before=before)


def test_while_one_request_reads_the_list_the_others_answer_with_its_beginning(
    clock: FakeClock, snapshots: FakeSnapshots
) -> None:
    index = Interrupted(clock)
    publish(index, LONG)
    clock.passes(hours=1)
    sandboxes = Sandboxes(index, snapshots, iter(lambda: 0.0, None))
    other, seen = sandboxes.new(), []

    def meanwhile() -> None:
        index.rows = 0
        for _ in range(2):
            ids, last = other.newest(ENOUGH)
            assert list(ids) == index.ids()[:1_000]
            assert last == Listed(ids[-1], index.ready[-1_000][0])
        seen.append(index.rows)

    index.meanwhile = meanwhile
    assert whole(sandboxes.new()) == index.ids()
    assert seen == [1_000]
    assert whole(other) == index.ids()


def test_a_request_that_ended_while_it_read_the_list_is_waited_for_no_longer_than_it_may_take(
    clock: FakeClock, snapshots: FakeSnapshots
) -> None:
    index = Interrupted(clock)
    publish(index, LONG)
    clock.passes(hours=1)
    sandboxes = Sandboxes(index, snapshots, iter(lambda: 0.0, None))

    def die() -> None:
        raise MemoryError

    index.meanwhile = die
    with pytest.raises(MemoryError):
        sandboxes.new().newest(ENOUGH)
    assert len(sandboxes.new().newest(ENOUGH)[0]) == 1_000
    clock.passes(seconds=16)
    assert whole(sandboxes.new()) == index.ids()


def test_of_two_that_are_about_to_read_the_list_one_does(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    snapshots = Racing(etag=2)
    sandboxes = Sandboxes(long_list, snapshots, iter(lambda: 0.0, None))
    long_list.rows = 0
    ids, last = sandboxes.new().newest(ENOUGH)
    assert (list(ids), long_list.rows) == (long_list.ids()[:1_000], 1_000)
    assert last


UNREADABLE = [
    b"",
    b"garbage",
    snapshot.dump(Snapshot("2026"))[:-9],
    gzip.compress(b"[]"),
    gzip.compress(b'{"version": 2}'),
    gzip.compress(b'{"version": 1, "until": "2026", "isWhole": true, "claimedUntil": "", "blocks": [1]}'),
]


@pytest.mark.parametrize("body", [None, *UNREADABLE])
def test_a_snapshot_that_is_lost_or_unreadable_is_made_again(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, snapshots: FakeSnapshots, body: bytes | None
) -> None:
    whole(sandboxes.new())
    snapshots.body = body
    assert whole(sandboxes.new()) == long_list.ids()
    assert snapshots.body
    assert snapshot.load(snapshots.body).count == LONG
    assert len(sandboxes.logged) == (body is not None)


def test_a_sandbox_goes_on_with_its_own_snapshot_when_the_stored_one_is_unreadable(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, snapshots: FakeSnapshots
) -> None:
    ready = sandboxes.new()
    whole(ready)
    snapshots.body, long_list.rows = b"garbage", 0
    publish(long_list, 600, spread_s=0.1)
    long_list.clock.passes(minutes=6)
    assert whole(ready) == long_list.ids()
    assert long_list.rows == 600
    assert snapshot.load(snapshots.body).count == LONG + 600


def test_a_bucket_that_refuses_takes_nothing_from_the_answer(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, snapshots: FakeSnapshots
) -> None:
    snapshots.refuses = True
    ready = sandboxes.new()
    assert whole(ready) == long_list.ids()
    publish(long_list, 5)
    assert whole(ready) == long_list.ids()
    assert len(sandboxes.logged) == 1  # it is not asked again


def test_an_index_that_refuses_altogether_is_told(long_list: FakeReadyIndex, sandboxes: Sandboxes) -> None:
    long_list.refuses = True
    with pytest.raises(StorageFailed):
        sandboxes.new().newest(ENOUGH)


def test_where_the_index_refuses_to_go_on_the_next_request_does(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    long_list.pages = 1
    ready = sandboxes.new()
    ids, last = ready.newest(ENOUGH)
    assert list(ids) == long_list.ids()[:1_000]
    assert last == Listed(ids[-1], long_list.ready[-1_000][0])
    long_list.pages = 1
    assert whole(ready) == long_list.ids()


def test_reading_goes_on_with_the_next_request_when_the_time_of_one_is_over(
    index: FakeReadyIndex, snapshots: FakeSnapshots
) -> None:
    publish(index, 3 * BLOCK_IDS)
    index.clock.passes(hours=1)
    sandboxes = Sandboxes(index, snapshots, (6.0 * n for n in count()))
    lengths = [len(sandboxes.new().newest(ENOUGH)[0]) for _ in range(3)]
    assert lengths == [11_000, 21_000, 30_000]
    assert whole(sandboxes.new()) == index.ids()


def test_a_list_that_does_not_fit_ends_with_an_entry_after_which_the_rest_can_be_had(
    index: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    publish(index, 3 * BLOCK_IDS)
    index.clock.passes(hours=1)
    publish(index, 10)
    ids, last = sandboxes.new().newest(25_000)
    assert last
    rest, has_more = index.page(limit=100_000, after=last)
    assert [*ids, *(entry.video_id for entry in rest)] == index.ids()
    assert not has_more
    assert len(ids) == 10 + 990 + 2 * BLOCK_IDS


def test_the_place_where_a_list_goes_on_stays_when_its_entry_is_deleted(
    index: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    publish(index, 3 * BLOCK_IDS)
    index.clock.passes(hours=1)
    ready = sandboxes.new()
    ids, last = ready.newest(25_000)
    index.take_off(ids[-1])
    assert ready.newest(25_000) == (list(ids[:-1]), last)


def test_more_changes_than_fit_are_the_answer_by_themselves(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    ready = sandboxes.new()
    whole(ready)
    publish(long_list, 50, spread_s=0.1)
    ids, last = ready.newest(20)
    assert list(ids) == long_list.ids()[:20]
    assert last == Listed(ids[-1], long_list.ready[-20][0])


def test_a_burst_of_more_than_one_block_becomes_several(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, snapshots: FakeSnapshots
) -> None:
    ready = sandboxes.new()
    whole(ready)
    publish(long_list, 2 * BLOCK_IDS + 5, spread_s=0.001)
    long_list.take_off(*long_list.ids()[7:12])
    long_list.clock.passes(minutes=6)
    assert whole(ready) == long_list.ids()
    assert snapshots.body
    blocks = snapshot.load(snapshots.body).blocks
    assert max(len(block.ids) for block in blocks) <= BLOCK_IDS


def test_what_changed_without_a_trace_is_seen_a_day_later(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    """As after a restored backup: an entry is gone, and another one is there again."""
    ready = sandboxes.new()
    whole(ready)
    time, _ = long_list.ready.pop(700)
    long_list.ready.insert(700, (time, new_ids(1)[0]))
    assert whole(ready) != long_list.ids()
    long_list.clock.passes(hours=25)
    for _ in range(2):  # one block for each request
        ready.newest(ENOUGH)
    assert whole(ready) == whole(sandboxes.new()) == long_list.ids()


def test_a_block_that_cannot_be_read_again_stays_as_it_is(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = sandboxes.new()
    whole(ready)
    listed = FakeReadyIndex.listed

    def refuse(self: FakeReadyIndex, *, since: str, until: str | None = None) -> list[Listed]:
        if until:
            raise StorageFailed("storage_failed", "throttled")
        return listed(self, since=since)

    monkeypatch.setattr(FakeReadyIndex, "listed", refuse)
    long_list.clock.passes(hours=25)
    assert whole(ready) == long_list.ids()
    assert sandboxes.logged


def test_what_is_kept_is_no_more_than_answers_need(
    long_list: FakeReadyIndex, sandboxes: Sandboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.ready_list._WANTED", 11_000)
    monkeypatch.setattr("streaming.ready_list._KEPT", 12_000)
    ready = sandboxes.new()
    whole(ready)
    publish(long_list, BLOCK_IDS, spread_s=0.001)
    long_list.clock.passes(minutes=6)
    ids, last = ready.newest(ENOUGH)
    assert list(ids) == long_list.ids()[: len(ids)]
    assert last
    assert len(ids) == BLOCK_IDS + 1_000
    long_list.take_off(*long_list.ids()[:2_000])
    long_list.clock.passes(minutes=6)
    assert whole(ready) == long_list.ids()  # read on from where it had been cut


def test_a_document_is_what_was_dumped() -> None:
    blocks = (Block(tuple(new_ids(3)), Listed(new_ids(1)[0], "2026-01-01"), "2026-01-02"),)
    known = Snapshot("2026-01-03", blocks, is_whole=True)
    assert snapshot.load(snapshot.dump(known)) == known


class ReadOnly(FakeSnapshots):
    def store(self, body: bytes, *, replacing: str | None) -> str | None:
        raise StorageFailed("storage_failed", "no space")


def test_a_bucket_that_only_takes_nothing_takes_nothing_from_the_answer(long_list: FakeReadyIndex) -> None:
    sandboxes = Sandboxes(long_list, ReadOnly(), iter(lambda: 0.0, None))
    assert whole(sandboxes.new()) == long_list.ids()
    assert len(sandboxes.logged) == 2  # the claim, and the list


def test_an_entry_that_the_index_shows_minutes_late_is_listed_in_its_place(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    """It has the time at which its write began."""
    began = long_list.clock.ago(timedelta())
    long_list.clock.passes(minutes=3)
    publish(long_list, 2)
    ready = sandboxes.new()
    whole(ready)
    long_list.ready.insert(LONG, (began, new_ids(1)[0]))
    assert whole(ready) == whole(sandboxes.new()) == long_list.ids()


def test_a_removal_that_the_index_shows_minutes_late_is_seen(
    long_list: FakeReadyIndex, sandboxes: Sandboxes
) -> None:
    began = long_list.clock.ago(timedelta())
    long_list.clock.passes(minutes=3)
    ready = sandboxes.new()
    whole(ready)
    _, video_id = long_list.ready.pop(1_500)
    long_list.off.append((began, video_id))
    assert whole(ready) == whole(sandboxes.new()) == long_list.ids()
