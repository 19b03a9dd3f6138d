"""What an event says, and how those of one video are told apart and ordered."""

from dataclasses import replace
from itertools import pairwise

import pytest

from reelway import failures
from reelway.description import describe
from reelway.events import EventType, VideoEvent
from reelway.video import LadderState, Loudness, State, Video
from tests.support.readers import descriptions, events
from tests.support.samples import RENDITION, VIDEO, VIDEO_ID

READY = replace(
    VIDEO,
    state=State.READY,
    version=3,
    progress=1.0,
    size_bytes=9,
    duration_s=5.28,
    renditions=(RENDITION,),
    ladder=LadderState.ENCODING,
    loudness=Loudness(-23.4, None, -6.2),
)
FAILED = replace(VIDEO, state=State.FAILED, version=3, failure=failures.processing_lost())
# Of each type, with the video as it is then.
OF_TYPES = {
    EventType.UPLOADED: VIDEO,
    EventType.PROCESSING: replace(VIDEO, state=State.PROCESSING, version=2),
    EventType.READY: READY,
    EventType.FAILED: FAILED,
    EventType.RETRIED: replace(VIDEO, version=4, reruns=1),
    EventType.LADDER_FAILED: replace(READY, ladder=LadderState.FAILED, failure=failures.processing_lost()),
    EventType.LADDER_COMPLETE: replace(READY, ladder=LadderState.COMPLETE),
    EventType.DELETED: replace(READY, version=4),
    EventType.RESTORED: replace(READY, version=5),
}


@pytest.mark.parametrize("type_", EventType)
def test_an_event_is_as_its_schema_says(type_: EventType) -> None:
    assert events.faults(VideoEvent(type_, OF_TYPES[type_]).document("reelway")) == []


def test_the_schema_has_these_types_and_no_others() -> None:
    assert set(events.schema()["properties"]["type"]["enum"]) == set(EventType)


@pytest.mark.parametrize("type_", set(EventType) - {EventType.DELETED, EventType.RESTORED})
def test_the_schema_has_an_event_fit_its_type(type_: EventType) -> None:
    other = FAILED if type_ is not EventType.FAILED else READY
    assert events.faults(VideoEvent(type_, other).document("reelway"))


def test_the_schema_knows_all_that_the_api_says_of_a_video() -> None:
    described = descriptions.openapi()["components"]["schemas"]["Video"]["properties"]
    known = events.schema()["$defs"]["video"]["properties"]
    assert set(described) <= set(known)
    for name in ("ladder", "loudness", "failure"):
        assert set(described[name]["properties"]) == set(known[name]["properties"])


def test_an_event_has_cloudevents_attributes_and_the_public_description() -> None:
    video = replace(READY, owner="anna", updated_at="2026-01-01T00:00:09.000000Z")
    assert VideoEvent(EventType.READY, video).document("studio") == {
        "specversion": "1.0",
        "id": f"{VIDEO_ID}-00000003-0000-0",
        "source": "urn:reelway:studio",
        "type": "video.ready",
        "time": "2026-01-01T00:00:09.000000Z",
        "subject": VIDEO_ID,
        "sequence": "00000003-0000-0",
        "datacontenttype": "application/json",
        "data": {"owner": "anna", **describe(video)},
    }


def test_an_event_is_the_same_whatever_progress_it_was_read_with() -> None:
    """Also where a lost run of the ladder has been replaced since the video is READY."""
    later = replace(READY, ladder_progress=0.5, reruns=1)
    assert VideoEvent(EventType.READY, READY).id == VideoEvent(EventType.READY, later).id


def test_sequences_are_in_the_order_of_what_happened() -> None:
    """Of a video whose ladder fails twice, and is complete though it was given up."""
    failed, again = replace(READY, ladder=LadderState.FAILED), replace(READY, reruns=1)
    story: list[tuple[EventType, Video]] = [
        (EventType.UPLOADED, VIDEO),
        (EventType.PROCESSING, replace(VIDEO, version=2)),
        (EventType.READY, READY),
        (EventType.LADDER_FAILED, failed),
        (EventType.LADDER_FAILED, replace(again, ladder=LadderState.FAILED)),
        (EventType.LADDER_COMPLETE, replace(again, ladder=LadderState.COMPLETE)),
        (EventType.DELETED, replace(again, version=4)),
        (EventType.RESTORED, replace(again, version=5)),
        (EventType.DELETED, replace(again, version=100)),
    ]
    told = [VideoEvent(type_, video) for type_, video in story]
    assert all(one.sequence < other.sequence for one, other in pairwise(told))
    assert len({event.id for event in told}) == len(told)
