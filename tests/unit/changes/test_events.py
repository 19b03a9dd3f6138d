"""Which events follow from a change, and what becomes of them when the bus does not take them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from changes.change import Change
from changes.events import EventsListener, events_of
from reelway.errors import ProcessingInterrupted
from reelway.events import EventType, VideoEvent
from reelway.interruptions import Interruption, interrupted
from reelway.video import LadderState, State, Video
from tests.support.samples import UNKNOWN_ID, VIDEO, VIDEO_ID

PROCESSING = replace(VIDEO, state=State.PROCESSING, version=2)
READY = replace(VIDEO, state=State.READY, version=3, ladder=LadderState.ENCODING)
COMPLETE = replace(READY, ladder=LadderState.COMPLETE)
LADDER_FAILED = replace(READY, ladder=LadderState.FAILED)
FAILED = replace(VIDEO, state=State.FAILED, version=3)


def types(before: Video | None, after: Video | None) -> list[EventType]:
    return [event.type for event in events_of(Change(VIDEO_ID, before, after))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, VIDEO, [EventType.UPLOADED]),
        (VIDEO, PROCESSING, [EventType.PROCESSING]),
        (PROCESSING, READY, [EventType.READY]),
        (PROCESSING, COMPLETE, [EventType.READY, EventType.LADDER_COMPLETE]),
        (PROCESSING, FAILED, [EventType.FAILED]),
        (VIDEO, FAILED, [EventType.FAILED]),
        (READY, COMPLETE, [EventType.LADDER_COMPLETE]),
        (READY, LADDER_FAILED, [EventType.LADDER_FAILED]),
        # Given up, and complete after all.
        (LADDER_FAILED, COMPLETE, [EventType.LADDER_COMPLETE]),
        (FAILED, replace(COMPLETE, version=4), [EventType.READY, EventType.LADDER_COMPLETE]),
        # Begun again.
        (FAILED, replace(VIDEO, version=4), [EventType.RETRIED]),
        (LADDER_FAILED, READY, []),
        (PROCESSING, replace(PROCESSING, version=3), []),
        # Read late, or copied from another table.
        (None, COMPLETE, [EventType.READY, EventType.LADDER_COMPLETE]),
        (None, None, []),
    ],
)
def test_a_change_is_told_by_these_events(
    before: Video | None, after: Video | None, expected: list[EventType]
) -> None:
    assert types(before, after) == expected


@pytest.mark.parametrize("video", [PROCESSING, READY, COMPLETE, FAILED, LADDER_FAILED])
def test_progress_and_notes_are_no_event(video: Video) -> None:
    assert types(video, replace(video, progress=0.5, ladder_progress=0.5, title="x", removed_at="x")) == []


def test_a_deleted_video_is_told_as_it_was() -> None:
    tombstone = replace(READY, version=4)
    [event] = events_of(Change(VIDEO_ID, READY, None, "execution", tombstone))
    assert event == VideoEvent(EventType.DELETED, tombstone)


@pytest.mark.parametrize("video", [VIDEO, COMPLETE, FAILED])
def test_a_restored_video_is_told_by_one_event(video: Video) -> None:
    [event] = events_of(Change(VIDEO_ID, None, video, is_restored=True))
    assert event == VideoEvent(EventType.RESTORED, video)


@dataclass
class FakeBus:
    failures: list[Exception] = field(default_factory=list)
    calls: list[list[VideoEvent]] = field(default_factory=list)

    def publish(self, events: Sequence[VideoEvent]) -> None:
        self.calls.append(list(events))
        if self.failures:
            raise self.failures.pop(0)


FIRST = Change(VIDEO_ID, VIDEO, PROCESSING)
OTHER = Change(UNKNOWN_ID, VIDEO, replace(PROCESSING, video_id=UNKNOWN_ID))


def test_progress_asks_nothing_of_the_bus() -> None:
    bus = FakeBus()
    EventsListener(bus).on_change(Change(VIDEO_ID, PROCESSING, replace(PROCESSING, progress=0.5)))
    assert bus.calls == []


def test_a_bus_that_is_silent_is_asked_once_in_a_batch() -> None:
    bus = FakeBus([interrupted(Interruption.BUS_SILENT)])
    listener = EventsListener(bus)
    for change in (FIRST, OTHER):
        with pytest.raises(ProcessingInterrupted):
            listener.on_change(change)
    assert len(bus.calls) == 1
    EventsListener(bus).on_change(FIRST)
    assert len(bus.calls) == 2


def test_an_event_that_is_refused_holds_up_no_other_video() -> None:
    bus = FakeBus([interrupted(Interruption.EVENT_REFUSED)])
    listener = EventsListener(bus)
    with pytest.raises(ProcessingInterrupted):
        listener.on_change(FIRST)
    listener.on_change(OTHER)
    assert [event.video.video_id for [event] in bus.calls] == [VIDEO_ID, UNKNOWN_ID]
