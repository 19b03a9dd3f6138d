"""Each state is sent once, and none is overtaken by another."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.live_status.announcer import Announcer
from reelway.ports.connections import Claim, Connection
from tests.support.samples import VIDEO_ID
from tests.unit.reelway.live_status.announcer import (
    CURIOUS,
    OPENED_JUST_NOW,
    UNREACHABLE,
    WATCHING,
    AnnouncerSetup,
)


def test_a_socket_is_sent_every_state_in_order_and_none_twice(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.announcer.greet(WATCHING)
    processing = setup.process()
    ready = setup.finish()
    for video in (processing, processing, ready):
        setup.announce(video)
    assert setup.states_of() == ["UPLOADED", "PROCESSING", "READY"]


def test_a_stream_record_that_is_late_is_not_sent(setup: AnnouncerSetup) -> None:
    uploaded, processing = setup.video, setup.process()
    setup.enter(WATCHING)
    setup.announce(processing)
    setup.announce(uploaded)
    setup.announcer.greet(WATCHING)
    assert setup.states_of() == ["PROCESSING"]


def hold(setup: AnnouncerSetup, connection: Connection) -> None:
    """As if another function had claimed the first version, and were about to send it."""
    assert setup.connections.claim(connection, "other", version=1, progress=0.0) is Claim.GRANTED


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
            setup.connections.done(connection, "other")

    setup.announce(processing, announcer=setup.announcer_that_sleeps(finish_sending))
    assert len(setup.slept_s) == 2
    assert setup.states_of() == ["PROCESSING"]


@pytest.mark.parametrize("is_changed", [True, False])
def test_the_retry_sends_what_a_sender_that_died_did_not(setup: AnnouncerSetup, is_changed: bool) -> None:
    setup.enter(OPENED_JUST_NOW)
    hold(setup, OPENED_JUST_NOW)
    video = setup.process() if is_changed else setup.video
    with pytest.raises(ProcessingInterrupted):
        setup.announce(video)
    assert setup.states_of() == []
    setup.connections.now_s += 11
    setup.announce(video)
    assert setup.states_of() == ["PROCESSING" if is_changed else "UPLOADED"]


@pytest.mark.parametrize("is_greeting", [True, False])
def test_a_socket_is_free_for_changes_when_its_message_was_sent(
    setup: AnnouncerSetup, is_greeting: bool
) -> None:
    setup.enter(WATCHING)
    (setup.announcer.greet if is_greeting else setup.repeat)(WATCHING)
    setup.announce(setup.process())
    assert setup.slept_s == []
    assert setup.states_of() == ["UPLOADED", "PROCESSING"]


def test_all_sockets_have_been_sent_a_change_before_the_next(setup: AnnouncerSetup) -> None:
    crowd = [replace(CURIOUS, connection_id=str(number)) for number in range(40)]
    setup.enter(*crowd)
    with ThreadPoolExecutor(8) as pool:
        announcer = Announcer(setup.videos, setup.connections, setup.sockets, for_each=pool.map)
        video = setup.process()
        for progress in (0.0, 0.5, 0.9):
            setup.announce(replace(video, progress=progress), only_progress=progress > 0, announcer=announcer)
    for connection in crowd:
        sent = [json.loads(message)["progress"] for message in setup.sockets.sent[connection.connection_id]]
        assert sent == [0.0, 0.5, 0.9]


def test_a_send_that_fails_releases_the_claim_so_that_a_retry_sends_it(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    video = setup.process()
    setup.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.announce(video)
    setup.announce(video)
    assert setup.states_of() == ["PROCESSING"]


def test_a_final_state_is_not_sent_again_when_only_the_closing_failed(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING)
    setup.process()
    ready = setup.finish()
    setup.sockets.close_failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.announce(ready)
    setup.announce(ready)
    assert setup.states_of() == ["READY"]
    setup.repeat(WATCHING)
    assert setup.sockets.closed == ["socket"]
    assert setup.connections.rows == {}


def test_progress_never_goes_back_or_repeats(setup: AnnouncerSetup) -> None:
    setup.enter(CURIOUS)
    video = setup.process()
    for progress in (0.5, 0.25, 0.5, 0.75):
        setup.announce(replace(video, progress=progress), only_progress=True)
    assert [json.loads(m)["progress"] for m in setup.sockets.sent["curious"]] == [0.5, 0.75]


def test_progress_begins_again_with_a_run_that_is_begun_in_place_of_a_lost_one(
    setup: AnnouncerSetup,
) -> None:
    setup.enter(CURIOUS, WATCHING)
    lost = replace(setup.process(), progress=0.5)
    setup.announce(lost)
    setup.videos.rerun_lost(VIDEO_ID, run_id="next", execution=lost.execution_name)
    setup.announce(setup.video)
    for progress in (0.1, 0.6):
        setup.announce(replace(setup.video, progress=progress), only_progress=True)
    setup.announce(lost)
    assert [json.loads(m)["progress"] for m in setup.sockets.sent["curious"]] == [0.5, 0.0, 0.1, 0.6]
    assert setup.states_of() == ["PROCESSING", "PROCESSING"]


def test_sockets_are_kept_open_while_a_lost_run_is_made_up_for(setup: AnnouncerSetup) -> None:
    setup.enter(CURIOUS, WATCHING)
    lost = replace(setup.process(), progress=0.5)
    setup.announce(lost)
    setup.videos.rerun_lost(VIDEO_ID, run_id="next", execution=lost.execution_name)
    setup.announce(setup.video)
    setup.repeat(CURIOUS)
    setup.repeat(WATCHING)
    assert setup.states_of() == setup.states_of("curious") == ["PROCESSING"] * 3
