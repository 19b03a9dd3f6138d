"""Listeners of the tests' own take the place that a third one would: a class with `on_change`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from changes.change import Change
from changes.dispatch import Dispatcher, Listener
from changes.removal import RemovalListener
from changes.sockets import SocketsListener
from reelway.errors import ProcessingInterrupted, ReelwayError, StorageFailed
from reelway.ports.connections import Connection
from reelway.video import State
from tests.support.doubles.fakes.connections import FakeConnections, FakeSockets
from tests.support.samples import UNKNOWN_ID, VIDEO, VIDEO_ID
from tests.unit.changes.broadcasting import broadcast_to


def change(version: int, video_id: str = VIDEO_ID) -> Change:
    """The write that made this version of a video, out of the one before."""
    after = replace(VIDEO, video_id=video_id, version=version)
    return Change(video_id, replace(after, version=version - 1), after)


@dataclass
class EventsListener:
    """Takes (video, version), but for those in `fails_on`."""

    fails_on: set[tuple[str, int]] = field(default_factory=set)
    taken: list[tuple[str, int]] = field(default_factory=list)
    error: Exception = field(default_factory=lambda: StorageFailed("storage_failed", "no"))

    def on_change(self, change: Change) -> None:
        assert change.after
        event = (change.video_id, change.after.version)
        if event in self.fails_on:
            raise self.error
        self.taken.append(event)


def deliver(changes: Sequence[Change], *listeners: Listener) -> list[int]:
    """One delivery of a batch; the places of the changes that failed."""
    dispatcher = Dispatcher(listeners)
    failed = []
    for place, one in enumerate(changes):
        try:
            dispatcher.dispatch(one)
        except ExceptionGroup:
            failed.append(place)
    return failed


def deliver_until_taken(changes: Sequence[Change], *listeners: Listener, mend: EventsListener) -> None:
    """As Lambda does: again from the first failure on. `mend` fails in the first delivery only."""
    failed = deliver(changes, *listeners)
    mend.fails_on.clear()
    assert deliver(changes[failed[0] :], *listeners) == []


def test_every_listener_is_handed_every_change_in_order() -> None:
    first, second = EventsListener(), EventsListener()
    assert deliver([change(2), change(2, UNKNOWN_ID), change(3)], first, second) == []
    assert first.taken == second.taken == [(VIDEO_ID, 2), (UNKNOWN_ID, 2), (VIDEO_ID, 3)]


def test_after_a_failure_later_changes_of_that_video_wait_for_the_retry() -> None:
    listener = EventsListener(fails_on={(VIDEO_ID, 2)})
    assert deliver([change(2), change(3), change(4)], listener) == [0, 1, 2]
    assert listener.taken == []


def test_changes_of_other_videos_are_not_held_up() -> None:
    listener = EventsListener(fails_on={(VIDEO_ID, 2)})
    assert deliver([change(2), change(2, UNKNOWN_ID), change(3), change(3, UNKNOWN_ID)], listener) == [0, 2]
    assert listener.taken == [(UNKNOWN_ID, 2), (UNKNOWN_ID, 3)]


def test_the_next_batch_is_not_held_up_by_the_last_one() -> None:
    listener = EventsListener(fails_on={(VIDEO_ID, 2)})
    batch = [change(2), change(3)]
    deliver_until_taken(batch, listener, mend=listener)
    assert listener.taken == [(VIDEO_ID, 2), (VIDEO_ID, 3)]


@pytest.mark.parametrize("is_failing_first", [True, False])
def test_one_listeners_failure_keeps_no_change_from_another(is_failing_first: bool) -> None:
    failing, other = EventsListener(fails_on={(VIDEO_ID, 2)}), EventsListener()
    listeners = (failing, other) if is_failing_first else (other, failing)
    assert deliver([change(2), change(3)], *listeners) == [0, 1]
    assert (failing.taken, other.taken) == ([], [(VIDEO_ID, 2), (VIDEO_ID, 3)])


def test_after_a_retry_each_listener_has_taken_all_in_order_and_only_the_retried_ones_twice() -> None:
    failing, other = EventsListener(fails_on={(VIDEO_ID, 3)}), EventsListener()
    batch = [change(2), change(3), change(2, UNKNOWN_ID), change(4)]
    deliver_until_taken(batch, failing, other, mend=failing)
    whole = [(VIDEO_ID, 2), (VIDEO_ID, 3), (UNKNOWN_ID, 2), (VIDEO_ID, 4)]
    assert other.taken == whole + whole[1:]
    assert failing.taken == [(VIDEO_ID, 2), (UNKNOWN_ID, 2), *whole[1:]]


@pytest.mark.parametrize("error", [ProcessingInterrupted("socket_busy", "x"), KeyError("bug")])
def test_all_failures_are_reported_together_whatever_they_are(error: Exception) -> None:
    failing = [EventsListener(fails_on={(VIDEO_ID, 2)}, error=error) for _ in range(2)]
    with pytest.raises(ExceptionGroup) as raised:
        Dispatcher([*failing, EventsListener()]).dispatch(change(2))
    assert raised.value.exceptions == (error, error)
    assert "2 of 3 listeners" in str(raised.value)


@dataclass
class System:
    """The listeners that there are, on a socket, and one more."""

    connections: FakeConnections = field(default_factory=FakeConnections)
    sockets: FakeSockets = field(default_factory=FakeSockets)
    ordered: list[str] = field(default_factory=list)
    order_failures: list[ReelwayError] = field(default_factory=list)
    events: EventsListener = field(default_factory=EventsListener)

    def __post_init__(self) -> None:
        self.connections.add(Connection(VIDEO_ID, "socket", 0, wants_progress=False))
        broadcast = broadcast_to(self.connections, self.sockets)
        self.listeners = (SocketsListener(broadcast), RemovalListener(self.order_removal), self.events)

    def order_removal(self, video_id: str, execution: str) -> None:
        if self.order_failures:
            raise self.order_failures.pop()
        self.ordered.append(video_id)


def a_whole_life() -> list[Change]:
    processing = replace(VIDEO, version=2, state=State.PROCESSING)
    ready = replace(VIDEO, version=3, state=State.READY)
    return [Change(VIDEO_ID, VIDEO, processing), Change(VIDEO_ID, processing, ready)]


def test_a_third_listener_takes_its_place_beside_the_others() -> None:
    system = System()
    assert deliver(a_whole_life(), *system.listeners) == []
    assert len(system.sockets.sent["socket"]) == 2
    assert system.events.taken == [(VIDEO_ID, 2), (VIDEO_ID, 3)]


def test_a_third_listener_that_fails_makes_no_socket_miss_or_repeat_a_message() -> None:
    system = System()
    system.events.fails_on.add((VIDEO_ID, 2))
    deliver_until_taken(a_whole_life(), *system.listeners, mend=system.events)
    assert len(system.sockets.sent["socket"]) == 2
    assert system.events.taken == [(VIDEO_ID, 2), (VIDEO_ID, 3)]


def test_a_stream_that_is_read_again_from_its_beginning_repeats_no_message() -> None:
    """A mapping that is made anew starts at TRIM_HORIZON: up to 24 h of records come again."""
    system = System()
    processing, ready = a_whole_life()
    assert deliver([processing], *system.listeners) == []
    assert deliver([processing, processing, ready], *system.listeners) == []
    assert deliver([processing, ready], *system.listeners) == []
    assert len(system.sockets.sent["socket"]) == 2


def test_a_removal_that_cannot_be_ordered_does_not_disturb_the_sockets() -> None:
    system = System()
    deletion = Change(VIDEO_ID, VIDEO, None, removal=VIDEO_ID)
    system.order_failures.append(ProcessingInterrupted("queue", "no answer"))
    sockets, removal, _ = system.listeners
    assert deliver([deletion], sockets, removal) == [0]
    assert system.sockets.closed == ["socket"]
    assert deliver([deletion], sockets, removal) == []
    assert system.ordered == [VIDEO_ID]


def test_only_the_deletion_of_a_video_orders_its_removal() -> None:
    system = System()
    _, removal, _ = system.listeners
    deletion = Change(VIDEO_ID, VIDEO, None, removal=VIDEO_ID)
    later_write = Change(VIDEO_ID, None, None)
    assert deliver([*a_whole_life(), deletion, later_write], removal) == []
    assert system.ordered == [VIDEO_ID]
