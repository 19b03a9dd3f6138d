"""Sockets that stay open until the ladder has ended."""

import json
from dataclasses import replace
from typing import Any

import pytest

from reelway.errors import ProcessingInterrupted
from reelway.video import Failure, LadderState, Video
from tests.support.samples import RENDITION, RUN_ID, VIDEO_ID
from tests.unit.reelway.live_status.announcer import CURIOUS, UNREACHABLE, WATCHING, AnnouncerSetup

PATIENT = replace(WATCHING, connection_id="patient", until_complete=True)
PATIENT_AND_CURIOUS = replace(CURIOUS, connection_id="patient curious", until_complete=True)


def ready(setup: AnnouncerSetup) -> Video:
    """With its source alone."""
    setup.process()
    setup.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)
    return setup.video


def counted(setup: AnnouncerSetup, progress: float) -> Video:
    setup.videos.videos[VIDEO_ID] = replace(setup.video, ladder_progress=progress)
    return setup.video


def complete(setup: AnnouncerSetup) -> Video:
    setup.videos.complete_ladder(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION])
    setup.videos.videos[VIDEO_ID] = replace(setup.video, ladder_progress=1.0)
    return setup.video


def heard(setup: AnnouncerSetup, connection_id: str) -> list[Any]:
    messages = map(json.loads, setup.sockets.sent.get(connection_id, []))
    return [
        (message["state"], message.get("ladder", {}).get("state"), message.get("ladder", {}).get("progress"))
        for message in messages
    ]


def test_ready_is_followed_by_the_ladder_until_it_is_complete(setup: AnnouncerSetup) -> None:
    setup.enter(WATCHING, PATIENT, PATIENT_AND_CURIOUS)
    setup.announce(ready(setup))
    setup.announce(counted(setup, 0.5), only_progress=True)
    setup.announce(complete(setup))

    assert setup.states_of() == ["READY"]
    assert heard(setup, "patient") == [("READY", "encoding", 0), ("READY", "complete", 1)]
    assert heard(setup, "patient curious") == [
        ("READY", "encoding", 0),
        ("READY", "encoding", 0.5),
        ("READY", "complete", 1),
    ]
    assert setup.sockets.closed == ["socket", "patient", "patient curious"]
    assert setup.connections.rows == {}


def test_each_is_sent_once_however_often_it_is_announced(setup: AnnouncerSetup) -> None:
    setup.enter(PATIENT, PATIENT_AND_CURIOUS)
    first = ready(setup)
    for video in (first, first, counted(setup, 0.5), first, setup.video):
        setup.announce(video)
    end = complete(setup)
    for _ in range(2):
        setup.announce(end)

    assert [ladder for _, ladder, _ in heard(setup, "patient")] == ["encoding", "complete"]
    assert [progress for *_, progress in heard(setup, "patient curious")] == [0, 0.5, 1]


def test_a_ladder_that_fails_ends_it_too(setup: AnnouncerSetup) -> None:
    setup.enter(PATIENT)
    setup.announce(ready(setup))
    counted(setup, 0.9)
    setup.videos.fail_ladder(VIDEO_ID, Failure("interrupted", "The machine was."))
    setup.announce(setup.video)

    assert [ladder for _, ladder, _ in heard(setup, "patient")] == ["encoding", "failed"]
    assert setup.sockets.closed == ["patient"]


@pytest.mark.parametrize("is_failed", [False, True])
def test_without_a_ladder_the_first_final_message_is_the_last(setup: AnnouncerSetup, is_failed: bool) -> None:
    setup.enter(PATIENT)
    setup.process()
    if is_failed:
        setup.videos.fail(VIDEO_ID, Failure("no_video", "none"))
    else:
        setup.finish()
    setup.announce(setup.video)

    assert len(heard(setup, "patient")) == 1
    assert setup.sockets.closed == ["patient"]


def test_the_greeting_of_a_ready_video_tells_its_ladder_and_goes_on(setup: AnnouncerSetup) -> None:
    ready(setup)
    setup.enter(PATIENT)
    setup.announcer.greet(PATIENT)
    assert (heard(setup, "patient"), setup.sockets.closed) == ([("READY", "encoding", 0)], [])

    complete(setup)
    late = replace(PATIENT, connection_id="late")
    setup.enter(late)
    setup.announcer.greet(late)
    assert (heard(setup, "late"), setup.sockets.closed) == ([("READY", "complete", 1)], ["late"])


def test_repeating_keeps_it_open_and_makes_up_for_an_end_that_was_never_told(setup: AnnouncerSetup) -> None:
    setup.enter(PATIENT)
    setup.announce(ready(setup))
    setup.repeat(PATIENT)
    assert [ladder for _, ladder, _ in heard(setup, "patient")] == ["encoding"] * 2
    assert setup.sockets.closed == []

    complete(setup)
    setup.repeat(PATIENT)
    assert [ladder for _, ladder, _ in heard(setup, "patient")] == ["encoding"] * 2 + ["complete"]
    assert setup.sockets.closed == ["patient"]


def test_an_end_that_cannot_be_sent_can_be_announced_again(setup: AnnouncerSetup) -> None:
    setup.enter(PATIENT)
    setup.announce(ready(setup))
    end = complete(setup)
    setup.sockets.failures.append(UNREACHABLE)
    with pytest.raises(ProcessingInterrupted):
        setup.announce(end)
    setup.announce(end)
    assert [ladder for _, ladder, _ in heard(setup, "patient")] == ["encoding", "complete"]
