import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status.announcer import Announcer
from reelway.ports.connections import Claim, Connection
from reelway.video import Failure, LadderState, Video
from tests.support.doubles.fakes import FakeConnections, FakeSockets, FakeVideos
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID

NOW_S = 1_800_000_000  # long after the fake videos' timestamps
OPENED_JUST_NOW = Connection(VIDEO_ID, "socket", NOW_S - 1, wants_progress=False)
WATCHING = replace(OPENED_JUST_NOW, connected_at=NOW_S - 600)
CURIOUS = replace(WATCHING, connection_id="curious", wants_progress=True)
UNREACHABLE = ProcessingInterrupted("socket_unreachable", "no answer")


@dataclass
class AnnouncerSetup:
    """One video, its sockets, and the announcer between them."""

    videos: FakeVideos = field(default_factory=FakeVideos)
    connections: FakeConnections = field(default_factory=FakeConnections)
    sockets: FakeSockets = field(default_factory=FakeSockets)
    slept_s: list[float] = field(default_factory=list)
    now_s: float = NOW_S

    def __post_init__(self) -> None:
        self.videos.create(VIDEO_ID, size_bytes=1)
        self.announcer = self.announcer_that_sleeps(self.slept_s.append)

    def announcer_that_sleeps(self, sleep: Callable[[float], None]) -> Announcer:
        return Announcer(self.videos, self.connections, self.sockets, now_s=lambda: self.now_s, sleep=sleep)

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
def setup() -> AnnouncerSetup:
    return AnnouncerSetup()


def test_the_first_message_is_the_present_state(setup: AnnouncerSetup) -> None:
    setup.process()
    setup.enter(OPENED_JUST_NOW)
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.states_of() == ["PROCESSING"]


