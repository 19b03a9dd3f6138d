import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status import Pusher, message_of
from reelway.ports import Claim, Connection
from reelway.video import Failure, LadderState, State, Video
from tests.support.doubles.fakes import FakeConnections, FakeSockets, FakeVideos
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO, VIDEO_ID

NOW_S = 1_800_000_000  # long after the fake videos' timestamps
OPENED_JUST_NOW = Connection(VIDEO_ID, "socket", NOW_S - 1, wants_progress=False)
WATCHING = replace(OPENED_JUST_NOW, connected_at=NOW_S - 600)
CURIOUS = replace(WATCHING, connection_id="curious", wants_progress=True)
UNREACHABLE = ProcessingInterrupted("socket_unreachable", "no answer")


@dataclass
class PusherSetup:
    """One video, its sockets, and the pusher between them."""

    videos: FakeVideos = field(default_factory=FakeVideos)
    connections: FakeConnections = field(default_factory=FakeConnections)
    sockets: FakeSockets = field(default_factory=FakeSockets)
    slept_s: list[float] = field(default_factory=list)
    now_s: float = NOW_S

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.pusher = self.pusher_that_sleeps(self.slept_s.append)

    def pusher_that_sleeps(self, sleep: Callable[[float], None]) -> Pusher:
        return Pusher(self.videos, self.connections, self.sockets, now_s=lambda: self.now_s, sleep=sleep)

    def enter(self, *connections: Connection) -> None:
        for connection in connections:
            self.connections.add(connection)

    @property
    def video(self) -> Video:
        video = self.videos.find(VIDEO_ID)
        assert video
        return video

    def process(self) -> Video:
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
        return self.video

    def finish(self) -> Video:
        self.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.COMPLETE)
        return self.video

    def states_of(self, connection_id: str = "socket") -> list[str]:
        return [json.loads(message)["state"] for message in self.sockets.sent.get(connection_id, [])]


@pytest.fixture
def setup() -> PusherSetup:
    return PusherSetup()


def test_a_message_has_exactly_the_contracts_three_keys() -> None:
    assert json.loads(message_of(VIDEO, with_progress=False)) == {
        "videoId": VIDEO_ID,
        "state": "UPLOADED",
        "timestamp": VIDEO.updated_at,
    }


def test_progress_is_a_fourth_key_where_it_was_asked_for() -> None:
    video = replace(VIDEO, state=State.PROCESSING, progress=0.25)
    assert json.loads(message_of(video, with_progress=True))["progress"] == 0.25


def test_a_failure_adds_no_key() -> None:
    video = replace(VIDEO, state=State.FAILED, failure=Failure("no_video", "none"))
    assert set(json.loads(message_of(video, with_progress=False))) == {"videoId", "state", "timestamp"}


def test_the_first_message_is_the_present_state(setup: PusherSetup) -> None:
    setup.process()
    setup.enter(OPENED_JUST_NOW)
    setup.pusher.greet(OPENED_JUST_NOW)
    assert setup.states_of() == ["PROCESSING"]


