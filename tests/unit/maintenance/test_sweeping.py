"""How the lists are gone through: what one record, one call or the clock cannot keep from being looked at."""

from collections.abc import Iterator

import pytest

from maintenance import sweeping
from maintenance.deadline import Deadline
from reelway import keys
from reelway.errors import StorageFailed
from reelway.ports.unfinished import Work
from reelway.video import State
from tests.support.doubles.fakes.unfinished import FakeUnfinishedVideos
from tests.support.doubles.fakes.workflows import FakeWorkflows
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.maintenance.lost_work import LostWorkSetup

OTHERS = [f"{n:08x}-0000-4000-8000-000000000000" for n in range(1, 26)]


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> LostWorkSetup:
    """26 uploads, of which ten are a page and five a batch."""
    monkeypatch.setattr(sweeping, "_PAGE", 10)
    monkeypatch.setattr(sweeping, "_BATCH", 5)
    setup = LostWorkSetup()
    for video_id in OTHERS:
        setup.upload(video_id)
    return setup


class Countdown:
    """A clock on which each look takes ten seconds."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds

    def __call__(self) -> float:
        self.left_s -= 10
        return self.left_s


def test_all_pages_are_gone_through_from_the_oldest_entry(setup: LostWorkSetup) -> None:
    swept = setup.run()
    assert (swept.is_complete, swept.settled, swept.remaining) == (True, 26, 0)
    assert setup.replanned == [VIDEO_ID, *OTHERS]


def test_a_record_that_cannot_be_read_is_passed_over_counted_and_named(setup: LostWorkSetup) -> None:
    setup.lists.unreadable.append(UNKNOWN_ID)
    swept = setup.run()
    assert (swept.is_complete, swept.settled, swept.unreadable) == (True, 26, 1)
    assert setup.logged == [("a record cannot be read", UNKNOWN_ID)]


def test_a_video_that_cannot_be_settled_keeps_no_other_waiting(setup: LostWorkSetup) -> None:
    setup.refuses.add(VIDEO_ID)
    swept = setup.run()
    assert (swept.is_complete, swept.settled) == (True, 25)
    assert setup.logged == [("a video could not be settled", VIDEO_ID)]


def test_a_run_stops_before_its_timeout_and_the_next_one_goes_on_from_there(setup: LostWorkSetup) -> None:
    first = setup.run(Deadline(Countdown(200)))
    done = [*setup.replanned]
    assert not first.is_complete
    assert 0 < len(done) < 26
    assert first.remaining == 26 - len(done)

    second = setup.run()
    assert second.is_complete
    assert setup.replanned == [VIDEO_ID, *OTHERS]
    assert setup.uploads.read(keys.cursor(Work.VIDEOS)) is None


def test_a_run_that_began_in_the_middle_goes_through_the_rest_of_the_list_too(setup: LostWorkSetup) -> None:
    setup.run(Deadline(Countdown(200)))
    setup.lists.reads.clear()
    setup.run()
    looked_at = {video_id for batch in setup.lists.reads for video_id in batch}
    assert looked_at == {VIDEO_ID, *OTHERS}


def test_runs_that_are_always_cut_short_reach_every_entry(setup: LostWorkSetup) -> None:
    for _ in range(20):
        setup.run(Deadline(Countdown(130)))
    assert set(setup.replanned) == {VIDEO_ID, *OTHERS}


def test_a_run_that_ends_without_a_word_has_stored_the_page_that_it_had_done(
    setup: LostWorkSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FakeUnfinishedVideos.read

    def killed(self: FakeUnfinishedVideos, video_ids: list[str]) -> object:
        if OTHERS[12] in video_ids:
            raise SystemExit
        return read(self, video_ids)

    monkeypatch.setattr(FakeUnfinishedVideos, "read", killed)
    with pytest.raises(SystemExit):
        setup.run()
    monkeypatch.setattr(FakeUnfinishedVideos, "read", read)
    setup.lists.reads.clear()
    setup.run()
    assert setup.lists.reads[0][0] == OTHERS[9]


def test_a_place_that_cannot_be_read_is_the_beginning(setup: LostWorkSetup) -> None:
    setup.uploads.put(keys.cursor(Work.VIDEOS), b"{}", content_type="x/y")
    assert setup.run().settled == 26


def test_a_list_that_cannot_be_read_keeps_the_other_one_from_nothing(
    setup: LostWorkSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.publish_source()
    page = FakeUnfinishedVideos.page

    def broken(self: FakeUnfinishedVideos, work: Work, **asked: object) -> object:
        if work is Work.VIDEOS:
            raise StorageFailed("storage_failed", "throttled")
        return page(self, work, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeUnfinishedVideos, "page", broken)
    monkeypatch.setattr(FakeUnfinishedVideos, "count", broken)
    swept = setup.run()
    assert (swept.is_complete, swept.settled) == (False, 1)
    logged = {message for message, _ in setup.logged}
    assert logged == {"a list could not be gone through", "a list could not be counted"}


def test_a_long_list_leaves_time_for_the_other_one(setup: LostWorkSetup) -> None:
    setup.publish_source()
    setup.workflows.started[setup.videos.videos[VIDEO_ID].execution_name] = {}
    swept = setup.run(Deadline(Countdown(150)))
    assert not swept.is_complete
    assert VIDEO_ID in setup.replanned


def test_without_the_list_of_running_executions_each_is_asked_about(
    setup: LostWorkSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.workflows.start(setup.start(), {})

    def refused(_: FakeWorkflows) -> Iterator[str]:
        raise StorageFailed("storage_failed", "throttled")

    monkeypatch.setattr(FakeWorkflows, "running_names", refused)
    swept = setup.run()
    assert (swept.is_complete, swept.settled, setup.described) == (True, 25, 1)
    assert setup.outcome == (State.PROCESSING, None)


def test_listing_what_runs_takes_half_of_the_time_at_most(
    setup: LostWorkSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(_: FakeWorkflows) -> Iterator[str]:
        while True:
            yield UNKNOWN_ID

    monkeypatch.setattr(FakeWorkflows, "running_names", endless)
    setup.run(Deadline(Countdown(400)))
    assert setup.replanned


def test_what_runs_is_not_even_read(setup: LostWorkSetup) -> None:
    for video_id in (VIDEO_ID, *OTHERS):
        setup.workflows.start(setup.start(video_id), {})
    assert setup.run().is_complete
    assert setup.lists.reads == []


def test_a_video_that_there_is_no_time_for_is_looked_at_next(setup: LostWorkSetup) -> None:
    """In the middle of a batch, which the next run begins again."""
    setup.run(Deadline(Countdown(90)))
    begun = [*setup.replanned]
    setup.run()
    assert begun == [VIDEO_ID, *OTHERS][: len(begun)]
    assert set(setup.replanned) == {VIDEO_ID, *OTHERS}
