import json

import pytest

from reelway.errors import MediaRejected
from reelway.video import Failure
from transcode.failing import failure_of


def cause(error: Exception) -> str:
    """What Lambda makes of an exception, and Step Functions of that."""
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []})


@pytest.mark.parametrize("detail", ["It is damaged.", "Two\nlines: and a colon.", "Schöne Grüße"])
def test_a_rejection_is_told_as_it_was_raised(detail: str) -> None:
    assert failure_of(cause(MediaRejected("no_video", detail))) == Failure("no_video", detail)


@pytest.mark.parametrize(
    "other",
    [
        None,
        "",
        "not json",
        "null",
        "[]",
        '"MediaRejected no_video: x"',
        "{}",
        '{"errorMessage": null}',
        '{"errorMessage": 7}',
        cause(ValueError("MediaRejected")),
        cause(RuntimeError("Task timed out after 900.00 seconds")),
        cause(RuntimeError("ProcessingInterrupted encoder_killed: ffmpeg was ended by SIGKILL.")),
        cause(RuntimeError("x MediaRejected no_video: not at the start")),
    ],
)
def test_anything_else_is_our_fault_and_gives_no_details_away(other: str | None) -> None:
    failure = failure_of(other)
    assert failure.code == "processing_failed"
    assert "file's fault" in failure.message
