import json

import pytest

from reelway import keys
from reelway.errors import MediaRejected
from reelway.video import Failure
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.samples import VIDEO_ID
from transcode.failing import failure_behind
from transcode.rejections import rejection_kept


def cause(error: Exception) -> str:
    """What Lambda makes of an exception, and Step Functions of that."""
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []})


@pytest.mark.parametrize("detail", ["It is damaged.", "Two\nlines: and a colon.", "Schöne Grüße"])
def test_a_rejection_reads_as_it_was_raised(detail: str) -> None:
    failure = failure_behind(VIDEO_ID, cause(MediaRejected("no_video", detail)), FakeBucket())
    assert failure == Failure("no_video", detail)


def test_a_distributed_maps_failure_is_that_of_the_chunk_that_was_rejected() -> None:
    uploads = FakeBucket()
    with pytest.raises(MediaRejected), rejection_kept(VIDEO_ID, uploads):
        raise MediaRejected("undecodable", "Broken; upload it again.")
    threshold = json.dumps("The specified tolerated failure threshold was exceeded")
    assert failure_behind(VIDEO_ID, threshold, uploads) == Failure("undecodable", "Broken; upload it again.")


@pytest.mark.parametrize("stored", [b'{"version": 3, "reason": "newer"}', b"not json", b"[]", b"{}"])
def test_a_chunks_rejection_that_cannot_be_read_does_not_keep_the_video_from_failing(stored: bytes) -> None:
    uploads = FakeBucket()
    uploads.put(keys.rejection(VIDEO_ID), stored, content_type="application/json")
    assert failure_behind(VIDEO_ID, None, uploads).code == "processing_failed"


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
    failure = failure_behind(VIDEO_ID, other, FakeBucket())
    assert failure.code == "processing_failed"
    assert "file's fault" in failure.message
