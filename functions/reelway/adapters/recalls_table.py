"""Since when playback tokens are void, in the records of the Videos table, as `ports.recalls.Recalls`."""

import uuid
from typing import TYPE_CHECKING

from reelway.adapters import video_updates
from reelway.adapters.conditional_writes import ItemUpdate

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


class RecallsTable:
    """`client` is a boto3 DynamoDB client."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def recall(self, video_id: str, *, at: int) -> bool:
        fields = {"recalledAt": at, "writeId": str(uuid.uuid4())}
        update = ItemUpdate(fields, video_updates.IS_THERE, {})
        return update.apply(self._client, self._table, {"videoId": video_id})
