"""The Videos table as `ports.videos.Videos`.

Whichever call writes a change of state counts it as a metric, so each change is counted once.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from reelway.adapters import deletion_updates, video_items, video_updates
from reelway.adapters.conditional_writes import ItemUpdate, refused_update, unless_refused
from reelway.adapters.telemetry import Metrics
from reelway.adapters.video_lists import VideoLists
from reelway.failure_codes import is_ours
from reelway.timestamps import utc_now
from reelway.video import Failure, LadderState, Loudness, Rendition, State, Video, execution_name

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


class VideosTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(
        self, client: "DynamoDBClient", table: str, metrics: Metrics, *, now: Callable[[], str] = utc_now
    ) -> None:
        self._client = client
        self._table = table
        self._metrics = metrics
        self._lists = VideoLists(client, table)
        self._now = now

    def find(self, video_id: str) -> Video | None:
        item = self._item(video_id)
        return video_items.video_of(item) if item and video_items.is_video(item) else None

    def was_deleted(self, video_id: str) -> bool:
        item = self._item(video_id)
        return item is not None and video_items.is_tombstone(item)

    def find_deleted(self, video_id: str) -> Video | None:
        item = self._item(video_id)
        return video_items.video_of(item) if item and video_items.is_tombstone(item) else None

    def was_purged(self, video_id: str) -> bool:
        item = self._item(video_id)
        return item is not None and video_items.is_purged(item)

    def execution_of(self, video_id: str) -> str:
        return video_items.execution_of(video_id, self._item(video_id))

    def delete(self, video_id: str) -> bool:
        is_changed = self._apply(video_id, deletion_updates.deletion(now=self._now()))
        if is_changed:
            self._metrics.count("VideosDeleted")
        return is_changed

    def _item(self, video_id: str) -> dict[str, Any] | None:
        with video_items.storage_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=video_items.item_of({"videoId": video_id}), ConsistentRead=True
            )
        return answer.get("Item")

    def create(self, video_id: str, *, size_bytes: int) -> None:
        if self._apply(video_id, video_updates.creation(size_bytes, now=self._now())):
            self._metrics.count("VideosUploaded")

    def start(self, video_id: str, *, run_id: str, duration_s: float, total_frames: int) -> bool:
        return self._advance(
            video_id,
            State.PROCESSING,
            {
                "runId": run_id,
                "execution": execution_name(video_id, run_id),
                "durationS": duration_s,
                "totalFrames": total_frames,
                "encodedFrames": 0,
                "listing": video_items.OPEN_LIST,
            },
        )

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> bool:
        values = {
            ":frames": frames,
            ":run": run_id,
            ":processing": State.PROCESSING,
            ":encoding": LadderState.ENCODING,
        }
        is_encoding = "runId = :run AND (#state = :processing OR ladder = :encoding)"
        refusing = refused_update(
            self._client,
            {
                "TableName": self._table,
                "Key": video_items.item_of({"videoId": video_id}),
                "UpdateExpression": "ADD encodedFrames :frames",
                "ConditionExpression": f"attribute_not_exists(deletedAt) AND {is_encoding}",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": video_items.item_of(values),
            },
        )
        return refusing is None

    def finish(
        self,
        video_id: str,
        *,
        run_id: str,
        renditions: Sequence[Rendition],
        ladder: LadderState,
        loudness: Loudness | None = None,
    ) -> bool:
        fields = {
            "runId": run_id,
            "renditions": list(renditions),
            "ladder": ladder,
            "loudness": loudness,
            "listing": video_items.READY_LIST,
        }
        is_complete = ladder is LadderState.COMPLETE
        update = video_updates.completion(fields, now=self._now()) if is_complete else None
        is_changed = self._apply(
            video_id, update or video_updates.advance(State.READY, fields, now=self._now())
        )
        if is_changed:
            self._metrics.count("VideosReady")
        return is_changed

    def complete_ladder(
        self,
        video_id: str,
        *,
        run_id: str,
        renditions: Sequence[Rendition],
        loudness: Loudness | None = None,
    ) -> bool:
        fields = {"ladder": LadderState.COMPLETE, "renditions": list(renditions), "loudness": loudness}
        update = video_updates.completion_of_ladder(fields, run_id, now=self._now())
        return self._apply(video_id, update)

    def fail_ladder(self, video_id: str, failure: Failure, *, execution: str | None = None) -> bool:
        fields = {"ladder": LadderState.FAILED, "failure": failure}
        update = video_updates.end_of_ladder(fields, now=self._now())
        is_changed = self._apply(video_id, video_updates.by_execution(update, video_id, execution))
        if is_changed:
            self._metrics.count("LaddersFailed")
            self._count_ours(failure)
        return is_changed

    def fail(self, video_id: str, failure: Failure, *, execution: str | None = None) -> bool:
        fields = {"failure": failure, "listing": video_items.FAILED_LIST}
        update = video_updates.advance(State.FAILED, fields, now=self._now())
        is_changed = self._apply(video_id, video_updates.by_execution(update, video_id, execution))
        if is_changed:
            self._metrics.count("VideosFailed", code=failure.code)
            self._count_ours(failure)
        return is_changed

    def _count_ours(self, failure: Failure) -> None:
        if is_ours(failure.code):
            self._metrics.count("VideosFailedByUs")

    def unlist(self, video_id: str) -> None:
        values = {
            ":listing": video_items.READY_LIST,
            ":unlisted": video_items.UNLISTED_LIST,
            ":now": self._now(),
        }
        with unless_refused(self._client):
            self._client.update_item(
                TableName=self._table,
                Key=video_items.item_of({"videoId": video_id}),
                UpdateExpression="SET listing = :unlisted, listedAt = :now",
                ConditionExpression="listing = :listing",
                ExpressionAttributeValues=video_items.item_of(values),
            )

    def _advance(self, video_id: str, state: State, fields: dict[str, Any]) -> bool:
        return self._apply(video_id, video_updates.advance(state, fields, now=self._now()))

    def _apply(self, video_id: str, update: ItemUpdate) -> bool:
        return update.apply(self._client, self._table, {"videoId": video_id})
