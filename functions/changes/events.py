"""Listener: what a change means to others is published on the event bus."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from changes.change import Change
from reelway.errors import ProcessingInterrupted
from reelway.events import EventType, VideoEvent
from reelway.interruptions import Interruption, interrupted
from reelway.ports.events import Events
from reelway.video import LadderState, State, Video

_OF_STATES = {
    State.UPLOADED: EventType.UPLOADED,
    State.PROCESSING: EventType.PROCESSING,
    State.READY: EventType.READY,
    State.FAILED: EventType.FAILED,
}
_OF_LADDERS = {
    LadderState.FAILED: EventType.LADDER_FAILED,
    LadderState.COMPLETE: EventType.LADDER_COMPLETE,
}


@dataclass(slots=True)
class EventsListener:
    """For one batch: a new one needs a new listener.

    Idempotent, because an event has the same id whenever it is published. A bus that does not answer is not
    asked again in this batch, since sockets wait meanwhile; what it was not asked to take comes again.
    """

    bus: Events
    _is_silent: bool = field(default=False, init=False)

    def on_change(self, change: Change) -> None:
        events = list(events_of(change))
        if not events:
            return
        if self._is_silent:
            raise interrupted(Interruption.BUS_SILENT)
        try:
            self.bus.publish(events)
        except ProcessingInterrupted as failure:
            self._is_silent = failure.code == Interruption.BUS_SILENT
            raise


def events_of(change: Change) -> Iterator[VideoEvent]:
    """In their order; none of progress alone, nor of a run that takes the place of one that was lost."""
    if change.deleted:
        yield VideoEvent(EventType.DELETED, change.deleted)
    elif change.after and change.is_restored:
        yield VideoEvent(EventType.RESTORED, change.after)
    elif change.after:
        if change.before is None or change.before.state is not change.after.state:
            yield VideoEvent(_of_state(change.before, change.after.state), change.after)
        ended = _OF_LADDERS.get(change.after.ladder) if change.after.ladder else None
        if ended and (change.before is None or change.before.ladder is not change.after.ladder):
            yield VideoEvent(ended, change.after)


def _of_state(before: Video | None, state: State) -> EventType:
    """What had FAILED is UPLOADED again when it is retried."""
    return EventType.RETRIED if before and state is State.UPLOADED else _OF_STATES[state]
