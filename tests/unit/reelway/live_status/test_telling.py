import json
from dataclasses import replace
from typing import Any

import pytest

from reelway.live_status.telling import is_last, message_to, reached
from reelway.video import Failure, LadderState, State, Video
from tests.support.samples import VIDEO, VIDEO_ID
from tests.unit.reelway.live_status.announcer import CURIOUS, WATCHING

READY = replace(VIDEO, state=State.READY, progress=1.0, ladder=LadderState.ENCODING, ladder_progress=0.25)
COMPLETE = replace(READY, ladder=LadderState.COMPLETE, ladder_progress=1.0)
PATIENT = replace(WATCHING, until_complete=True)
PATIENT_AND_CURIOUS = replace(CURIOUS, until_complete=True)


def told(connection: Any, video: Video) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(message_to(connection, video))
    return message


@pytest.mark.parametrize("video", [VIDEO, READY, COMPLETE])
def test_a_message_has_exactly_the_contracts_three_keys(video: Video) -> None:
    assert told(WATCHING, video) == {
        "videoId": VIDEO_ID,
        "state": video.state,
        "timestamp": VIDEO.updated_at,
    }


def test_progress_is_a_fourth_key_where_it_was_asked_for() -> None:
    video = replace(VIDEO, state=State.PROCESSING, progress=0.25)
    assert told(CURIOUS, video)["progress"] == 0.25


def test_a_failure_adds_no_key() -> None:
    video = replace(VIDEO, state=State.FAILED, failure=Failure("no_video", "none"))
    assert set(told(PATIENT, video)) == {"videoId", "state", "timestamp"}


def test_the_ladder_is_in_messages_from_ready_on_where_it_was_asked_for() -> None:
    assert "ladder" not in told(PATIENT, replace(VIDEO, state=State.PROCESSING, progress=0.5))
    assert told(PATIENT, READY)["ladder"] == {"state": "encoding", "progress": 0.25}
    assert told(PATIENT_AND_CURIOUS, COMPLETE)["ladder"] == {"state": "complete", "progress": 1}
    assert "ladder" not in told(PATIENT, replace(READY, ladder=None))  # of a release without ladders


@pytest.mark.parametrize("ladder", [LadderState.COMPLETE, LadderState.FAILED, None])
def test_a_socket_until_complete_ends_with_the_ladder(ladder: LadderState | None) -> None:
    assert not is_last(PATIENT, READY)
    assert is_last(WATCHING, READY)
    assert is_last(PATIENT, replace(READY, ladder=ladder))
    assert is_last(PATIENT, replace(VIDEO, state=State.FAILED))


def test_the_end_of_a_ladder_is_further_than_all_its_progress() -> None:
    failed = replace(READY, ladder=LadderState.FAILED, ladder_progress=0.1)
    whole = replace(READY, ladder_progress=1.0)
    for connection in (PATIENT, PATIENT_AND_CURIOUS):
        steps = [reached(connection, video) for video in (VIDEO, READY, whole, failed)]
        assert steps == sorted(steps)
        assert steps[1] > steps[0]
        assert steps[3] > steps[2]
    assert reached(PATIENT, READY) == reached(PATIENT, whole)
    assert reached(PATIENT_AND_CURIOUS, READY) < reached(PATIENT_AND_CURIOUS, whole)
