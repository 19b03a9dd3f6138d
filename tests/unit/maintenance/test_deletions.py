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
from tests.support.doubles.fakes.storage import FakeBucket, versioned
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
    window_days: int = 7

    def order(self, video_id: str, execution: str) -> None:
        if self.is_refused:
            raise REFUSED
        self.ordered.append(video_id)

    def run(self, *, ago: str = NOW) -> dict[str, int]:
        clock: Iterator[int] = count()
        self.removals.now = BEFORE
        buckets = versioned(self.uploads), versioned(self.media)
        leftovers = Leftovers(*buckets, self.removals, self.order, lambda _: "2026-01-31")
        unused = UnusedMedia(self.uploads, self.media, FakeVideos(), lambda _: ago)
        made = Deletions(
            self.removals,
            leftovers,
            unused,
            self.window_days,
            7,
            lambda _: ago,
            lambda: next(clock) * self.look_s,
        )
        return made.run(self.reported.append)


def hidden(videos: int, *, look_s: float = 0.0) -> DeletionsSetup:
    """Videos that were deleted long ago."""
    setup = DeletionsSetup(look_s=look_s)
    setup.removals.hidden_at = {number(n): f"2026-01-01T{n:05d}" for n in range(videos)}
    return setup


def test_all_that_waits_is_done_while_there_is_time() -> None:
    setup = hidden(300)
    setup.removals.failed_at = {number(n): "2026-01-01" for n in range(1000, 1100)}
    assert setup.run() == {"hidden": 0, "deleted": 300, "failed": 100, "unused": 0}
    assert (setup.ordered, setup.reported) == ([], [])


def test_without_time_the_oldest_are_done_and_the_rest_waits() -> None:
    """Each kind of work has a time of its own, so that failed videos do not wait for deleted ones."""
    setup = hidden(300, look_s=19)  # so that the third look is the last one
    setup.removals.failed_at = {number(1000): "2026-01-01"}
    assert setup.run() == {"hidden": 0, "deleted": 128, "failed": 1, "unused": 0}
    assert next(iter(setup.removals.hidden("9"))) == number(128)


def test_an_order_that_fails_is_reported_and_the_others_go_on() -> None:
    setup = hidden(3)
    setup.uploads.put(keys.plan(number(1)), b"x", content_type="x/y")
    setup.is_refused = True
    assert setup.run()["deleted"] == 2
    assert setup.reported == [number(1)]


def test_a_removal_that_does_not_help_is_not_ordered_in_every_run() -> None:
    setup = hidden(1)
    setup.uploads.put(keys.upload(number(0)), b"x", content_type="x/y")
    assert [setup.run()["deleted"] for _ in range(3)] == [0, 0, 0]
    assert setup.ordered == [number(0)]


def test_what_is_not_due_is_not_looked_at() -> None:
    assert hidden(3).run(ago="2026") == {"hidden": 0, "deleted": 0, "failed": 0, "unused": 0}


def test_the_time_of_all_kinds_of_work_together_is_less_than_that_of_the_function() -> None:
    timeout = timedelta(seconds=template.properties("DeletionsFunction")["Timeout"])
    assert 4 * timedelta(seconds=deletions._SHARE_S) <= timeout - timedelta(minutes=1)


SEGMENT = keys.segment(number(0), "a.ts")
SOON = "2026-01-15"  # what is hidden by then is not to be removed yet


def just_deleted(*, window_days: int = 7) -> DeletionsSetup:
    """A video that was deleted a while ago, and its source."""
    setup = DeletionsSetup(window_days=window_days)
    setup.removals.deleted_at = {number(0): "2026-01-01"}
    setup.uploads.put(keys.upload(number(0)), b"x", content_type="x/y")
    return setup


def test_a_deleted_video_of_which_nothing_is_served_is_hidden_and_keeps_the_rest() -> None:
    setup = just_deleted()
    assert (setup.run(ago=SOON)["hidden"], setup.ordered) == (1, [])
    assert list(setup.removals.hidden("9")) == [number(0)]
    assert list(setup.uploads.keys("")) == [keys.upload(number(0))]


def test_what_is_still_served_is_hidden_again_once_an_hour() -> None:
    setup = just_deleted()
    setup.media.put(SEGMENT, b"x", content_type="x/y")
    assert [setup.run(ago=SOON)["hidden"] for _ in range(2)] == [0, 0]
    assert setup.ordered == [number(0)]
    setup.media.delete(SEGMENT)
    assert setup.run(ago=SOON)["hidden"] == 1


def test_a_video_that_is_to_be_restored_is_ordered_again_and_never_removed() -> None:
    setup = just_deleted()
    setup.removals.restoring.add(number(0))
    assert setup.run(ago=SOON) == {"hidden": 0, "deleted": 0, "failed": 0, "unused": 0}
    assert (setup.ordered, setup.removals.removed_at) == ([number(0)], {})


def test_old_versions_of_what_was_deleted_are_something_that_is_left() -> None:
    setup = hidden(1)
    setup.media.put(SEGMENT, b"x", content_type="x/y")
    setup.media.delete(SEGMENT)
    assert (setup.run()["deleted"], setup.ordered) == (0, [number(0)])


def test_without_a_window_all_of_a_deleted_video_is_removed_at_once() -> None:
    setup = just_deleted(window_days=0)
    assert (setup.run(ago=SOON)["hidden"], setup.ordered) == (0, [number(0)])
    assert number(0) in setup.removals.removed_at
