"""An API that is slow to take messages: the real table, the API's real adapter, and a clock of the test's."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.websocket_api import ApiGatewaySockets
from reelway.errors import ProcessingInterrupted
from reelway.live_status.delivery import Delivery, Outcome
from reelway.ports.connections import Connection
from reelway.video import State
from tests.support.doubles import moto_aws
from tests.support.samples import VIDEO, VIDEO_ID

NOW_S = 1_800_000_000.0
READ_TIMEOUT_S, CONNECT_TIMEOUT_S = 2.0, 1.0  # as `wiring.sockets` sets them
SOCKET = Connection(VIDEO_ID, "socket", int(NOW_S) - 600, wants_progress=True)
PROCESSING = replace(VIDEO, version=2, state=State.PROCESSING)


class Gone(Exception):
    pass


@dataclass
class World:
    """One socket, and senders that share its row. `at` has what happens once the clock has got there."""

    now_s: float = NOW_S
    heard: list[str] = field(default_factory=list)
    at: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.table = ConnectionsTable(
            moto_aws.client("dynamodb"), moto_aws.CONNECTIONS, now_s=lambda: self.now_s
        )
        self.table.add(SOCKET)

    def sender(self, *answers: Callable[[str], None]) -> Delivery:
        """Whose calls of the API are answered by these, and then well."""
        sockets = ApiGatewaySockets(Api(self, list(answers)), now_s=lambda: self.now_s, sleep=self.wait)  # type: ignore[arg-type]
        return Delivery(self.table, sockets, now_s=lambda: self.now_s, sleep=self.wait)

    def wait(self, seconds: float) -> None:
        end_s = self.now_s + seconds
        while due := sorted((entry for entry in self.at if entry[0] <= end_s), key=lambda entry: entry[0]):
            self.at.remove(due[0])
            self.now_s = max(self.now_s, due[0][0])
            due[0][1]()
        self.now_s = max(self.now_s, end_s)

    def hear(self, state: str) -> None:
        self.heard.append(state)

    def times_out(self, state: str) -> None:
        self.wait(READ_TIMEOUT_S)
        raise ReadTimeoutError(endpoint_url="x")

    def takes_it_late(self, state: str) -> None:
        """The caller gets no answer in time; the API has the message all the same, and sends it."""
        self.at.append((self.now_s + READ_TIMEOUT_S + 1, lambda: self.hear(state)))
        self.times_out(state)

    def cannot_be_reached(self, state: str) -> None:
        self.wait(CONNECT_TIMEOUT_S)
        raise ConnectTimeoutError(endpoint_url="x")

    def is_throttled(self, state: str) -> None:
        self.wait(0.3)
        raise ClientError({"Error": {"Code": "LimitExceededException"}}, "PostToConnection")

    def tell(self, sender: Delivery, state: State) -> None:
        """Another sender's try at this moment; it comes again when the socket is busy."""
        video = PROCESSING if state is State.PROCESSING else VIDEO
        try:
            sender.send(SOCKET, video)
        except ProcessingInterrupted:
            self.at.append((self.now_s + 3, lambda: self.tell(sender, state)))


@dataclass
class Api:
    world: World
    answers: list[Callable[[str], None]]

    class exceptions:  # noqa: N801  boto3's name
        GoneException = Gone

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803  boto3's names
        state = json.loads(Data)["state"]
        if self.answers:
            self.answers.pop(0)(state)
        self.world.hear(state)

    def delete_connection(self, **asked: Any) -> None: ...


@pytest.fixture
def world(mocked_aws: None) -> World:
    moto_aws.make_tables()
    return World()


@pytest.mark.parametrize(
    "fault", [World.times_out, World.takes_it_late, World.cannot_be_reached, World.is_throttled]
)
@pytest.mark.parametrize("after_s", [0.5, 2.5, 4.5, 6, 8, 11])
@pytest.mark.parametrize("faults", [1, 3, 6])
def test_no_state_is_told_backwards_however_slow_the_api_is(
    world: World, fault: Callable[[World, str], None], after_s: float, faults: int
) -> None:
    """The greeting meets faults; meanwhile the next state is told by another sender."""
    world.at.append((NOW_S + after_s, lambda: world.tell(world.sender(), State.PROCESSING)))
    greeting = world.sender(*faults * [lambda state: fault(world, state)])
    world.tell(greeting, State.UPLOADED)
    world.wait(120)
    assert world.heard[-1] == "PROCESSING"
    assert world.heard == sorted(world.heard, key=["UPLOADED", "PROCESSING"].index)


def test_a_message_that_the_api_took_without_an_answer_is_not_overtaken(world: World) -> None:
    with pytest.raises(ProcessingInterrupted, match="socket_silent"):
        world.sender(world.takes_it_late).send(SOCKET, VIDEO)
    with pytest.raises(ProcessingInterrupted, match="socket_busy"):
        world.sender().send(SOCKET, PROCESSING)
    world.wait(10)
    assert world.sender().send(SOCKET, PROCESSING) is Outcome.SENT
    assert world.heard == ["UPLOADED", "PROCESSING"]


def test_a_sender_whose_claim_was_slow_to_be_written_does_not_use_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have run out by the time that the answer is there, and the socket be another sender's."""
    claim = world.table.claim

    def slowly(*args: Any, **kwargs: Any) -> Any:
        claimed = claim(*args, **kwargs)
        monkeypatch.setattr(world.table, "claim", claim)
        world.tell(world.sender(), State.PROCESSING)
        world.wait(30)
        return claimed

    monkeypatch.setattr(world.table, "claim", slowly)
    assert world.sender().send(SOCKET, VIDEO) is Outcome.NOT_NEEDED
    assert world.heard == ["PROCESSING"]


def test_giving_up_a_claim_that_has_run_out_does_not_take_back_the_next_ones(world: World) -> None:
    world.table.claim(SOCKET, "first", version=1, progress=0.0)
    world.wait(11)
    world.table.claim(SOCKET, "second", version=1, progress=0.0)
    world.table.release(SOCKET, "first")
    world.table.done(SOCKET, "first")
    with pytest.raises(ProcessingInterrupted, match="socket_busy"):
        world.sender().send(SOCKET, PROCESSING)


@pytest.mark.parametrize("fault", [World.times_out, World.is_throttled, World.cannot_be_reached])
def test_one_socket_keeps_a_sender_for_a_few_seconds_at_most(
    world: World, fault: Callable[[World, str], None]
) -> None:
    sender = world.sender(*100 * [lambda state: fault(world, state)])
    with pytest.raises(ProcessingInterrupted):
        sender.send(SOCKET, VIDEO)
    assert world.now_s - NOW_S < 6


def test_progress_does_not_go_back_after_a_message_that_could_not_be_sent(world: World) -> None:
    sender = world.sender()
    sender.send(SOCKET, replace(PROCESSING, progress=0.4))
    with pytest.raises(ProcessingInterrupted):
        world.sender(*20 * [world.is_throttled]).send(SOCKET, replace(PROCESSING, progress=0.5))
    assert sender.send(SOCKET, replace(PROCESSING, progress=0.3)) is Outcome.NOT_NEEDED
    assert sender.send(SOCKET, VIDEO, again=True) is Outcome.NOT_NEEDED
    assert sender.send(SOCKET, replace(PROCESSING, progress=0.5)) is Outcome.SENT
