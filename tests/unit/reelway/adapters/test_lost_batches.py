"""What the streams of moto do not show: pages without records, the end of a shard, records that are gone."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from reelway.adapters.lost_batches import LostBatches
from tests.support import samples
from tests.support.samples import VIDEO_ID


class Trimmed(Exception):
    pass


class NotFound(Exception):
    pass


def change(number: int, name: str = "MODIFY") -> dict[str, Any]:
    return {
        "eventName": name,
        "dynamodb": {"SequenceNumber": str(number), "Keys": {"videoId": {"S": VIDEO_ID}}},
    }


@dataclass
class Streams:
    """A shard that is read in these pages; each has the next one's iterator, the last one none."""

    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    error: Exception | None = None
    reads: int = 0

    class exceptions:  # noqa: N801  boto3's name
        TrimmedDataAccessException = Trimmed
        ResourceNotFoundException = NotFound

    def get_shard_iterator(self, **asked: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        return {"ShardIterator": "0"} if self.pages else {}

    def get_records(self, *, ShardIterator: str) -> dict[str, Any]:  # noqa: N803  boto3's name
        self.reads += 1
        place = int(ShardIterator)
        following = {"NextShardIterator": str(place + 1)} if place + 1 < len(self.pages) else {}
        return {"Records": self.pages[place], **following}


def handed_over(streams: Streams) -> tuple[list[int], dict[str, Any]]:
    """The numbers of the records that were read, and the answer. The batch goes from 91 to 103."""
    event = samples.event("sqs-undelivered")
    body = (
        event["Records"][0]["body"]
        .replace("44215845000000000174504390", "")
        .replace("44215845000000000174504391", "1")
    )
    event["Records"][0]["body"] = body
    taken: list[int] = []

    def take(records: Any) -> list[Any]:
        taken.extend(int(record["dynamodb"]["SequenceNumber"]) for record in records)
        return []

    return taken, LostBatches(streams).handle(event, take, lambda text: None)


def test_a_batch_is_read_over_pages_without_records_to_its_last_one() -> None:
    streams = Streams([[], [change(91)], [], [change(95), change(103), change(104)], [change(105)]])
    assert handed_over(streams) == ([91, 95, 103], {"batchItemFailures": []})
    assert streams.reads == 4


def test_a_batch_may_end_with_its_shard() -> None:
    assert handed_over(Streams([[change(91)], [change(95)]]))[0] == [91, 95]


def test_writes_that_the_mapping_does_not_take_are_passed_over() -> None:
    streams = Streams([[change(91, "INSERT"), change(95), change(103, "REMOVE")]])
    assert handed_over(streams)[0] == [91, 95]


def test_a_shard_that_is_empty_for_long_is_left() -> None:
    empty: list[dict[str, Any]] = []
    streams = Streams(1000 * [empty])
    assert handed_over(streams) == ([], {"batchItemFailures": []})
    assert streams.reads == 100


@pytest.mark.parametrize("gone", [Trimmed(), NotFound()])
def test_records_that_are_gone_do_not_come_again(gone: Exception) -> None:
    assert handed_over(Streams(error=gone)) == ([], {"batchItemFailures": []})


def test_any_other_error_brings_the_message_back() -> None:
    assert len(handed_over(Streams(error=RuntimeError()))[1]["batchItemFailures"]) == 1
