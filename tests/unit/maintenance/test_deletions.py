from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from maintenance import deletions
from maintenance.deletions import Deletions
from maintenance.leftovers import Leftovers
from maintenance.unused import UnusedMedia
from reelway import keys
from tests.support.doubles.fakes import REFUSED
from tests.support.doubles.fakes.removals import FakeRemovals
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.readers import template
from tests.unit.reelway.adapters.videos import number

BEFORE, NOW = "2026-02-01", "2026-03-01"


@dataclass
class DeletionsSetup:
    """All times lie long ago; each look at the clock takes `look_s`."""

    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)
    removals: FakeRemovals = field(default_factory=FakeRemovals)
    ordered: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    is_refused: bool = False
    look_s: float = 0.0

    def order(self, video_id: str, execution: str) -> None:
        if self.is_refused:
            raise REFUSED
        self.ordered.append(video_id)

    def run(self, *, ago: str = NOW) -> dict[str, int]:
        clock: Iterator[int] = count()
        self.removals.now = BEFORE
        leftovers = Leftovers(self.uploads, self.media, self.removals, self.order, lambda _: "2026-01-31")
        unused = UnusedMedia(self.uploads, self.media, FakeVideos(), lambda _: ago)
        made = Deletions(
            self.removals, leftovers, unused, 7, lambda _: ago, lambda: next(clock) * self.look_s
        )
        return made.run(self.reported.append)


def deleted(videos: int, *, look_s: float = 0.0) -> DeletionsSetup:
    setup = DeletionsSetup(look_s=look_s)
    setup.removals.deleted_at = {number(n): f"2026-01-01T{n:05d}" for n in range(videos)}
    return setup


def test_all_that_waits_is_done_while_there_is_time() -> None:
    setup = deleted(300)
    setup.removals.failed_at = {number(n): "2026-01-01" for n in range(1000, 1100)}
    assert setup.run() == {"deleted": 300, "failed": 100, "unused": 0}
    assert (setup.ordered, setup.reported) == ([], [])


def test_without_time_the_oldest_are_done_and_the_rest_waits() -> None:
    """Each kind of work has a time of its own, so that failed videos do not wait for deleted ones."""
    setup = deleted(300, look_s=25)  # so that the third look is the last one
    setup.removals.failed_at = {number(1000): "2026-01-01"}
    assert setup.run() == {"deleted": 128, "failed": 1, "unused": 0}
    assert next(iter(setup.removals.deleted("9"))) == number(128)


def test_an_order_that_fails_is_reported_and_the_others_go_on() -> None:
    setup = deleted(3)
    setup.uploads.put(keys.plan(number(1)), b"x", content_type="x/y")
    setup.is_refused = True
    assert setup.run()["deleted"] == 2
    assert setup.reported == [number(1)]


def test_a_removal_that_does_not_help_is_not_ordered_in_every_run() -> None:
    setup = deleted(1)
    setup.uploads.put(keys.upload(number(0)), b"x", content_type="x/y")
    assert [setup.run()["deleted"] for _ in range(3)] == [0, 0, 0]
    assert setup.ordered == [number(0)]


def test_what_is_not_due_is_not_looked_at() -> None:
    assert deleted(3).run(ago="2026") == {"deleted": 0, "failed": 0, "unused": 0}


def test_the_time_of_all_kinds_of_work_together_is_less_than_that_of_the_function() -> None:
    timeout = timedelta(seconds=template.properties("DeletionsFunction")["Timeout"])
    assert 3 * timedelta(seconds=deletions._SHARE_S) <= timeout - timedelta(minutes=1)
