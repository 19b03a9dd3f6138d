"""The records of one batch: a write to a video goes to every listener, a new socket's row to its greeting."""

from collections.abc import Callable, Sequence
from typing import Any

from changes.change import change_of
from changes.dispatch import Dispatcher, Listener
from reelway.adapters.connections_table import connection_of
from reelway.adapters.stream_batches import Record
from reelway.ports.connections import Connection


class BatchReader:
    """Takes the records of one batch of either table's stream; a new batch needs a new reader.

    `about(video_id)` is called before each record, `report(text)` while the exception of one that failed is
    handled.
    """

    def __init__(
        self,
        greet: Callable[[Connection], None],
        listeners: Sequence[Listener],
        about: Callable[[str], None],
        report: Callable[[str], Any],
    ) -> None:
        self._greet = greet
        self._dispatcher = Dispatcher(listeners)
        self._about = about
        self._report = report

    def take(self, record: Record) -> None:
        """Raises what made the record fail, so that it is delivered again."""
        keys = record["dynamodb"]["Keys"]
        self._about(keys["videoId"]["S"])
        try:
            if "connectionId" in keys:
                self._greet(connection_of(record["dynamodb"]["NewImage"]))
            else:
                self._dispatcher.dispatch(change_of(record))
        except Exception:
            self._report("a record failed; it is delivered again")
            raise
