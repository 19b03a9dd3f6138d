from dataclasses import dataclass, field

import pytest

from maintenance.deadline import Deadline
from maintenance.keep_alive import KeepAlive, Kept
from reelway.errors import ProcessingInterrupted
from reelway.ports.connections import Connection
from reelway.ports.open_sockets import Share
from reelway.video import Video
from tests.support.doubles.fakes.connections import FakeConnections
from tests.support.doubles.fakes.open_sockets import FakeOpenSockets
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

PLENTY = Deadline(lambda: 240.0)
NOW_S = 1_000_000.0


class Countdown:
    """A clock on which each look takes a second."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds

    def __call__(self) -> float:
        self.left_s -= 1
        return self.left_s


@dataclass
class KeepAliveSetup:
    """`number` sockets on one video, of which ten are a page."""

    number: int
    videos: FakeVideos = field(default_factory=FakeVideos)
    connections: FakeConnections = field(default_factory=FakeConnections)
    ordered: list[Share] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    logged: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    unreachable: set[str] = field(default_factory=set)
    now_s: float = NOW_S

    def __post_init__(self) -> None:
        self.sockets = FakeOpenSockets(self.connections, self.videos)
        self.videos.create(VIDEO_ID, size_bytes=1)
        for n in range(self.number):
            self.connections.add(Connection(VIDEO_ID, str(n), 0, wants_progress=False))

    def run(self, share: Share | None = None, deadline: Deadline = PLENTY) -> Kept:
        keep_alive = KeepAlive(
            self.sockets, self._repeat, self.ordered.append, self._log, self._log, now_s=lambda: self.now_s
        )
        return keep_alive.run(share, deadline)

    def run_all(self) -> float:
        """A round and all that it orders; the part of all sockets that was done."""
        done = self.run().done
        while self.ordered:
            done += self.run(self.ordered.pop(0)).done
        return done

    def _repeat(self, connection: Connection, video: Video | None) -> None:
        if connection.connection_id in self.unreachable:
            raise ProcessingInterrupted("socket_unreachable", "busy")
        assert video
        self.repeated.append(connection.connection_id)

    def _log(self, message: str, **about: object) -> None:
        self.logged.append((message, about))


def test_the_sockets_of_a_page_are_kept_open_at_once() -> None:
    setup = KeepAliveSetup(10)
    assert setup.run() == Kept(sockets=10, done=1.0)
    assert setup.ordered == []


def test_more_of_them_are_shared_out_and_each_is_kept_open_once() -> None:
    setup = KeepAliveSetup(205)
    assert setup.run() == Kept()
    assert [(share.index, share.count) for share in setup.ordered] == [(n, 10) for n in range(10)]
    setup.ordered.clear()
    assert setup.run_all() == pytest.approx(1.0)
    assert sorted(map(int, setup.repeated)) == list(range(205))


def test_a_run_stops_before_its_timeout_and_orders_what_is_left() -> None:
    setup = KeepAliveSetup(300)
    setup.run()
    share = setup.ordered[0]
    setup.ordered.clear()
    assert setup.run(share, Deadline(Countdown(20 + 15))).done == 0
    [left] = setup.ordered
    assert (left.index, left.count, left.until_s) == (0, 10, share.until_s)
    assert left.after == {"row": "10"}


def test_what_is_left_of_a_round_is_given_up_when_sockets_have_been_closed_anyway() -> None:
    setup = KeepAliveSetup(300)
    setup.now_s = NOW_S + 600
    setup.run(Share(until_s=NOW_S + 540, index=3, count=10), Deadline(lambda: 0.0))
    assert setup.ordered == []
    assert setup.logged == [("there was no time for all sockets", {"share": 3})]


def test_a_socket_that_cannot_be_reached_holds_up_no_other() -> None:
    setup = KeepAliveSetup(3)
    setup.unreachable.add("1")
    assert setup.run() == Kept(sockets=2, done=1.0)
    assert setup.repeated == ["0", "2"]
    assert setup.logged == [("a socket could not be reached", {"connection_id": "1"})]


def test_a_row_that_cannot_be_read_is_passed_over_counted_and_named() -> None:
    setup = KeepAliveSetup(3)
    setup.sockets.broken.add("1")
    assert setup.run() == Kept(sockets=2, unreadable=1, done=1.0)
    assert setup.logged == [("a record cannot be read", {"key": "1", "reason": "KeyError()"})]


def test_sockets_on_a_video_that_cannot_be_read_stay_open() -> None:
    setup = KeepAliveSetup(3)
    setup.videos.create(UNKNOWN_ID, size_bytes=1)
    setup.connections.add(Connection(UNKNOWN_ID, "other", 0, wants_progress=False))
    setup.sockets.broken.add(UNKNOWN_ID)
    assert setup.run() == Kept(sockets=3, unreadable=1, done=1.0)
    assert "other" not in setup.repeated
    assert len(setup.connections.rows) == 4
