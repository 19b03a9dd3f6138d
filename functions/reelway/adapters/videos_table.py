"""The Videos table as `ports.Videos`. Each change of state is counted once, where it is written."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import fields_at_refusal
from reelway.adapters.telemetry import Metrics
from reelway.ports import Listed
from reelway.timestamps import utc_now
from reelway.video import Failure, LadderState, Rendition, State, Video

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

LISTING_INDEX = "byListing"
_BEGINNING, _END = "0", "9"  # before and after every time that is written as ISO 8601


class VideosTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(
        self, client: "DynamoDBClient", table: str, metrics: Metrics, *, now: Callable[[], str] = utc_now
    ) -> None:
        self._client = client
        self._table = table
        self._metrics = metrics
        self._now = now

    def find(self, video_id: str) -> Video | None:
        item = self._item(video_id)
        return video_items.video_of(item) if item and not video_items.is_tombstone(item) else None

    def was_deleted(self, video_id: str) -> bool:
        item = self._item(video_id)
        return item is not None and video_items.is_tombstone(item)

    def delete(self, video_id: str) -> bool:
        now = self._now()
        fields = {
            "deletedAt": now,
            "updatedAt": now,
            "listing": video_items.DELETED_LIST,
            "listedAt": now,
            "writeId": str(uuid.uuid4()),
        }
        condition = "attribute_exists(videoId) AND attribute_not_exists(deletedAt)"
        is_changed = self._update(
            video_id, fields, condition, also=", version = version + :one", values={":one": 1}
        )
        if is_changed:
            self._metrics.count("VideosDeleted")
        return is_changed

    def deleted_ids(self, before: str) -> Iterator[str]:
        for item in self._listed(video_items.DELETED_LIST, before=before):
            yield video_items.fields_of(item)["videoId"]

    def settle_deleted(self, video_id: str) -> None:
        self._unlist(video_id, video_items.DELETED_LIST)

    def _item(self, video_id: str) -> dict[str, Any] | None:
        with video_items.storage_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=video_items.item_of({"videoId": video_id}), ConsistentRead=True
            )
        item: dict[str, Any] | None = answer.get("Item")
        return item

    def create(self, video_id: str, *, size_bytes: int) -> None:
        now = self._now()
        fields = {
            "videoId": video_id,
            "state": State.UPLOADED,
            "rank": State.UPLOADED.rank,
            "version": 1,
            "createdAt": now,
            "updatedAt": now,
            "sizeBytes": size_bytes,
            "listing": video_items.OPEN_LIST,
            "listedAt": now,
        }
        with video_items.storage_errors(), self._unless_refused():
            self._client.put_item(
                TableName=self._table,
                Item=video_items.item_of(fields),
                ConditionExpression="attribute_not_exists(videoId)",
            )
            self._metrics.count("VideosUploaded")

    def start(self, video_id: str, *, run_id: str, duration_s: float, total_frames: int) -> bool:
        return self._advance(
            video_id,
            State.PROCESSING,
            {
                "runId": run_id,
                "durationS": duration_s,
                "totalFrames": total_frames,
                "encodedFrames": 0,
                "listing": video_items.OPEN_LIST,
            },
        )

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> None:
        with video_items.storage_errors(), self._unless_refused():
            self._client.update_item(
                TableName=self._table,
                Key=video_items.item_of({"videoId": video_id}),
                UpdateExpression="ADD encodedFrames :frames",
                ConditionExpression="runId = :run AND (#state = :processing OR ladder = :encoding)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=video_items.item_of(
                    {
                        ":frames": frames,
                        ":run": run_id,
                        ":processing": State.PROCESSING,
                        ":encoding": LadderState.ENCODING,
                    }
                ),
            )

    def finish(
        self, video_id: str, *, run_id: str, renditions: Sequence[Rendition], ladder: LadderState
    ) -> bool:
        fields = {
            "runId": run_id,
            "renditions": [video_items.rendition_fields(rendition) for rendition in renditions],
            "ladder": ladder,
            "listing": video_items.READY_LIST,
        }
        is_changed = self._advance(video_id, State.READY, fields)
        if is_changed:
            self._metrics.count("VideosReady")
        return is_changed

    def complete_ladder(self, video_id: str, *, run_id: str, renditions: Sequence[Rendition]) -> bool:
        return self._end_ladder(
            video_id,
            {
                "ladder": LadderState.COMPLETE,
                "renditions": [video_items.rendition_fields(rendition) for rendition in renditions],
            },
            run_id,
        )

    def fail_ladder(self, video_id: str, failure: Failure) -> bool:
        fields = {"ladder": LadderState.FAILED, "failure": video_items.failure_fields(failure)}
        is_changed = self._end_ladder(video_id, fields)
        if is_changed:
            self._metrics.count("LaddersFailed")
        return is_changed

    def fail(self, video_id: str, failure: Failure) -> bool:
        is_changed = self._advance(video_id, State.FAILED, {"failure": video_items.failure_fields(failure)})
        if is_changed:
            self._metrics.count("VideosFailed", code=failure.code)
        return is_changed

    def unlist(self, video_id: str) -> None:
        self._unlist(video_id, video_items.READY_LIST)

    def _unlist(self, video_id: str, listing: str) -> None:
        with video_items.storage_errors(), self._unless_refused():
            self._client.update_item(
                TableName=self._table,
                Key=video_items.item_of({"videoId": video_id}),
                UpdateExpression="REMOVE listing, listedAt",
                ConditionExpression="listing = :listing",
                ExpressionAttributeValues=video_items.item_of({":listing": listing}),
            )

    def ready_ids(self) -> Iterator[str]:
        for item in self._listed(video_items.READY_LIST):
            yield video_items.fields_of(item)["videoId"]

    def ready_page(self, *, limit: int, after: Listed | None) -> tuple[list[Listed], bool]:
        """The index is asked for one more than `limit`, which tells whether there are more."""
        asked = self._query(video_items.READY_LIST) | {"Limit": limit + 1}
        if after:
            place = {
                "listing": video_items.READY_LIST,
                "listedAt": after.listed_at,
                "videoId": after.video_id,
            }
            asked["ExclusiveStartKey"] = video_items.item_of(place)
        with video_items.storage_errors():
            found = [video_items.fields_of(item) for item in self._client.query(**asked)["Items"]]
        page = [Listed(fields["videoId"], fields["listedAt"]) for fields in found[:limit]]
        return page, len(found) > limit

    def unfinished_since(self, before: str) -> Iterator[Video]:
        for video in self._found(self._listed(video_items.OPEN_LIST, before=before)):
            if not video.state.is_final:
                yield video

    def unfinished_ladders(self, after: str, before: str) -> Iterator[Video]:
        for video in self._found(self._listed(video_items.READY_LIST, after=after, before=before)):
            if video.ladder is LadderState.ENCODING:
                yield video

    def _found(self, items: Iterator[dict[str, Any]]) -> Iterator[Video]:
        for item in items:
            video = self.find(video_items.fields_of(item)["videoId"])
            if video:
                yield video

    @contextmanager
    def _unless_refused(self) -> Iterator[None]:
        """For conditional writes that have nothing to do where their condition does not hold."""
        try:
            yield
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _listed(
        self, listing: str, *, after: str = _BEGINNING, before: str = _END
    ) -> Iterator[dict[str, Any]]:
        """Keys of a list between two times, newest first. The index is eventually consistent."""
        with video_items.storage_errors():
            for page in self._client.get_paginator("query").paginate(**self._query(listing, after, before)):
                yield from page["Items"]

    def _query(self, listing: str, after: str = _BEGINNING, before: str = _END) -> dict[str, Any]:
        values = {":listing": listing, ":after": after, ":before": before}
        return {
            "TableName": self._table,
            "IndexName": LISTING_INDEX,
            "KeyConditionExpression": "listing = :listing AND listedAt BETWEEN :after AND :before",
            "ExpressionAttributeValues": video_items.item_of(values),
            "ScanIndexForward": False,
        }

    def _end_ladder(self, video_id: str, fields: dict[str, Any], run_id: str | None = None) -> bool:
        """Once, and without a new version: whoever watches has heard READY, and nothing else is told."""
        fields = fields | {"updatedAt": self._now(), "writeId": str(uuid.uuid4())}
        condition = "#ladder = :encoding AND attribute_not_exists(deletedAt)"
        values: dict[str, Any] = {":encoding": LadderState.ENCODING}
        if run_id:
            condition, values = f"{condition} AND runId = :run", values | {":run": run_id}
        return self._update(video_id, fields, condition, values=values)

    def _advance(self, video_id: str, state: State, fields: dict[str, Any]) -> bool:
        """The only way a state changes: to a higher rank, once, whatever is delivered twice.

        A write whose answer was lost is repeated by the SDK and then refused; it is ours by its `writeId`.
        """
        now = self._now()
        fields = fields | {"state": state, "rank": state.rank, "updatedAt": now, "writeId": str(uuid.uuid4())}
        if "listing" in fields:
            fields["listedAt"] = now
        drops = "" if "listing" in fields else " REMOVE listing, listedAt"
        condition = "attribute_exists(videoId) AND attribute_not_exists(deletedAt) AND #rank < :rank"
        return self._update(
            video_id, fields, condition, also=f", version = version + :one{drops}", values={":one": 1}
        )

    def _update(
        self, video_id: str, fields: dict[str, Any], condition: str, *, values: dict[str, Any], also: str = ""
    ) -> bool:
        """Set `fields`, of which one is a new `writeId`; whether this very call did.

        A write whose answer was lost is repeated by the SDK and then refused; its `writeId` is stored.
        """
        sets = ", ".join(f"#{name} = :{name}" for name in fields)
        values = values | {f":{name}": value for name, value in fields.items()}
        with video_items.storage_errors():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=video_items.item_of({"videoId": video_id}),
                    UpdateExpression=f"SET {sets}{also}",
                    ConditionExpression=condition,
                    ExpressionAttributeNames={f"#{name}": name for name in fields},
                    ExpressionAttributeValues=video_items.item_of(values),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as refusal:
                return bool(fields_at_refusal(refusal).get("writeId") == fields["writeId"])
        return True
