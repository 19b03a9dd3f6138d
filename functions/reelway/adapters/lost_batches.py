"""Batches of stream records that Lambda has given up, read back by what its messages in a queue say of them.

A message has no records, but where they are in the stream (`DDBStreamBatchInfo`):
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#services-dynamodb-errors
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from reelway.adapters.stream_batches import Record

# Of the calls that read one batch: where records were filtered out, a call may answer with none.
_MAX_READS = 100
# Of what Lambda's mapping of each stream takes.
_CHANGES_OF_A_VIDEO, _NEW_SOCKET = ("INSERT", "MODIFY"), ("INSERT",)


class LostBatches:
    """`client` is a boto3 client of DynamoDB's streams."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def handle(
        self,
        event: dict[str, Any],
        take: Callable[[Sequence[Record]], Iterable[Record]],
        report: Callable[[str], Any],
    ) -> dict[str, Any]:
        """Hand each batch that the event names to `take`, which returns the records that failed.

        A message of which some failed comes again, as one does that cannot be read; not one whose records are
        no longer there, after 24 hours. `report(text)` is called while an exception is handled.
        """
        failed = [message for message in event["Records"] if not self._is_done(message, take, report)]
        return {"batchItemFailures": [{"itemIdentifier": message["messageId"]} for message in failed]}

    def _is_done(
        self,
        message: dict[str, Any],
        take: Callable[[Sequence[Record]], Iterable[Record]],
        report: Callable[[str], Any],
    ) -> bool:
        gone = self._client.exceptions
        try:
            return not list(take(list(self._records(json.loads(message["body"])["DDBStreamBatchInfo"]))))
        except (gone.TrimmedDataAccessException, gone.ResourceNotFoundException):
            report("changes that were given up are no longer in the stream")
            return True
        except Exception:
            report("changes that were given up could not be read; it is tried again")
            return False

    def _records(self, batch: dict[str, Any]) -> Iterator[Record]:
        last = int(batch["endSequenceNumber"])
        iterator = self._client.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        ).get("ShardIterator")
        for _ in range(_MAX_READS):
            if not iterator:
                return
            answer = self._client.get_records(ShardIterator=iterator)
            for record in answer["Records"]:
                number = int(record["dynamodb"]["SequenceNumber"])
                if number <= last and _is_of_the_mapping(record):
                    yield record
                if number >= last:
                    return
            iterator = answer.get("NextShardIterator")


def _is_of_the_mapping(record: Record) -> bool:
    is_of_a_socket = "connectionId" in record["dynamodb"]["Keys"]
    return bool(record["eventName"] in (_NEW_SOCKET if is_of_a_socket else _CHANGES_OF_A_VIDEO))
