from dataclasses import replace

import pytest

from reelway import failures
from reelway.description import describe
from reelway.failure_codes import FailureCode
from reelway.video import Failure, LadderState, Loudness, State
from tests.support.samples import RENDITION, VIDEO, VIDEO_ID


def test_what_is_not_known_yet_is_left_out() -> None:
    assert describe(VIDEO) == {
        "videoId": VIDEO_ID,
        "state": "UPLOADED",
        "playback": "public",
        "createdAt": VIDEO.created_at,
        "updatedAt": VIDEO.updated_at,
        "progress": 0.0,
        "renditions": [],
    }


def test_a_ready_video_has_its_renditions() -> None:
    video = replace(
        VIDEO, state=State.READY, progress=1.0, size_bytes=9, duration_s=5.28, renditions=(RENDITION,)
    )
    described = describe(video)
    assert (described["sizeBytes"], described["durationSeconds"]) == (9, 5.28)
    assert described["renditions"] == [
        {
            "name": "720p",
            "width": 1280,
            "height": 720,
            "frameRate": 25.0,
            "codecs": "avc1.64001f,mp4a.40.2",
            "bandwidth": 2_800_123,
            "averageBandwidth": 2_100_456,
        }
    ]


def test_the_loudness_of_audio_that_was_encoded_is_described() -> None:
    video = replace(VIDEO, state=State.READY, loudness=Loudness(-23.4, 7.1, -6.2))
    assert describe(video)["loudness"] == {"integratedLufs": -23.4, "rangeLu": 7.1, "truePeakDbtp": -6.2}


def test_the_loudness_of_silence_is_null() -> None:
    described = describe(replace(VIDEO, state=State.READY, loudness=Loudness(None, None, None)))
    assert described["loudness"] == {"integratedLufs": None, "rangeLu": None, "truePeakDbtp": None}


def test_a_failed_video_has_the_reason_and_nothing_of_its_runs() -> None:
    described = describe(
        replace(VIDEO, state=State.FAILED, run_id="run", failure=Failure("no_video", "None."))
    )
    assert described["failure"] == {"code": "no_video", "message": "None.", "retryable": False}
    assert "run" not in described.values()


@pytest.mark.parametrize("code", FailureCode)
def test_a_failure_of_ours_can_be_retried_where_there_is_a_file(code: FailureCode) -> None:
    is_retryable = code in (FailureCode.PROCESSING_FAILED, FailureCode.PROCESSING_LOST)
    described = describe(replace(VIDEO, state=State.FAILED, failure=Failure(code, "…")))
    assert described["failure"]["retryable"] is is_retryable


def test_a_failure_of_ours_cannot_be_retried_any_more_when_the_files_were_removed() -> None:
    failed = replace(VIDEO, state=State.FAILED, failure=failures.processing_failed())
    assert describe(failed)["failure"]["retryable"]
    described = describe(replace(failed, removed_at="2026-01-08T00:00:00.000000Z"))
    assert not described["failure"]["retryable"]
    assert "removedAt" not in described


def test_a_ready_video_whose_ladder_is_encoded_says_how_far_it_is() -> None:
    video = replace(VIDEO, state=State.READY, progress=1.0, ladder=LadderState.ENCODING, ladder_progress=0.25)
    described = describe(video)
    assert (described["progress"], described["ladder"]) == (1.0, {"state": "encoding", "progress": 0.25})
