"""Event source mappings: what Lambda reads from queues and streams, and hands to functions."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.cloudformation import arn
from tests.faults.declared import Mapping
from tests.faults.lambdas import Lambdas, Outcome
from tests.faults.patterns import matches
from tests.faults.sqs import Sqs
from tests.faults.streams import SHARD
from tests.faults.timeline import Timeline

Record = dict[str, Any]
_POLL_S = 0.2
_PAUSE_S = 1.0  # before a batch is tried again


@dataclass
class QueueSource:
    """Polls a queue, whose messages are deleted when the function has handled them."""

    mapping: Mapping
    sqs: Sqs
    lambdas: Lambdas
    timeline: Timeline
    _polls_at_s: float | None = None

    def look(self) -> None:
        """Poll when the next message can be received, unless that is due already."""
        next_s, now_s = self.sqs.next_visible_s(self.mapping.source), self.timeline.clock.now()
        if next_s is None:
            return
        due_s = max(next_s, now_s)
        if self._polls_at_s is None or due_s < self._polls_at_s:
            self._polls_at_s = due_s
            self.timeline.at(due_s - now_s + _POLL_S, self._poll)

    def clear(self) -> None:
        self._polls_at_s = None

    def _poll(self) -> None:
        self._polls_at_s = None
        received = self.sqs.receive(self.mapping.source, self.mapping.batch)
        wanted = [each for each in received if _is_wanted(self.mapping, {"body": _parsed(each.body)})]
        for message in received:
            if message not in wanted:
                self.sqs.delete(self.mapping.source, message.id)
        if not wanted:
            return
        records = [message.record(self.mapping.source) for message in wanted]
        outcome = self.lambdas.invoke(self.mapping.function, {"Records": records})
        kept = {message.id for message in wanted}
        if outcome.error is None:
            kept = _failed_items(self.mapping, outcome.result)
        for message in wanted:
            if message.id not in kept:
                self.sqs.delete(self.mapping.source, message.id)


@dataclass
class _Batch:
    records: list[Record]
    tries: int = 0


@dataclass
class StreamSource:
    """Reads a table's stream in order; `records()` are all that were written since the world began."""

    mapping: Mapping
    records: Callable[[], list[Record]]
    sqs: Sqs
    lambdas: Lambdas
    timeline: Timeline
    position: int = 0
    _lanes: dict[int, list[Record]] = field(default_factory=dict)
    _busy: set[int] = field(default_factory=set)

    def look(self) -> None:
        found = self.records()
        new, self.position = found[self.position :], len(found)
        for record in new:
            if _is_wanted(self.mapping, record):
                self._lanes.setdefault(self._lane_of(record), []).append(record)
        for lane, waiting in self._lanes.items():
            if waiting and lane not in self._busy:
                self._busy.add(lane)
                self.timeline.at(_POLL_S, lambda lane=lane: self._read(lane))  # type: ignore[misc]

    def clear(self) -> None:
        """Nothing that was written before is read."""
        self.position = len(self.records())
        self._lanes.clear()
        self._busy.clear()

    def repeat(self, count: int) -> None:
        """Read the last records once more, as Lambda may."""
        self.position = max(0, self.position - count)

    def _lane_of(self, record: Record) -> int:
        """Records of one item go through one lane, in their order."""
        return sum(json.dumps(record["dynamodb"]["Keys"]).encode()) % self.mapping.lanes

    def _read(self, lane: int) -> None:
        waiting = self._lanes[lane]
        batch, self._lanes[lane] = waiting[: self.mapping.batch], waiting[self.mapping.batch :]
        self._deliver(lane, _Batch(batch))

    def _deliver(self, lane: int, batch: _Batch) -> None:
        now_s = self.timeline.clock.now()
        aged = [record for record in batch.records if now_s - record["seen_s"] > self.mapping.max_age_s]
        self._discard(aged)
        batch.records = [record for record in batch.records if record not in aged]
        outcome = (
            self.lambdas.invoke(self.mapping.function, {"Records": batch.records}) if batch.records else None
        )
        rest = self._unhandled(batch.records, outcome) if outcome else []
        if rest and batch.tries >= self.mapping.retries >= 0:
            self._discard(rest[:1])
            rest, batch.tries = rest[1:], -1
        if rest:
            again = _Batch(rest, batch.tries + 1)
            self.timeline.at(_PAUSE_S, lambda: self._deliver(lane, again))
        else:
            self._busy.discard(lane)

    def _unhandled(self, records: list[Record], outcome: Outcome) -> list[Record]:
        """From the first record on that failed."""
        if outcome.error:
            return records
        failed = _failed_items(self.mapping, outcome.result)
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        first = min((numbers.index(number) for number in failed if number in numbers), default=len(records))
        return records[first:]

    def _discard(self, records: list[Record]) -> None:
        if records and self.mapping.on_failure:
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            about = {
                "shardId": SHARD,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(records),
                "streamArn": f"{arn(self.mapping.source)}/stream/1",
            }
            body = {"version": "1.0", "DDBStreamBatchInfo": about, "timestamp": self.timeline.clock.text()}
            self.sqs.send(self.mapping.on_failure, json.dumps(body))


def _is_wanted(mapping: Mapping, event: dict[str, Any]) -> bool:
    return not mapping.patterns or any(matches(json.loads(each), event) for each in mapping.patterns)


def _failed_items(mapping: Mapping, result: Any) -> set[str]:
    if not mapping.reports_items or not result:
        return set()
    return {item["itemIdentifier"] for item in result.get("batchItemFailures", [])}


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