def test_a_socket_is_sent_every_state_in_order_and_none_twice(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.announcer.greet(WATCHING)
    processing = setup.process()
    ready = setup.finish()
    for video in (processing, processing, ready):
        setup.announcer.announce(video)
    assert setup.states_of() == ["UPLOADED", "PROCESSING", "READY"]


def test_a_stream_record_that_is_late_is_not_sent(setup: AnnouncerSetup) -> None:
    uploaded, processing = setup.video, setup.process()
    setup.enter(WATCHING)
    setup.announcer.announce(processing)
    setup.announcer.announce(uploaded)
    setup.announcer.greet(WATCHING)
    assert setup.states_of() == ["PROCESSING"]


def hold(setup: AnnouncerSetup, connection: Connection) -> None:
    """As if another function had claimed the first version, and were about to send it."""
    assert setup.connections.claim(connection, version=1, progress=0.0) is Claim.GRANTED


@pytest.mark.parametrize("connection", [OPENED_JUST_NOW, WATCHING])
def test_a_change_waits_for_a_message_that_is_on_the_way(
    setup: AnnouncerSetup, connection: Connection
) -> None:
    setup.enter(connection)
    hold(setup, connection)
    processing = setup.process()

    def finish_sending(delay_s: float) -> None:
        setup.slept_s.append(delay_s)
        assert setup.states_of() == []
        if len(setup.slept_s) == 2:
            setup.connections.done(connection, version=1)

    setup.announcer_that_sleeps(finish_sending).announce(processing)
    assert len(setup.slept_s) == 2
    assert setup.states_of() == ["PROCESSING"]


@pytest.mark.parametrize("is_changed", [True, False])
def test_the_retry_sends_what_a_sender_that_died_did_not(setup: AnnouncerSetup, is_changed: bool) -> None:
    setup.enter(OPENED_JUST_NOW)
    hold(setup, OPENED_JUST_NOW)
    video = setup.process() if is_changed else setup.video
    with pytest.raises(ProcessingInterrupted):
        setup.announcer.announce(video)
    assert setup.states_of() == []
    setup.connections.now_s += 6
    setup.announcer.announce(video)
    assert setup.states_of() == ["PROCESSING" if is_changed else "UPLOADED"]


def test_a_change_does_not_wait_for_a_socket_that_nobody_greets_yet(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.announcer.announce(setup.process())
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.slept_s == []
    assert setup.states_of() == ["PROCESSING"]


@pytest.mark.parametrize("is_greeting", [True, False])
def test_a_socket_is_free_for_changes_when_its_message_was_sent(
    setup: AnnouncerSetup, is_greeting: bool
) -> None:
    setup.enter(WATCHING)
    (setup.announcer.greet if is_greeting else setup.announcer.repeat)(WATCHING)
    setup.announcer.announce(setup.process())
    assert setup.slept_s == []
    assert setup.states_of() == ["UPLOADED", "PROCESSING"]


def test_a_socket_that_has_left_is_not_greeted(setup: AnnouncerSetup) -> None:
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.sockets.sent == {}


def test_a_socket_on_an_unknown_video_is_not_greeted(setup: AnnouncerSetup) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID)
    setup.enter(stranger)
    setup.announcer.greet(stranger)
    assert setup.sockets.sent == {}


def test_only_sockets_on_the_video_are_sent_its_state(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING, replace(WATCHING, video_id=UNKNOWN_ID, connection_id="elsewhere"))
    setup.announcer.announce(setup.process())
    assert list(setup.sockets.sent) == ["socket"]


@pytest.mark.parametrize("is_failure", [False, True])
def test_after_a_final_state_the_socket_is_closed_and_forgotten(
    setup: AnnouncerSetup, is_failure: bool
) -> None:
    setup.enter(WATCHING)
    setup.process()
    if is_failure:
        setup.videos.fail(VIDEO_ID, Failure("no_video", "none"))
    else:
        setup.finish()
    setup.announcer.announce(setup.video)
    assert setup.states_of() == ["FAILED" if is_failure else "READY"]
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_before_a_final_state_no_socket_is_closed(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.announcer.announce(setup.process())
    assert setup.sockets.closed == []
    assert list(setup.connections.all()) == [WATCHING]


def test_a_socket_that_is_still_opening_is_tried_again(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.opening["socket"] = 3
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.states_of() == ["UPLOADED"]
    assert len(setup.slept_s) == 3
    assert setup.slept_s == sorted(setup.slept_s)
    assert list(setup.connections.all()) == [OPENED_JUST_NOW]


def test_a_socket_that_opens_slowly_is_left_to_a_retry(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.opening["socket"] = 7
    with pytest.raises(ProcessingInterrupted):
        setup.announcer.greet(OPENED_JUST_NOW)
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.states_of() == ["UPLOADED"]


def test_a_socket_that_never_opens_is_forgotten_in_the_end(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.gone.add("socket")
    with pytest.raises(ProcessingInterrupted):
        setup.announcer.greet(OPENED_JUST_NOW)
    setup.now_s += 10
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.states_of() == []
    assert setup.connections.rows == {}


def test_a_socket_that_has_been_open_and_is_gone_is_forgotten_at_once(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.sockets.gone.add("socket")
    setup.announcer.announce(setup.process())
    assert setup.slept_s == []
    assert setup.connections.rows == {}


def test_one_gone_socket_keeps_no_other_waiting(setup: AnnouncerSetup) -> None:
    setup.enter(replace(WATCHING, connection_id="gone"), WATCHING)
    setup.sockets.gone.add("gone")
    setup.announcer.announce(setup.process())
    assert setup.states_of() == ["PROCESSING"]


def test_one_unreachable_socket_keeps_no_other_waiting(setup: AnnouncerSetup) -> None:
    setup.enter(replace(WATCHING, connection_id="unreachable"), WATCHING)
    setup.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.announcer.announce(setup.process())
    assert setup.states_of() == ["PROCESSING"]


def test_a_socket_that_hangs_keeps_no_other_waiting_where_several_are_sent_to_at_once(
    setup: AnnouncerSetup,
) -> None:
    everyone_else_was_sent_it = threading.Event()

    class Sockets(FakeSockets):
        def send(self, connection_id: str, message: str) -> bool:
            if connection_id == "hanging":
                assert everyone_else_was_sent_it.wait(5)
            is_there = super().send(connection_id, message)
            if connection_id == "socket":
                everyone_else_was_sent_it.set()
            return is_there

    setup.sockets = Sockets()
    setup.enter(replace(WATCHING, connection_id="hanging"), WATCHING)
    with ThreadPoolExecutor(2) as pool:
        Announcer(setup.videos, setup.connections, setup.sockets, for_each=pool.map).announce(setup.process())
    assert setup.states_of("hanging") == setup.states_of() == ["PROCESSING"]


def test_all_sockets_have_been_sent_a_change_before_the_next(setup: AnnouncerSetup) -> None:
    crowd = [replace(CURIOUS, connection_id=str(number)) for number in range(40)]
    setup.enter(*crowd)
    with ThreadPoolExecutor(8) as pool:
        announcer = Announcer(setup.videos, setup.connections, setup.sockets, for_each=pool.map)
        video = setup.process()
        for progress in (0.0, 0.5, 0.9):
            announcer.announce(replace(video, progress=progress), only_progress=progress > 0)
    for connection in crowd:
        sent = [json.loads(message)["progress"] for message in setup.sockets.sent[connection.connection_id]]
        assert sent == [0.0, 0.5, 0.9]


def test_a_send_that_fails_releases_the_claim_so_that_a_retry_sends_it(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    video = setup.process()
    setup.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.announcer.announce(video)
    setup.announcer.announce(video)
    assert setup.states_of() == ["PROCESSING"]


def test_a_final_state_is_not_sent_again_when_only_the_closing_failed(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.process()
    ready = setup.finish()
    setup.sockets.close_failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.announcer.announce(ready)
    setup.announcer.announce(ready)
    assert setup.states_of() == ["READY"]
    setup.announcer.repeat(WATCHING)
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_progress_is_sent_only_to_those_that_asked(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING, CURIOUS)
    video = setup.process()
    setup.announcer.announce(video)
    setup.announcer.announce(replace(video, progress=0.5), only_progress=True)
    assert setup.states_of() == ["PROCESSING"]
    assert [json.loads(m)["progress"] for m in setup.sockets.sent["curious"]] == [0.0, 0.5]


def test_progress_never_goes_back_or_repeats(setup: AnnouncerSetup) -> None:
    setup.enter(CURIOUS)
    video = setup.process()
    for progress in (0.5, 0.25, 0.5, 0.75):
        setup.announcer.announce(replace(video, progress=progress), only_progress=True)
    assert [json.loads(m)["progress"] for m in setup.sockets.sent["curious"]] == [0.5, 0.75]


def test_repeating_sends_the_present_state_again(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.announcer.announce(setup.process())
    setup.announcer.repeat(WATCHING)
    assert setup.states_of() == ["PROCESSING", "PROCESSING"]


def test_repeating_sends_a_final_state_that_was_never_sent_and_closes_the_socket(
    setup: AnnouncerSetup,
) -> None:
    setup.enter(WATCHING)
    setup.process()
    setup.finish()
    setup.announcer.repeat(WATCHING)
    assert setup.states_of() == ["READY"]
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_repeating_leaves_a_final_state_to_the_sender_that_is_at_it(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.process()
    ready = setup.finish()
    setup.now_s = datetime.fromisoformat(ready.updated_at).timestamp() + 1
    setup.connections.claim(WATCHING, version=ready.version, progress=ready.progress)
    with pytest.raises(ProcessingInterrupted):
        setup.announcer.repeat(replace(WATCHING, connected_at=0))
    setup.connections.done(WATCHING, version=ready.version)
    setup.announcer.repeat(replace(WATCHING, connected_at=0))
    assert setup.sockets.sent == {}
    assert setup.sockets.closed == []


def test_repeating_leaves_a_socket_that_is_just_opening_alone(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.gone.add("socket")
    setup.announcer.repeat(OPENED_JUST_NOW)
    assert list(setup.connections.all()) == [OPENED_JUST_NOW]


def test_repeating_never_sends_an_older_state(setup: AnnouncerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.enter(WATCHING)
    uploaded = setup.video
    setup.announcer.announce(setup.process())
    monkeypatch.setattr(FakeVideos, "find", lambda self, video_id: uploaded)
    setup.announcer.repeat(WATCHING)
    assert setup.states_of() == ["PROCESSING"]


def test_repeating_forgets_sockets_that_are_gone_or_watch_nothing(setup: AnnouncerSetup) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID, connection_id="stranger")
    setup.enter(WATCHING, stranger)
    setup.sockets.gone.add("socket")
    setup.announcer.repeat(WATCHING)
    setup.announcer.repeat(stranger)
    assert setup.connections.rows == {}
    assert setup.sockets.sent == {}


def test_sockets_on_a_deleted_video_are_closed_without_a_message(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING, CURIOUS)
    setup.videos.delete(VIDEO_ID)
    setup.announcer.dismiss(VIDEO_ID)
    assert sorted(setup.sockets.closed) == ["curious", "socket"]
    assert list(setup.connections.all()) == []


def test_a_socket_that_comes_just_after_a_deletion_is_closed(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.videos.delete(VIDEO_ID)
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.sockets.closed == ["socket"]
