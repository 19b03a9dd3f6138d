"""The Videos table as `ports.Videos`. Each change of state is counted once, where it is written."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reelway.adapters import records, telemetry
from reelway.times import utc_now
from reelway.video import Failure, Ladder, Rendition, State, Video

LISTING_INDEX = "byListing"
_BEGINNING, _END = "0", "9"  # before and after every time that is written as ISO 8601


class VideosTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(self, client: Any, table: str, *, now: Callable[[], str] = utc_now) -> None:
        self._client = client
        self._table = table
        self._now = now

    def find(self, video_id: str) -> Video | None:
        with records.storage_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=records.item_of({"videoId": video_id}), ConsistentRead=True
            )
        return records.video_of(answer["Item"]) if "Item" in answer else None

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
            "listing": records.OPEN_LIST,
            "listedAt": now,
        }
        with records.storage_errors(), self._unless_refused():
            self._client.put_item(
                TableName=self._table,
                Item=records.item_of(fields),
                ConditionExpression="attribute_not_exists(videoId)",
            )
            telemetry.count("VideosUploaded")

    def start(self, video_id: str, *, run_id: str, duration_s: float, total_frames: int) -> bool:
        return self._advance(
            video_id,
            State.PROCESSING,
            {
                "runId": run_id,
                "durationS": duration_s,
                "totalFrames": total_frames,
                "encodedFrames": 0,
                "listing": records.OPEN_LIST,
            },
        )

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> None:
        with records.storage_errors(), self._unless_refused():
            self._client.update_item(
                TableName=self._table,
                Key=records.item_of({"videoId": video_id}),
                UpdateExpression="ADD encodedFrames :frames",
                ConditionExpression="runId = :run AND (#state = :processing OR ladder = :encoding)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=records.item_of(
                    {
                        ":frames": frames,
                        ":run": run_id,
                        ":processing": State.PROCESSING,
                        ":encoding": Ladder.ENCODING,
                    }
                ),
            )

    def finish(self, video_id: str, *, run_id: str, renditions: Sequence[Rendition], ladder: Ladder) -> bool:
        fields = {
            "runId": run_id,
            "renditions": [records.rendition_fields(rendition) for rendition in renditions],
            "ladder": ladder,
            "listing": records.READY_LIST,
        }
        is_changed = self._advance(video_id, State.READY, fields)
        if is_changed:
            telemetry.count("VideosReady")
        return is_changed

    def complete_ladder(self, video_id: str, *, run_id: str, renditions: Sequence[Rendition]) -> bool:
        return self._end_ladder(
            video_id,
            {
                "ladder": Ladder.COMPLETE,
                "renditions": [records.rendition_fields(rendition) for rendition in renditions],
            },
            run_id,
        )

    def fail_ladder(self, video_id: str, failure: Failure) -> bool:
        fields = {"ladder": Ladder.FAILED, "failure": records.failure_fields(failure)}
        is_changed = self._end_ladder(video_id, fields)
        if is_changed:
            telemetry.count("LaddersFailed")
        return is_changed

    def fail(self, video_id: str, failure: Failure) -> bool:
        is_changed = self._advance(video_id, State.FAILED, {"failure": records.failure_fields(failure)})
        if is_changed:
            telemetry.count("VideosFailed", code=failure.code)
        return is_changed

    def unlist(self, video_id: str) -> None:
        with records.storage_errors(), self._unless_refused():
            self._client.update_item(
                TableName=self._table,
                Key=records.item_of({"videoId": video_id}),
                UpdateExpression="REMOVE listing, listedAt",
                ConditionExpression="listing = :ready",
                ExpressionAttributeValues=records.item_of({":ready": records.READY_LIST}),
            )

    def ready_ids(self) -> Iterator[str]:
        for item in self._listed(records.READY_LIST):
            yield records.fields_of(item)["videoId"]

    def unfinished_since(self, before: str) -> Iterator[Video]:
        for video in self._found(self._listed(records.OPEN_LIST, before=before)):
            if not video.state.is_final:
                yield video

    def unfinished_ladders(self, after: str, before: str) -> Iterator[Video]:
        for video in self._found(self._listed(records.READY_LIST, after=after, before=before)):
            if video.ladder is Ladder.ENCODING:
                yield video

    def _found(self, items: Iterator[dict[str, Any]]) -> Iterator[Video]:
        for item in items:
            video = self.find(records.fields_of(item)["videoId"])
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
        values = {":listing": listing, ":after": after, ":before": before}
        asked: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": LISTING_INDEX,
            "KeyConditionExpression": "listing = :listing AND listedAt BETWEEN :after AND :before",
            "ExpressionAttributeValues": records.item_of(values),
            "ScanIndexForward": False,
        }
        with records.storage_errors():
            for page in self._client.get_paginator("query").paginate(**asked):
                yield from page["Items"]

    def _end_ladder(self, video_id: str, fields: dict[str, Any], run_id: str | None = None) -> bool:
        """Once, and without a new version: whoever watches has heard READY, and nothing else is told."""
        fields = fields | {"updatedAt": self._now(), "writeId": str(uuid.uuid4())}
        sets = ", ".join(f"#{name} = :{name}" for name in fields)
        values = {f":{name}": value for name, value in fields.items()} | {":encoding": Ladder.ENCODING}
        is_ours = " AND runId = :run" if run_id else ""
        with records.storage_errors():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=records.item_of({"videoId": video_id}),
                    UpdateExpression=f"SET {sets}",
                    ConditionExpression=f"#ladder = :encoding{is_ours}",
                    ExpressionAttributeNames={f"#{name}": name for name in fields},
                    ExpressionAttributeValues=records.item_of(values | ({":run": run_id} if run_id else {})),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as refusal:
                return _is_own(refusal, fields["writeId"])
        return True

    def _advance(self, video_id: str, state: State, fields: dict[str, Any]) -> bool:
        """The only way a state changes: to a higher rank, once, whatever is delivered twice.

        A write whose answer was lost is repeated by the SDK and then refused; it is ours by its `writeId`.
        """
        now = self._now()
        fields = fields | {"state": state, "rank": state.rank, "updatedAt": now, "writeId": str(uuid.uuid4())}
        if "listing" in fields:
            fields["listedAt"] = now
        names = {f"#{name}": name for name in fields}
        sets = ", ".join(f"#{name} = :{name}" for name in fields)
        drops = "" if "listing" in fields else " REMOVE listing, listedAt"
        values = {f":{name}": value for name, value in fields.items()} | {":one": 1}
        with records.storage_errors():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=records.item_of({"videoId": video_id}),
                    UpdateExpression=f"SET {sets}, version = version + :one{drops}",
                    ConditionExpression="attribute_exists(videoId) AND #rank < :rank",
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=records.item_of(values),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as refusal:
                return _is_own(refusal, fields["writeId"])
        return True


def _is_own(refusal: Any, write_id: str) -> bool:
    """Whether a refused write was refused only because it had been done before, and its answer lost."""
    stored = records.fields_of(refusal.response.get("Item", {}))
    return bool(stored.get("writeId") == write_id)
