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
from reelway.video import Failure, Ladder, State, Video
from tests.support.doubles.fakes import FakeConnections, FakeSockets, FakeVideos
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO, VIDEO_ID

NOW_S = 1_800_000_000  # long after the fake videos' timestamps
OPENED_JUST_NOW = Connection(VIDEO_ID, "socket", NOW_S - 1, wants_progress=False)
WATCHING = replace(OPENED_JUST_NOW, connected_at=NOW_S - 600)
CURIOUS = replace(WATCHING, connection_id="curious", wants_progress=True)
UNREACHABLE = ProcessingInterrupted("socket_unreachable", "no answer")


@dataclass
class Room:
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
        self.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=Ladder.COMPLETE)
        return self.video

    def states_of(self, connection_id: str = "socket") -> list[str]:
        return [json.loads(message)["state"] for message in self.sockets.sent.get(connection_id, [])]


@pytest.fixture
def room() -> Room:
    return Room()


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


def test_the_first_message_is_the_present_state(room: Room) -> None:
    room.process()
    room.enter(OPENED_JUST_NOW)
    room.pusher.greet(OPENED_JUST_NOW)
    assert room.states_of() == ["PROCESSING"]


def test_a_socket_hears_every_state_in_order_and_none_twice(room: Room) -> None:
    room.enter(WATCHING)
    room.pusher.greet(WATCHING)
    processing = room.process()
    ready = room.finish()
    for video in (processing, processing, ready):
        room.pusher.announce(video)
    assert room.states_of() == ["UPLOADED", "PROCESSING", "READY"]


def test_a_stream_record_that_is_late_is_not_told(room: Room) -> None:
    uploaded, processing = room.video, room.process()
    room.enter(WATCHING)
    room.pusher.announce(processing)
    room.pusher.announce(uploaded)
    room.pusher.greet(WATCHING)
    assert room.states_of() == ["PROCESSING"]


def hold(room: Room, connection: Connection) -> None:
    """As if another function had claimed the first version, and were about to send it."""
    assert room.connections.claim(connection, version=1, progress=0.0) is Claim.GRANTED


@pytest.mark.parametrize("connection", [OPENED_JUST_NOW, WATCHING])
def test_a_change_waits_for_a_message_that_is_on_the_way(room: Room, connection: Connection) -> None:
    room.enter(connection)
    hold(room, connection)
    processing = room.process()

    def finish_sending(delay_s: float) -> None:
        room.slept_s.append(delay_s)
        assert room.states_of() == []
        if len(room.slept_s) == 2:
            room.connections.done(connection, version=1)

    room.pusher_that_sleeps(finish_sending).announce(processing)
    assert len(room.slept_s) == 2
    assert room.states_of() == ["PROCESSING"]


@pytest.mark.parametrize("is_changed", [True, False])
def test_what_a_sender_that_died_did_not_say_is_said_by_the_retry(room: Room, is_changed: bool) -> None:
    room.enter(OPENED_JUST_NOW)
    hold(room, OPENED_JUST_NOW)
    video = room.process() if is_changed else room.video
    with pytest.raises(ProcessingInterrupted):
        room.pusher.announce(video)
    assert room.states_of() == []
    room.connections.now_s += 6
    room.pusher.announce(video)
    assert room.states_of() == ["PROCESSING" if is_changed else "UPLOADED"]


def test_a_change_does_not_wait_for_a_socket_that_nobody_greets_yet(room: Room) -> None:
    room.enter(OPENED_JUST_NOW)
    room.pusher.announce(room.process())
    room.pusher.greet(OPENED_JUST_NOW)
    assert room.slept_s == []
    assert room.states_of() == ["PROCESSING"]


@pytest.mark.parametrize("is_greeting", [True, False])
def test_a_socket_is_free_for_changes_when_its_message_was_sent(room: Room, is_greeting: bool) -> None:
    room.enter(WATCHING)
    (room.pusher.greet if is_greeting else room.pusher.repeat)(WATCHING)
    room.pusher.announce(room.process())
    assert room.slept_s == []
    assert room.states_of() == ["UPLOADED", "PROCESSING"]


def test_a_socket_that_has_left_is_not_greeted(room: Room) -> None:
    room.pusher.greet(OPENED_JUST_NOW)
    assert room.sockets.sent == {}


def test_a_socket_on_an_unknown_video_is_not_greeted(room: Room) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID)
    room.enter(stranger)
    room.pusher.greet(stranger)
    assert room.sockets.sent == {}


