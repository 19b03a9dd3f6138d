"""Runs of videos that are begun again, in the Videos table, as `ports.reruns.Reruns`."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from reelway.adapters import video_updates
from reelway.adapters.conditional_writes import ItemUpdate
from reelway.adapters.telemetry import Metrics
from reelway.timestamps import utc_now

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


class RerunsTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(
        self, client: "DynamoDBClient", table: str, metrics: Metrics, *, now: Callable[[], str] = utc_now
    ) -> None:
        self._client = client
        self._table = table
        self._metrics = metrics
        self._now = now

    def rerun(self, video_id: str, *, run_id: str) -> bool:
        return self._is_changed(video_id, video_updates.reruns(video_id, run_id, now=self._now()))

    def rerun_lost(self, video_id: str, *, run_id: str, execution: str) -> bool:
        updates = video_updates.reruns_of_lost(video_id, run_id, execution, now=self._now())
        is_changed = self._is_changed(video_id, updates)
        if is_changed:
            self._metrics.count("StepsInterrupted")
        return is_changed

    def _is_changed(self, video_id: str, updates: Iterable[ItemUpdate]) -> bool:
        """By the first of the updates that fits the video."""
        return any(update.apply(self._client, self._table, {"videoId": video_id}) for update in updates)
