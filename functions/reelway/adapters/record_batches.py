"""Reads many records of the Videos table with few calls."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.attempts import SHORT_PAUSES_S, attempts
from reelway.errors import StorageFailed

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

MAX_BATCH = 100  # items of one BatchGetItem


@dataclass(frozen=True, slots=True)
class RecordBatches:
    """`client` is a boto3 DynamoDB client; `attributes` are those that are read."""

    client: "DynamoDBClient"
    table: str
    attributes: Sequence[str]
    sleep: Callable[[float], None] = time.sleep

    def items(self, video_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """In the order of the ids, in which DynamoDB does not answer; without those that do not exist."""
        wanted = list(dict.fromkeys(video_ids))
        for first in range(0, len(wanted), MAX_BATCH):
            batch = wanted[first : first + MAX_BATCH]
            items = {item["videoId"]["S"]: item for item in self._batch(batch)}
            yield from (items[video_id] for video_id in batch if video_id in items)

    def _batch(self, video_ids: list[str]) -> Iterator[dict[str, Any]]:
        """DynamoDB may leave out what it has no capacity for at the moment; that is asked for again."""
        asked: Any = {
            self.table: {
                "Keys": [video_items.item_of({"videoId": video_id}) for video_id in video_ids],
                # Some attributes have the names of DynamoDB's own words.
                "ProjectionExpression": ", ".join(f"#{name}" for name in self.attributes),
                "ExpressionAttributeNames": {f"#{name}": name for name in self.attributes},
                "ConsistentRead": True,
            }
        }
        for _ in attempts(SHORT_PAUSES_S, self.sleep):
            with video_items.storage_errors():
                answer = self.client.batch_get_item(RequestItems=asked)
            yield from answer["Responses"].get(self.table, [])
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return
        raise StorageFailed("storage_failed", "DynamoDB has no capacity for a batch of records")
