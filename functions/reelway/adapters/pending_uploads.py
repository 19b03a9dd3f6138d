"""Rows of the Videos table that stand for uploads which may arrive, as `ports.pending.PendingUploads`."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import ItemUpdate, unless_refused
from reelway.adapters.video_lists import VideoLists
from reelway.details import Details
from reelway.documents import from_plain, to_plain
from reelway.ports.pending import FIRST_LOOK_AFTER, Expected, PendingUpload
from reelway.timestamps import later, utc_now

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_IS_PENDING = "listing = :pending"


class PendingUploadsTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(self, client: "DynamoDBClient", table: str, *, now: Callable[[], str] = utc_now) -> None:
        self._client = client
        self._table = table
        self._lists = VideoLists(client, table)
        self._now = now

    def expect(self, video_id: str, *, within: timedelta, details: Details) -> bool:
        now = self._now()
        fields = {
            **_stated(details),
            "createdAt": now,
            "expectedUntil": later(now, within),
            "listing": video_items.PENDING_LIST,
            "listedAt": later(now, FIRST_LOOK_AFTER),
        }
        update = ItemUpdate(fields, video_items.IS_NOT_RECORDED, {})
        return update.write(self._client, self._table, {"videoId": video_id}) is None

    def find(self, video_id: str) -> Expected | None:
        item = self._item(video_id)
        if not item:
            return None
        fields, is_recorded = video_items.fields_of(item), video_items.is_recorded(item)
        return from_plain(Expected, {**fields, "details": fields, "isRecorded": is_recorded})

    def note_upload(self, video_id: str, *, upload_id: str, declared_bytes: int, after: str | None) -> bool:
        fields = {"uploadId": upload_id, "declaredBytes": declared_bytes}
        is_next = "uploadId = :after" if after else "attribute_not_exists(uploadId)"
        values = {":pending": video_items.PENDING_LIST, **({":after": after} if after else {})}
        update = ItemUpdate(fields, f"{_IS_PENDING} AND {is_next}", values)
        refusing = update.write(self._client, self._table, {"videoId": video_id})
        # A write whose answer was lost is repeated by the SDK, and refused by itself.
        return refusing is None or refusing.get("uploadId") == upload_id

    def due(self, now: str) -> Iterator[PendingUpload]:
        for video_id in self._lists.ids(video_items.PENDING_LIST, before=now, oldest_first=True):
            row = self._pending(video_id)
            if row:
                yield row

    def defer(self, video_id: str, *, until: str) -> None:
        values = {":pending": video_items.PENDING_LIST, ":until": until}
        with unless_refused(self._client):
            self._client.update_item(
                TableName=self._table,
                Key=video_items.item_of({"videoId": video_id}),
                UpdateExpression="SET listedAt = :until",
                ConditionExpression=_IS_PENDING,
                ExpressionAttributeValues=video_items.item_of(values),
            )

    def drop(self, video_id: str) -> None:
        with unless_refused(self._client):
            self._client.delete_item(
                TableName=self._table,
                Key=video_items.item_of({"videoId": video_id}),
                ConditionExpression=_IS_PENDING,
                ExpressionAttributeValues=video_items.item_of({":pending": video_items.PENDING_LIST}),
            )

    def end(self, video_id: str) -> None:
        """A row that names no owner is deleted; others, of which few are never uploaded, stay for ever."""
        key, values = video_items.item_of({"videoId": video_id}), {":pending": video_items.PENDING_LIST}
        with unless_refused(self._client):
            self._client.delete_item(
                TableName=self._table,
                Key=key,
                ConditionExpression=f"{_IS_PENDING} AND attribute_not_exists(#owner)",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues=video_items.item_of(values),
            )
            return
        with unless_refused(self._client):
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="REMOVE listing, listedAt",
                ConditionExpression=_IS_PENDING,
                ExpressionAttributeValues=video_items.item_of(values),
            )

    def _pending(self, video_id: str) -> PendingUpload | None:
        """The row, or None if the index, which is eventually consistent, still lists one that is settled.

        One whose times are missing is returned without them, as an upload whose time has passed.
        """
        fields = video_items.fields_of(self._item(video_id) or {})
        if fields.get("listing") != video_items.PENDING_LIST:
            return None
        return PendingUpload(video_id, fields.get("createdAt", ""), fields.get("expectedUntil", ""))

    def _item(self, video_id: str) -> dict[str, Any] | None:
        with video_items.storage_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=video_items.item_of({"videoId": video_id}), ConsistentRead=True
            )
        return answer.get("Item")


def _stated(details: Details) -> dict[str, Any]:
    """The fields of an item for those details that are not the defaults."""
    defaults = to_plain(Details())
    return {name: value for name, value in to_plain(details).items() if value != defaults[name]}
