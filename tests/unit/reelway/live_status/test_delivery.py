import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status.delivery import Delivery, Outcome
from reelway.live_status.telling import message_to
from reelway.ports.connections import Claim, Connection
from reelway.video import State
from tests.support.doubles.fakes.connections import FakeConnections, FakeSockets
from tests.support.samples import VIDEO, VIDEO_ID

NOW_S = 1_800_000_000
CONNECTION = Connection(VIDEO_ID, "socket", NOW_S - 600, wants_progress=False)


@dataclass
class DeliverySetup:
    """One socket that has been open for a while."""

    connections: FakeConnections = field(default_factory=FakeConnections)
    sockets: FakeSockets = field(default_factory=FakeSockets)

    def __post_init__(self) -> None:
        self.connections.add(CONNECTION)
        self.delivery = self.delivery_that_sleeps(lambda pause_s: None)

    def delivery_that_sleeps(self, sleep: Callable[[float], None]) -> Delivery:
        return Delivery(self.connections, self.sockets, now_s=lambda: NOW_S, sleep=sleep)


@pytest.fixture
def setup() -> DeliverySetup:
    return DeliverySetup()


def test_a_version_is_sent_once(setup: DeliverySetup) -> None:
    outcomes = [setup.delivery.send(CONNECTION, VIDEO) for _ in range(2)]
    assert outcomes == [Outcome.SENT, Outcome.NOT_NEEDED]
    assert len(setup.sockets.sent["socket"]) == 1


def test_the_last_version_is_sent_again_where_that_is_asked_for(setup: DeliverySetup) -> None:
    setup.delivery.send(CONNECTION, VIDEO)
    assert setup.delivery.send(CONNECTION, VIDEO, again=True) is Outcome.SENT
    assert len(setup.sockets.sent["socket"]) == 2


def test_a_socket_that_is_gone_is_reported_and_forgotten(setup: DeliverySetup) -> None:
    setup.sockets.gone.add("socket")
    assert setup.delivery.send(CONNECTION, VIDEO) is Outcome.SOCKET_GONE
    assert setup.connections.rows == {}


def test_two_senders_of_two_versions_never_send_the_older_one_last(setup: DeliverySetup) -> None:
    """The sender of version 1 has claimed it and is slow; that of version 2 waits until it is done."""
    assert setup.connections.claim(CONNECTION, "other", version=1, progress=0.0) is Claim.GRANTED
    newer = replace(VIDEO, version=2, state=State.PROCESSING)

    def slow_sender(pause_s: float) -> None:
        setup.sockets.send("socket", message_to(CONNECTION, VIDEO))
        setup.connections.done(CONNECTION, "other")

    assert setup.delivery_that_sleeps(slow_sender).send(CONNECTION, newer) is Outcome.SENT
    states = [json.loads(message)["state"] for message in setup.sockets.sent["socket"]]
    assert states == ["UPLOADED", "PROCESSING"]


def test_a_busy_socket_is_tried_after_the_last_pause_too(setup: DeliverySetup) -> None:
    setup.connections.claim(CONNECTION, "other", version=1, progress=0.0)
    pauses_s: list[float] = []

    def sent_at_the_last_pause(pause_s: float) -> None:
        pauses_s.append(pause_s)
        if len(pauses_s) == 5:
            setup.connections.done(CONNECTION, "other")

    delivery = setup.delivery_that_sleeps(sent_at_the_last_pause)
    assert delivery.send(CONNECTION, replace(VIDEO, version=2)) is Outcome.SENT
    assert len(pauses_s) == 5


def test_a_socket_that_stays_busy_interrupts_and_can_be_sent_to_later(setup: DeliverySetup) -> None:
    setup.connections.claim(CONNECTION, "other", version=1, progress=0.0)
    newer = replace(VIDEO, version=2)
    with pytest.raises(ProcessingInterrupted, match="socket_busy"):
        setup.delivery.send(CONNECTION, newer)
    setup.connections.done(CONNECTION, "other")
    assert setup.delivery.send(CONNECTION, newer) is Outcome.SENT
