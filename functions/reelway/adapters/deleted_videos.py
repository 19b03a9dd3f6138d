"""Tombstones in the Videos table, as `ports.deleted.DeletedVideos`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reelway.adapters import deletion_updates, video_items
from reelway.adapters.conditional_writes import ItemUpdate
from reelway.adapters.telemetry import Metrics
from reelway.ports.deleted import Deleted
from reelway.timestamps import utc_now

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


class DeletedVideosTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(
        self, client: "DynamoDBClient", table: str, metrics: Metrics, *, now: Callable[[], str] = utc_now
    ) -> None:
        self._client = client
        self._table = table
        self._metrics = metrics
        self._now = now

    def find(self, video_id: str) -> Deleted | None:
        with video_items.storage_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=video_items.item_of({"videoId": video_id}), ConsistentRead=True
            )
        item = answer.get("Item")
        if item is None or not video_items.is_tombstone(item):
            return None
        fields = video_items.fields_of(item)
        return Deleted(
            video_items.video_of(item),
            fields["deletedAt"],
            fields.get("restoringAt"),
            is_purged=video_items.is_purged(item),
        )

    def order_restoring(self, video_id: str, *, deleted_since: str) -> bool:
        update = deletion_updates.restoring(deleted_since=deleted_since, now=self._now())
        return self._apply(video_id, update)

    def restore(self, deleted: Deleted, *, run_id: str, is_whole: bool) -> bool:
        video = deleted.video
        update = deletion_updates.restored(video, run_id=run_id, is_whole=is_whole, now=self._now())
        is_changed = self._apply(video.video_id, update)
        if is_changed:
            self._metrics.count("VideosRestored")
        return is_changed

    def _apply(self, video_id: str, update: ItemUpdate) -> bool:
        return update.apply(self._client, self._table, {"videoId": video_id})
