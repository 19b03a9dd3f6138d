"""The state is sent again while nothing changes."""

from dataclasses import replace
from datetime import datetime

import pytest

from reelway.errors import ProcessingInterrupted
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import UNKNOWN_ID
from tests.unit.reelway.live_status.announcer import OPENED_JUST_NOW, WATCHING, AnnouncerSetup


def test_repeating_sends_the_present_state_again(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.announce(setup.process())
    setup.repeat(WATCHING)
    assert setup.states_of() == ["PROCESSING", "PROCESSING"]


def test_repeating_sends_a_final_state_that_was_never_sent_and_closes_the_socket(
    setup: AnnouncerSetup,
) -> None:
    setup.enter(WATCHING)
    setup.process()
    setup.finish()
    setup.repeat(WATCHING)
    assert setup.states_of() == ["READY"]
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_repeating_leaves_a_final_state_to_the_sender_that_is_at_it(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.process()
    ready = setup.finish()
    setup.now_s = datetime.fromisoformat(ready.updated_at).timestamp() + 1
    setup.connections.claim(WATCHING, "other", version=ready.version, progress=ready.progress)
    with pytest.raises(ProcessingInterrupted):
        setup.repeat(replace(WATCHING, connected_at=0))
    setup.connections.done(WATCHING, "other")
    setup.repeat(replace(WATCHING, connected_at=0))
    assert setup.sockets.sent == {}
    assert setup.sockets.closed == []


def test_repeating_leaves_a_socket_that_is_just_opening_alone(setup: AnnouncerSetup) -> None:
    setup.enter(OPENED_JUST_NOW)
    setup.sockets.gone.add("socket")
    setup.repeat(OPENED_JUST_NOW)
    assert list(setup.connections.all()) == [OPENED_JUST_NOW]


def test_repeating_never_sends_an_older_state(setup: AnnouncerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.enter(WATCHING)
    uploaded = setup.video
    setup.announce(setup.process())
    monkeypatch.setattr(FakeVideos, "find", lambda self, video_id: uploaded)
    setup.repeat(WATCHING)
    assert setup.states_of() == ["PROCESSING"]


def test_repeating_forgets_sockets_that_are_gone_or_watch_nothing(setup: AnnouncerSetup) -> None:
    stranger = replace(WATCHING, video_id=UNKNOWN_ID, connection_id="stranger")
    setup.enter(WATCHING, stranger)
    setup.sockets.gone.add("socket")
    setup.repeat(WATCHING)
    setup.repeat(stranger)
    assert setup.connections.rows == {}
    assert setup.sockets.sent == {}
