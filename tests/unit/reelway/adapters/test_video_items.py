from dataclasses import replace
from typing import Any

from reelway.adapters.video_items import item_of, video_of
from reelway.video import Failure, LadderState, State, Video
from tests.support.samples import RENDITION, VIDEO_ID

# As the first release has written it; users' tables are full of these.
ITEM: dict[str, Any] = {
    "videoId": {"S": VIDEO_ID},
    "state": {"S": "READY"},
    "rank": {"N": "2"},
    "version": {"N": "3"},
    "runId": {"S": "run"},
    "writeId": {"S": "write"},
    "createdAt": {"S": "2026-01-01T00:00:00.000000Z"},
    "updatedAt": {"S": "2026-01-01T00:00:09.000000Z"},
    "sizeBytes": {"N": "1055736"},
    "durationS": {"N": "5.312"},
    "totalFrames": {"N": "132"},
    "encodedFrames": {"N": "66"},
    "listing": {"S": "ready"},
    "listedAt": {"S": "2026-01-01T00:00:09.000000Z"},
    "ladder": {"S": "failed"},
    "renditions": {
        "L": [
            {
                "M": {
                    "name": {"S": "720p"},
                    "width": {"N": "1280"},
                    "height": {"N": "720"},
                    "frameRate": {"N": "29.97"},
                    "codecs": {"S": "avc1.64001f,mp4a.40.2"},
                    "bandwidthBps": {"N": "2800123"},
                    "averageBandwidthBps": {"N": "2100456"},
                }
            }
        ]
    },
    "failure": {"M": {"code": {"S": "undecodable"}, "message": {"S": "Broken."}}},
}
VIDEO = Video(
    video_id=VIDEO_ID,
    state=State.READY,
    version=3,
    created_at="2026-01-01T00:00:00.000000Z",
    updated_at="2026-01-01T00:00:09.000000Z",
    run_id="run",
    size_bytes=1_055_736,
    duration_s=5.312,
    progress=1.0,
    ladder=LadderState.FAILED,
    ladder_progress=0.5,
    renditions=(replace(RENDITION, frame_rate=29.97),),
    failure=Failure("undecodable", "Broken."),
)


def test_an_item_of_the_first_release_is_read() -> None:
    video = video_of(ITEM)
    assert video == VIDEO
    assert [type(value) for value in (video.version, video.size_bytes, video.duration_s)] == [int, int, float]


def test_renditions_and_failures_are_written_as_the_first_release_did() -> None:
    fields = {"renditions": VIDEO.renditions, "failure": VIDEO.failure, "ladder": VIDEO.ladder}
    assert item_of(fields) == {name: ITEM[name] for name in fields}


def test_attributes_that_an_item_does_not_have_yet_are_their_defaults() -> None:
    first = ("videoId", "state", "version", "createdAt", "updatedAt")
    video = video_of({name: ITEM[name] for name in first} | {"state": {"S": "UPLOADED"}})
    assert (video.state, video.version) == (State.UPLOADED, 3)
    assert (video.run_id, video.size_bytes, video.duration_s) == (None, None, None)
    assert (video.ladder, video.failure, video.renditions) == (None, None, ())
    assert (video.progress, video.ladder_progress) == (0.0, 0.0)


def test_attributes_of_a_newer_release_are_passed_over() -> None:
    newer = ITEM | {"chapters": {"L": [{"S": "Intro"}]}}
    newer["renditions"] = {"L": [{"M": ITEM["renditions"]["L"][0]["M"] | {"hdr": {"BOOL": True}}}]}
    assert video_of(newer) == VIDEO
