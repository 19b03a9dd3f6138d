"""The Videos table as `ports.removals.Removals`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import unless_refused
from reelway.adapters.video_lists import VideoLists
from reelway.timestamps import utc_now
from reelway.video import State

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# A deleted video stays on its list whatever its state was; one that FAILED leaves it when it is retried.
_IS_LISTED = "(listing = :deleted OR (listing = :failed AND #state = :state))"
_IS_DUE = "(attribute_not_exists(removedAt) OR removedAt < :since)"
_LISTS = {":deleted": video_items.DELETED_LIST, ":failed": video_items.FAILED_LIST, ":state": State.FAILED}


class RemovalsTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(self, client: "DynamoDBClient", table: str, *, now: Callable[[], str] = utc_now) -> None:
        self._client = client
        self._table = table
        self._lists = VideoLists(client, table)
        self._now = now

    def deleted(self, before: str) -> Iterator[str]:
        return self._lists.ids(video_items.DELETED_LIST, before=before, oldest_first=True)

    def failed(self, before: str) -> Iterator[str]:
        return self._lists.ids(video_items.FAILED_LIST, before=before, oldest_first=True)

    def begin(self, video_id: str, *, unless_since: str) -> str | None:
        now = self._now()
        with video_items.storage_errors():
            try:
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=video_items.item_of({"videoId": video_id}),
                    UpdateExpression="SET removedAt = :now",
                    ConditionExpression=f"{_IS_LISTED} AND {_IS_DUE}",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues=video_items.item_of(
                        {**_LISTS, ":now": now, ":since": unless_since}
                    ),
                    ReturnValues="ALL_NEW",
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return None
        return video_items.video_of(answer["Attributes"]).execution_name

    def settle(self, video_id: str) -> None:
        values = {**_LISTS, ":unlisted": video_items.UNLISTED_LIST, ":now": self._now()}
        with unless_refused(self._client):
            self._client.update_item(
                TableName=self._table,
                Key=video_items.item_of({"videoId": video_id}),
                UpdateExpression=(
                    "SET listing = :unlisted, listedAt = :now, removedAt = if_not_exists(removedAt, :now)"
                ),
                ConditionExpression=_IS_LISTED,
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=video_items.item_of(values),
            )