def test_a_socket_hears_every_state_in_order_and_none_twice(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    setup.pusher.greet(WATCHING)
    processing = setup.process()
    ready = setup.finish()
    for video in (processing, processing, ready):
        setup.pusher.announce(video)
    assert setup.states_of() == ["UPLOADED", "PROCESSING", "READY"]


def test_a_stream_record_that_is_late_is_not_told(setup: PusherSetup) -> None:
    uploaded, processing = setup.video, setup.process()
    setup.enter(WATCHING)
    setup.pusher.announce(processing)
    setup.pusher.announce(uploaded)
    setup.pusher.greet(WATCHING)
    assert setup.states_of() == ["PROCESSING"]


def hold(setup: PusherSetup, connection: Connection) -> None:
    """As if another function had claimed the first version, and were about to send it."""
    assert setup.connections.claim(connection, version=1, progress=0.0) is Claim.GRANTED


@pytest.mark.parametrize("connection", [OPENED_JUST_NOW, WATCHING])
def test_a_change_waits_for_a_message_that_is_on_the_way(setup: PusherSetup, connection: Connection) -> None:
    setup.enter(connection)
    hold(setup, connection)
    processing = setup.process()

    def finish_sending(delay_s: float) -> None:
        setup.slept_s.append(delay_s)
        assert setup.states_of() == []
        if len(setup.slept_s) == 2:
            setup.connections.done(connection, version=1)

    setup.pusher_that_sleeps(finish_sending).announce(processing)
    assert len(setup.slept_s) == 2
    assert setup.states_of() == ["PROCESSING"]


@pytest.mark.parametrize("is_changed", [True, False])
def test_what_a_sender_that_died_did_not_say_is_said_by_the_retry(
    setup: PusherSetup, is_changed: bool
) -> None:
    setup.enter(OPENED_JUST_NOW)
    hold(setup, OPENED_JUST_NOW)
    video = setup.process() if is_changed else setup.video
    with pytest.raises(ProcessingInterrupted):
        setup.pusher.announce(video)
    assert setup.states_of() == []
    setup.connections.now_s += 6
    setup.pusher.announce(video)
    assert setup.states_of() == ["PROCESSING" if is_changed else "UPLOADED"]


def test_a_change_does_not_wait_for_a_socket_that_nobody_greets_yet(setup: PusherSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.pusher.announce(setup.process())
    setup.pusher.greet(OPENED_JUST_NOW)
    assert setup.slept_s == []
    assert setup.states_of() == ["PROCESSING"]


@pytest.mark.parametrize("is_greeting", [True, False])
def test_a_socket_is_free_for_changes_when_its_message_was_sent(
    setup: PusherSetup, is_greeting: bool
) -> None:
    setup.enter(WATCHING)
    (setup.pusher.greet if is_greeting else setup.pusher.repeat)(WATCHING)
    setup.pusher.announce(setup.process())
    assert setup.slept_s == []
    assert setup.states_of() == ["UPLOADED", "PROCESSING"]


def test_a_socket_that_has_left_is_not_greeted(setup: PusherSetup) -> None:
    setup.pusher.greet(OPENED_JUST_NOW)
    assert setup.sockets.sent == {}


def test_a_socket_on_an_unknown_video_is_not_greeted(setup: PusherSetup) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID)
    setup.enter(stranger)
    setup.pusher.greet(stranger)
    assert setup.sockets.sent == {}


def test_only_sockets_on_the_video_are_told(setup: PusherSetup) -> None:
    setup.enter(WATCHING, replace(WATCHING, video_id=UNKNOWN_ID, connection_id="elsewhere"))
    setup.pusher.announce(setup.process())
    assert list(setup.sockets.sent) == ["socket"]


@pytest.mark.parametrize("is_failure", [False, True])
def test_after_a_final_state_the_socket_is_closed_and_forgotten(setup: PusherSetup, is_failure: bool) -> None:
    setup.enter(WATCHING)
    setup.process()
    if is_failure:
        setup.videos.fail(VIDEO_ID, Failure("no_video", "none"))
    else:
        setup.finish()
    setup.pusher.announce(setup.video)
    assert setup.states_of() == ["FAILED" if is_failure else "READY"]
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_before_a_final_state_no_socket_is_closed(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    setup.pusher.announce(setup.process())
    assert setup.sockets.closed == []
    assert list(setup.connections.all()) == [WATCHING]


def test_a_socket_that_is_still_opening_is_tried_again(setup: PusherSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.opening["socket"] = 3
    setup.pusher.greet(OPENED_JUST_NOW)
    assert setup.states_of() == ["UPLOADED"]
    assert len(setup.slept_s) == 3
    assert setup.slept_s == sorted(setup.slept_s)
    assert list(setup.connections.all()) == [OPENED_JUST_NOW]


def test_a_socket_that_opens_slowly_is_left_to_a_retry(setup: PusherSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.opening["socket"] = 7
    with pytest.raises(ProcessingInterrupted):
        setup.pusher.greet(OPENED_JUST_NOW)
    setup.pusher.greet(OPENED_JUST_NOW)
    assert setup.states_of() == ["UPLOADED"]


def test_a_socket_that_never_opens_is_forgotten_in_the_end(setup: PusherSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.gone.add("socket")
    with pytest.raises(ProcessingInterrupted):
        setup.pusher.greet(OPENED_JUST_NOW)
    setup.now_s += 10
    setup.pusher.greet(OPENED_JUST_NOW)
    assert setup.states_of() == []
    assert setup.connections.rows == {}


def test_a_socket_that_has_been_open_and_is_gone_is_forgotten_at_once(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    setup.sockets.gone.add("socket")
    setup.pusher.announce(setup.process())
    assert setup.slept_s == []
    assert setup.connections.rows == {}


def test_one_gone_socket_does_not_keep_the_others_from_hearing(setup: PusherSetup) -> None:
    setup.enter(replace(WATCHING, connection_id="gone"), WATCHING)
    setup.sockets.gone.add("gone")
    setup.pusher.announce(setup.process())
    assert setup.states_of() == ["PROCESSING"]


def test_one_unreachable_socket_does_not_keep_the_others_from_hearing(setup: PusherSetup) -> None:
    setup.enter(replace(WATCHING, connection_id="unreachable"), WATCHING)
    setup.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.pusher.announce(setup.process())
    assert setup.states_of() == ["PROCESSING"]


def test_a_socket_that_hangs_keeps_no_other_waiting_where_several_are_told_at_once(
    setup: PusherSetup,
) -> None:
    everyone_else_heard = threading.Event()

    class Sockets(FakeSockets):
        def send(self, connection_id: str, message: str) -> bool:
            if connection_id == "hanging":
                assert everyone_else_heard.wait(5)
            is_there = super().send(connection_id, message)
            if connection_id == "socket":
                everyone_else_heard.set()
            return is_there

    setup.sockets = Sockets()
    setup.enter(replace(WATCHING, connection_id="hanging"), WATCHING)
    with ThreadPoolExecutor(2) as pool:
        Pusher(setup.videos, setup.connections, setup.sockets, for_each=pool.map).announce(setup.process())
    assert setup.states_of("hanging") == setup.states_of() == ["PROCESSING"]


def test_all_that_are_told_at_once_have_heard_a_change_before_the_next(setup: PusherSetup) -> None:
    crowd = [replace(CURIOUS, connection_id=str(number)) for number in range(40)]
    setup.enter(*crowd)
    with ThreadPoolExecutor(8) as pool:
        pusher = Pusher(setup.videos, setup.connections, setup.sockets, for_each=pool.map)
        video = setup.process()
        for progress in (0.0, 0.5, 0.9):
            pusher.announce(replace(video, progress=progress), only_progress=progress > 0)
    for connection in crowd:
        heard = [json.loads(message)["progress"] for message in setup.sockets.sent[connection.connection_id]]
        assert heard == [0.0, 0.5, 0.9]


def test_a_send_that_fails_gives_the_claim_back_so_that_a_retry_sends_it(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    video = setup.process()
    setup.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.pusher.announce(video)
    setup.pusher.announce(video)
    assert setup.states_of() == ["PROCESSING"]


def test_a_final_state_is_not_told_again_when_only_the_closing_failed(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    setup.process()
    ready = setup.finish()
    setup.sockets.close_failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.pusher.announce(ready)
    setup.pusher.announce(ready)
    assert setup.states_of() == ["READY"]
    setup.pusher.repeat(WATCHING)
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_progress_is_told_only_to_those_that_asked(setup: PusherSetup) -> None:
    setup.enter(WATCHING, CURIOUS)
    video = setup.process()
    setup.pusher.announce(video)
    setup.pusher.announce(replace(video, progress=0.5), only_progress=True)
    assert setup.states_of() == ["PROCESSING"]
    assert [json.loads(m)["progress"] for m in setup.sockets.sent["curious"]] == [0.0, 0.5]


def test_progress_never_goes_back_or_repeats(setup: PusherSetup) -> None:
    setup.enter(CURIOUS)
    video = setup.process()
    for progress in (0.5, 0.25, 0.5, 0.75):
        setup.pusher.announce(replace(video, progress=progress), only_progress=True)
    assert [json.loads(m)["progress"] for m in setup.sockets.sent["curious"]] == [0.5, 0.75]


def test_repeating_says_the_present_state_again(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    setup.pusher.announce(setup.process())
    setup.pusher.repeat(WATCHING)
    assert setup.states_of() == ["PROCESSING", "PROCESSING"]


def test_repeating_tells_a_final_state_that_was_never_told_and_closes_the_socket(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    setup.process()
    setup.finish()
    setup.pusher.repeat(WATCHING)
    assert setup.states_of() == ["READY"]
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_repeating_leaves_a_final_state_to_the_push_that_is_telling_it(setup: PusherSetup) -> None:
    setup.enter(WATCHING)
    setup.process()
    ready = setup.finish()
    setup.now_s = datetime.fromisoformat(ready.updated_at).timestamp() + 1
    setup.connections.claim(WATCHING, version=ready.version, progress=ready.progress)
    with pytest.raises(ProcessingInterrupted):
        setup.pusher.repeat(replace(WATCHING, connected_at=0))
    setup.connections.done(WATCHING, version=ready.version)
    setup.pusher.repeat(replace(WATCHING, connected_at=0))
    assert setup.sockets.sent == {}
    assert setup.sockets.closed == []


def test_repeating_leaves_a_socket_that_is_just_opening_alone(setup: PusherSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.gone.add("socket")
    setup.pusher.repeat(OPENED_JUST_NOW)
    assert list(setup.connections.all()) == [OPENED_JUST_NOW]


def test_repeating_never_says_an_older_state(setup: PusherSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.enter(WATCHING)
    uploaded = setup.video
    setup.pusher.announce(setup.process())
    monkeypatch.setattr(FakeVideos, "find", lambda self, video_id: uploaded)
    setup.pusher.repeat(WATCHING)
    assert setup.states_of() == ["PROCESSING"]


def test_repeating_forgets_sockets_that_are_gone_or_watch_nothing(setup: PusherSetup) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID, connection_id="stranger")
    setup.enter(WATCHING, stranger)
    setup.sockets.gone.add("socket")
    setup.pusher.repeat(WATCHING)
    setup.pusher.repeat(stranger)
    assert setup.connections.rows == {}
    assert setup.sockets.sent == {}


def test_sockets_on_a_deleted_video_are_closed_without_a_word(setup: PusherSetup) -> None:
    setup.enter(WATCHING, CURIOUS)
    setup.videos.delete(VIDEO_ID)
    setup.pusher.dismiss(VIDEO_ID)
    assert sorted(setup.sockets.closed) == ["curious", "socket"]
    assert list(setup.connections.all()) == []


def test_a_socket_that_comes_just_after_a_deletion_is_closed(setup: PusherSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.videos.delete(VIDEO_ID)
    setup.pusher.greet(OPENED_JUST_NOW)
    assert setup.sockets.closed == ["socket"]