def test_only_sockets_on_the_video_are_told(room: Room) -> None:
    room.enter(WATCHING, replace(WATCHING, video_id=UNKNOWN_ID, connection_id="elsewhere"))
    room.pusher.announce(room.process())
    assert list(room.sockets.sent) == ["socket"]


@pytest.mark.parametrize("is_failure", [False, True])
def test_after_a_final_state_the_socket_is_closed_and_forgotten(room: Room, is_failure: bool) -> None:
    room.enter(WATCHING)
    room.process()
    if is_failure:
        room.videos.fail(VIDEO_ID, Failure("no_video", "none"))
    else:
        room.finish()
    room.pusher.announce(room.video)
    assert room.states_of() == ["FAILED" if is_failure else "READY"]
    assert room.sockets.closed == ["socket"]
    assert room.connections.rows == {}


def test_before_a_final_state_no_socket_is_closed(room: Room) -> None:
    room.enter(WATCHING)
    room.pusher.announce(room.process())
    assert room.sockets.closed == []
    assert list(room.connections.all()) == [WATCHING]


def test_a_socket_that_is_still_opening_is_tried_again(room: Room) -> None:
    room.enter(OPENED_JUST_NOW)
    room.sockets.opening["socket"] = 3
    room.pusher.greet(OPENED_JUST_NOW)
    assert room.states_of() == ["UPLOADED"]
    assert len(room.slept_s) == 3
    assert room.slept_s == sorted(room.slept_s)
    assert list(room.connections.all()) == [OPENED_JUST_NOW]


def test_a_socket_that_opens_slowly_is_left_to_a_retry(room: Room) -> None:
    room.enter(OPENED_JUST_NOW)
    room.sockets.opening["socket"] = 7
    with pytest.raises(ProcessingInterrupted):
        room.pusher.greet(OPENED_JUST_NOW)
    room.pusher.greet(OPENED_JUST_NOW)
    assert room.states_of() == ["UPLOADED"]


def test_a_socket_that_never_opens_is_forgotten_in_the_end(room: Room) -> None:
    room.enter(OPENED_JUST_NOW)
    room.sockets.gone.add("socket")
    with pytest.raises(ProcessingInterrupted):
        room.pusher.greet(OPENED_JUST_NOW)
    room.now_s += 10
    room.pusher.greet(OPENED_JUST_NOW)
    assert room.states_of() == []
    assert room.connections.rows == {}


def test_a_socket_that_has_been_open_and_is_gone_is_forgotten_at_once(room: Room) -> None:
    room.enter(WATCHING)
    room.sockets.gone.add("socket")
    room.pusher.announce(room.process())
    assert room.slept_s == []
    assert room.connections.rows == {}


def test_one_gone_socket_does_not_keep_the_others_from_hearing(room: Room) -> None:
    room.enter(replace(WATCHING, connection_id="gone"), WATCHING)
    room.sockets.gone.add("gone")
    room.pusher.announce(room.process())
    assert room.states_of() == ["PROCESSING"]


def test_one_unreachable_socket_does_not_keep_the_others_from_hearing(room: Room) -> None:
    room.enter(replace(WATCHING, connection_id="unreachable"), WATCHING)
    room.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        room.pusher.announce(room.process())
    assert room.states_of() == ["PROCESSING"]


def test_a_socket_that_hangs_keeps_no_other_waiting_where_several_are_told_at_once(room: Room) -> None:
    everyone_else_heard = threading.Event()

    class Sockets(FakeSockets):
        def send(self, connection_id: str, message: str) -> bool:
            if connection_id == "hanging":
                assert everyone_else_heard.wait(5)
            is_there = super().send(connection_id, message)
            if connection_id == "socket":
                everyone_else_heard.set()
            return is_there

    room.sockets = Sockets()
    room.enter(replace(WATCHING, connection_id="hanging"), WATCHING)
    with ThreadPoolExecutor(2) as pool:
        Pusher(room.videos, room.connections, room.sockets, for_each=pool.map).announce(room.process())
    assert room.states_of("hanging") == room.states_of() == ["PROCESSING"]


def test_all_that_are_told_at_once_have_heard_a_change_before_the_next(room: Room) -> None:
    crowd = [replace(CURIOUS, connection_id=str(number)) for number in range(40)]
    room.enter(*crowd)
    with ThreadPoolExecutor(8) as pool:
        pusher = Pusher(room.videos, room.connections, room.sockets, for_each=pool.map)
        video = room.process()
        for progress in (0.0, 0.5, 0.9):
            pusher.announce(replace(video, progress=progress), only_progress=progress > 0)
    for connection in crowd:
        heard = [json.loads(message)["progress"] for message in room.sockets.sent[connection.connection_id]]
        assert heard == [0.0, 0.5, 0.9]


