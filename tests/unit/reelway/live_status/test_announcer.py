"""Which sockets are sent a change, and what becomes of those that cannot be."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status.announcer import Announcer
from reelway.video import Failure
from tests.support.doubles.fakes.connections import FakeSockets
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.live_status.announcer import (
    CURIOUS,
    UNREACHABLE,
    WATCHING,
    AnnouncerSetup,
)


def test_only_sockets_on_the_video_are_sent_its_state(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING, replace(WATCHING, video_id=UNKNOWN_ID, connection_id="elsewhere"))
    setup.announce(setup.process())
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
    setup.announce(setup.video)
    assert setup.states_of() == ["FAILED" if is_failure else "READY"]
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_before_a_final_state_no_socket_is_closed(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.announce(setup.process())
    assert setup.sockets.closed == []
    assert list(setup.connections.all()) == [WATCHING]


def test_a_socket_that_has_been_open_and_is_gone_is_forgotten_at_once(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.sockets.gone.add("socket")
    setup.announce(setup.process())
    assert setup.slept_s == []
    assert setup.connections.rows == {}


def test_one_gone_socket_keeps_no_other_waiting(setup: AnnouncerSetup) -> None:
    setup.enter(replace(WATCHING, connection_id="gone"), WATCHING)
    setup.sockets.gone.add("gone")
    setup.announce(setup.process())
    assert setup.states_of() == ["PROCESSING"]


def test_one_unreachable_socket_keeps_no_other_waiting(setup: AnnouncerSetup) -> None:
    setup.enter(replace(WATCHING, connection_id="first"), WATCHING)
    setup.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.announce(setup.process())
    assert setup.states_of() == ["PROCESSING"]


def test_a_socket_that_hangs_keeps_no_other_waiting_where_several_are_sent_to_at_once(
    setup: AnnouncerSetup,
) -> None:
    everyone_else_was_sent_it = threading.Event()

    class Sockets(FakeSockets):
        def send(self, connection_id: str, message: str, *, until_s: float = 0) -> bool:
            if connection_id == "hanging":
                assert everyone_else_was_sent_it.wait(5)
            is_there = super().send(connection_id, message)
            if connection_id == "socket":
                everyone_else_was_sent_it.set()
            return is_there

    setup.sockets = Sockets()
    setup.enter(replace(WATCHING, connection_id="hanging"), WATCHING)
    with ThreadPoolExecutor(2) as pool:
        setup.announce(
            setup.process(),
            announcer=Announcer(setup.videos, setup.connections, setup.sockets, for_each=pool.map),
        )
    assert setup.states_of("hanging") == setup.states_of() == ["PROCESSING"]


def test_progress_is_sent_only_to_those_that_asked(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING, CURIOUS)
    video = setup.process()
    setup.announce(video)
    setup.announce(replace(video, progress=0.5), only_progress=True)
    assert setup.states_of() == ["PROCESSING"]
    assert [json.loads(m)["progress"] for m in setup.sockets.sent["curious"]] == [0.0, 0.5]


def test_sockets_on_a_deleted_video_are_closed_without_a_message(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING, CURIOUS)
    setup.videos.delete(VIDEO_ID)
    setup.announcer.tell([WATCHING, CURIOUS], None)
    assert sorted(setup.sockets.closed) == ["curious", "socket"]
    assert list(setup.connections.all()) == []
