"""The first message of a socket that has just been opened."""

from dataclasses import replace

import pytest

from reelway.errors import ProcessingInterrupted
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.live_status.announcer import OPENED_JUST_NOW, WATCHING, AnnouncerSetup


def test_the_first_message_is_the_present_state(setup: AnnouncerSetup) -> None:
    setup.process()
    setup.enter(OPENED_JUST_NOW)
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.states_of() == ["PROCESSING"]


def test_a_change_does_not_wait_for_a_socket_that_nobody_greets_yet(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.announce(setup.process())
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.slept_s == []
    assert setup.states_of() == ["PROCESSING"]


def test_a_socket_that_has_left_is_not_greeted(setup: AnnouncerSetup) -> None:
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.sockets.sent == {}


def test_a_socket_on_an_unknown_video_is_not_greeted(setup: AnnouncerSetup) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID)
    setup.enter(stranger)
    setup.announcer.greet(stranger)
    assert setup.sockets.sent == {}


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


def test_a_socket_that_comes_just_after_a_deletion_is_closed(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.videos.delete(VIDEO_ID)
    setup.announcer.greet(OPENED_JUST_NOW)
    assert setup.sockets.closed == ["socket"]