def test_a_send_that_fails_gives_the_claim_back_so_that_a_retry_sends_it(room: Room) -> None:
    room.enter(WATCHING)
    video = room.process()
    room.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        room.pusher.announce(video)
    room.pusher.announce(video)
    assert room.states_of() == ["PROCESSING"]


def test_a_final_state_is_not_told_again_when_only_the_closing_failed(room: Room) -> None:
    room.enter(WATCHING)
    room.process()
    ready = room.finish()
    room.sockets.close_failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        room.pusher.announce(ready)
    room.pusher.announce(ready)
    assert room.states_of() == ["READY"]
    room.pusher.repeat(WATCHING)
    assert room.sockets.closed == ["socket"]
    assert room.connections.rows == {}


def test_progress_is_told_only_to_those_that_asked(room: Room) -> None:
    room.enter(WATCHING, CURIOUS)
    video = room.process()
    room.pusher.announce(video)
    room.pusher.announce(replace(video, progress=0.5), only_progress=True)
    assert room.states_of() == ["PROCESSING"]
    assert [json.loads(m)["progress"] for m in room.sockets.sent["curious"]] == [0.0, 0.5]


def test_progress_never_goes_back_or_repeats(room: Room) -> None:
    room.enter(CURIOUS)
    video = room.process()
    for progress in (0.5, 0.25, 0.5, 0.75):
        room.pusher.announce(replace(video, progress=progress), only_progress=True)
    assert [json.loads(m)["progress"] for m in room.sockets.sent["curious"]] == [0.5, 0.75]


def test_repeating_says_the_present_state_again(room: Room) -> None:
    room.enter(WATCHING)
    room.pusher.announce(room.process())
    room.pusher.repeat(WATCHING)
    assert room.states_of() == ["PROCESSING", "PROCESSING"]


def test_repeating_tells_a_final_state_that_was_never_told_and_closes_the_socket(room: Room) -> None:
    room.enter(WATCHING)
    room.process()
    room.finish()
    room.pusher.repeat(WATCHING)
    assert room.states_of() == ["READY"]
    assert room.sockets.closed == ["socket"]
    assert room.connections.rows == {}


def test_repeating_leaves_a_final_state_to_the_push_that_is_telling_it(room: Room) -> None:
    room.enter(WATCHING)
    room.process()
    ready = room.finish()
    room.now_s = datetime.fromisoformat(ready.updated_at).timestamp() + 1
    room.connections.claim(WATCHING, version=ready.version, progress=ready.progress)
    with pytest.raises(ProcessingInterrupted):
        room.pusher.repeat(replace(WATCHING, connected_at=0))
    room.connections.done(WATCHING, version=ready.version)
    room.pusher.repeat(replace(WATCHING, connected_at=0))
    assert room.sockets.sent == {}
    assert room.sockets.closed == []


def test_repeating_leaves_a_socket_that_is_just_opening_alone(room: Room) -> None:
    room.enter(OPENED_JUST_NOW)
    room.sockets.gone.add("socket")
    room.pusher.repeat(OPENED_JUST_NOW)
    assert list(room.connections.all()) == [OPENED_JUST_NOW]


def test_repeating_never_says_an_older_state(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.enter(WATCHING)
    uploaded = room.video
    room.pusher.announce(room.process())
    monkeypatch.setattr(FakeVideos, "find", lambda self, video_id: uploaded)
    room.pusher.repeat(WATCHING)
    assert room.states_of() == ["PROCESSING"]


def test_repeating_forgets_sockets_that_are_gone_or_watch_nothing(room: Room) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID, connection_id="stranger")
    room.enter(WATCHING, stranger)
    room.sockets.gone.add("socket")
    room.pusher.repeat(WATCHING)
    room.pusher.repeat(stranger)
    assert room.connections.rows == {}
    assert room.sockets.sent == {}


def test_sockets_on_a_deleted_video_are_closed_without_a_word(room: Room) -> None:
    room.enter(WATCHING, CURIOUS)
    room.videos.delete(VIDEO_ID)
    room.pusher.dismiss(VIDEO_ID)
    assert sorted(room.sockets.closed) == ["curious", "socket"]
    assert list(room.connections.all()) == []


def test_a_socket_that_comes_just_after_a_deletion_is_closed(room: Room) -> None:
    room.enter(OPENED_JUST_NOW)
    room.videos.delete(VIDEO_ID)
    room.pusher.greet(OPENED_JUST_NOW)
    assert room.sockets.closed == ["socket"]
