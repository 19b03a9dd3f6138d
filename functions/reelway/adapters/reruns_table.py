"""Runs of videos that are begun again, in the Videos table, as `ports.reruns.Reruns`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reelway.adapters import video_updates
from reelway.timestamps import utc_now

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


class RerunsTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(self, client: "DynamoDBClient", table: str, *, now: Callable[[], str] = utc_now) -> None:
        self._client = client
        self._table = table
        self._now = now

    def rerun(self, video_id: str, *, run_id: str) -> bool:
        updates = video_updates.reruns(video_id, run_id, now=self._now())
        return any(update.apply(self._client, self._table, {"videoId": video_id}) for update in updates)
