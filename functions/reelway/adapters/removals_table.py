"""The Videos table as `ports.removals.Removals`."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import unless_refused
from reelway.adapters.video_lists import VideoLists
from reelway.timestamps import utc_now
from reelway.video import State

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# A deleted video is on its list whatever its state was; one that FAILED leaves its own when it is retried.
_IS_DELETED = "(listing IN (:deleted, :hidden) AND attribute_not_exists(restoringAt))"
_HAS_FAILED = "(listing = :failed AND #state = :state)"
_DELETED = {":deleted": video_items.DELETED_LIST, ":hidden": video_items.HIDDEN_LIST}
_FAILED = {":failed": video_items.FAILED_LIST, ":state": State.FAILED}


class RemovalsTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(self, client: "DynamoDBClient", table: str, *, now: Callable[[], str] = utc_now) -> None:
        self._client = client
        self._table = table
        self._lists = VideoLists(client, table)
        self._now = now

    def deleted(self, before: str) -> Iterator[str]:
        return self._lists.ids(video_items.DELETED_LIST, before=before, oldest_first=True)

    def hidden(self, before: str) -> Iterator[str]:
        return self._lists.ids(video_items.HIDDEN_LIST, before=before, oldest_first=True)

    def failed(self, before: str) -> Iterator[str]:
        return self._lists.ids(video_items.FAILED_LIST, before=before, oldest_first=True)

    def order(self, video_id: str, *, unless_since: str) -> str | None:
        values = {":deleted": video_items.DELETED_LIST, ":since": unless_since}
        is_due = "(attribute_not_exists(orderedAt) OR orderedAt < :since)"
        return self._noted(video_id, "SET orderedAt = :now", f"listing = :deleted AND {is_due}", values)

    def hide(self, video_id: str) -> bool:
        return self._is_updated(
            video_id,
            "SET listing = :hidden, listedAt = :now REMOVE orderedAt",
            "listing = :deleted AND attribute_not_exists(restoringAt)",
            _DELETED,
        )

    def begin(self, video_id: str, *, unless_since: str) -> str | None:
        """By one of two writes, since the two kinds of videos have the time under two names."""
        since, is_due = {":since": unless_since}, "(attribute_not_exists({0}) OR {0} < :since)"
        return self._noted(
            video_id,
            "SET purgedAt = :now",
            f"{_IS_DELETED} AND {is_due.format('purgedAt')}",
            {**_DELETED, **since},
        ) or self._noted(
            video_id,
            "SET removedAt = :now",
            f"{_HAS_FAILED} AND {is_due.format('removedAt')}",
            {**_FAILED, **since},
        )

    def settle(self, video_id: str) -> None:
        values = {**_DELETED, **_FAILED, ":unlisted": video_items.UNLISTED_LIST}
        update = "SET listing = :unlisted, listedAt = :now, removedAt = if_not_exists(removedAt, :now)"
        self._is_updated(video_id, update, f"{_IS_DELETED} OR {_HAS_FAILED}", values)

    def _noted(self, video_id: str, update: str, condition: str, values: Mapping[str, Any]) -> str | None:
        with video_items.storage_errors():
            try:
                answer = self._client.update_item(
                    **self._asked(video_id, update, condition, values), ReturnValues="ALL_NEW"
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return None
        return video_items.video_of(answer["Attributes"]).execution_name

    def _is_updated(self, video_id: str, update: str, condition: str, values: Mapping[str, Any]) -> bool:
        with unless_refused(self._client):
            self._client.update_item(**self._asked(video_id, update, condition, values))
            return True
        return False

    def _asked(self, video_id: str, update: str, condition: str, values: Mapping[str, Any]) -> Any:
        asked: dict[str, Any] = {
            "TableName": self._table,
            "Key": video_items.item_of({"videoId": video_id}),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": video_items.item_of({**values, ":now": self._now()}),
        }
        return asked | ({"ExpressionAttributeNames": {"#state": "state"}} if "#state" in condition else {})
