"""The records of one batch: changes of videos go to every listener, rows of new sockets to their greeting."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from changes.change import Change, change_of
from changes.dispatch import Dispatcher, Listener
from reelway.adapters.connections_table import connection_of
from reelway.adapters.stream_batches import Record
from reelway.ports.connections import Connection


@dataclass(slots=True)
class _Step:
    """A change, and the first record that it was made of."""

    record: Record
    change: Change


class BatchReader:
    """Takes the records of one batch of either table's stream; a new batch needs a new reader.

    `greet` takes the new sockets, and raises when they must be greeted again. `about(video_id)` is called
    before each change, `report(text)` while the exception of one that failed is handled.
    """

    def __init__(
        self,
        greet: Callable[[Sequence[Connection]], None],
        listeners: Sequence[Listener],
        about: Callable[[str], None],
        report: Callable[[str], Any],
    ) -> None:
        self._greet = greet
        self._dispatcher = Dispatcher(listeners)
        self._about = about
        self._report = report

    def take(self, records: Sequence[Record]) -> list[Record]:
        """The records that must be delivered again.

        A record that only adds progress to what the record before it of the same video says is taken
        together with it: of a thousand counts of frames in one batch, listeners see the last one.
        """
        steps, failed = self._steps(record for record in records if not _is_of_a_socket(record))
        failed += [step.record for step in steps if not self._is_taken(step)]
        failed += self._not_greeted([record for record in records if _is_of_a_socket(record)])
        return failed

    def _steps(self, records: Iterable[Record]) -> tuple[list[_Step], list[Record]]:
        """The changes in order, and the records that cannot be read."""
        steps: list[_Step] = []
        last: dict[str, _Step] = {}
        failed = []
        for record in records:
            try:
                change = change_of(record)
            except Exception:
                self._report("a record cannot be read; it is delivered again")
                failed.append(record)
                continue
            step = last.get(change.video_id)
            joined = step.change.with_progress_of(change) if step else None
            if step and joined:
                step.change = joined
            else:
                last[change.video_id] = step = _Step(record, change)
                steps.append(step)
        return steps, failed

    def _is_taken(self, step: _Step) -> bool:
        self._about(step.change.video_id)
        try:
            self._dispatcher.dispatch(step.change)
        except Exception:
            self._report("a change failed; it is delivered again")
            return False
        return True

    def _not_greeted(self, records: Sequence[Record]) -> Sequence[Record]:
        try:
            self._greet([connection_of(record["dynamodb"]["NewImage"]) for record in records])
        except Exception:
            self._report("new sockets could not be greeted; they are delivered again")
            return records
        return []


def _is_of_a_socket(record: Record) -> bool:
    return "connectionId" in record["dynamodb"]["Keys"]
