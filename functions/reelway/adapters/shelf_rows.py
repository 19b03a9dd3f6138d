"""Rows of shelves in the Videos table's sparse index, as `ports.shelves.ShelfRows`.

A row is an item of the Videos table that has `listing` and `listedAt` only, as the lists of `video_items`
have them: so the index that is there holds them, with nothing but its keys. DynamoDB adds one index to a
table in an update of a stack, and this release has added that one already.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelway.adapters import video_items
from reelway.shelves import Row, rows_of
from reelway.video import Video

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


@dataclass(frozen=True, slots=True)
class ShelfRowsTable:
    """`client` is a boto3 DynamoDB client, `table` the name of the Videos table."""

    client: "DynamoDBClient"
    table: str

    def arrange(self, video: Video) -> None:
        for row in rows_of(video):
            self._put(row)

    def take_off(self, before: Video, now: Video | None) -> None:
        kept = {row.row_id for row in rows_of(now)} if now else set()
        for row in rows_of(before):
            if row.row_id not in kept:
                with video_items.storage_errors():
                    key = video_items.item_of({"videoId": row.row_id})
                    self.client.delete_item(TableName=self.table, Key=key)

    def _put(self, row: Row) -> None:
        with video_items.storage_errors():
            self.client.update_item(
                TableName=self.table,
                Key=video_items.item_of({"videoId": row.row_id}),
                UpdateExpression="SET listing = :listing, listedAt = :listedAt",
                ExpressionAttributeValues=video_items.item_of(
                    {":listing": row.name, ":listedAt": row.created_at}
                ),
            )
