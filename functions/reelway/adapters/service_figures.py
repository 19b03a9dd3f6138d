"""How the service is doing, read from the tables, as `ports.service.Service`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelway.adapters import video_items
from reelway.adapters.push_lag import PushLag
from reelway.adapters.video_lists import VideoLists
from reelway.errors import StorageFailed
from reelway.ports.service import Backlog
from reelway.timestamps import seconds_since
from reelway.video import State

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import KeysAndAttributesTypeDef

# Videos whose state is looked at: as many as DynamoDB takes in one call, for 50 read units.
MAX_COUNTED = 100


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """`client` is a boto3 DynamoDB client, `table` that of the videos."""

    client: "DynamoDBClient"
    table: str
    push_lag: PushLag

    def backlog(self) -> Backlog:
        """Of the oldest. A state that has become a final one, while the index lags behind, is not counted."""
        lists = VideoLists(self.client, self.table)
        oldest, has_more = lists.page(video_items.OPEN_LIST, limit=MAX_COUNTED, after=None, oldest_first=True)
        oldest_s = seconds_since(oldest[0].listed_at) if oldest else 0.0
        try:
            counted, is_whole = self._states([entry.video_id for entry in oldest])
        except StorageFailed:
            return Backlog(oldest_s, None, None)
        waiting, processing = counted[State.UPLOADED], counted[State.PROCESSING]
        return Backlog(oldest_s, waiting, processing, is_partial=has_more or not is_whole)

    def push_lag_s(self) -> float | None:
        return self.push_lag.latest_s()

    def _states(self, video_ids: Sequence[str]) -> tuple[Counter[str], bool]:
        """How many videos have each state, and whether DynamoDB gave all of them."""
        if not video_ids:
            return Counter(), True
        asked: KeysAndAttributesTypeDef = {
            "Keys": [video_items.item_of({"videoId": video_id}) for video_id in video_ids],
            "ProjectionExpression": "#state",
            "ExpressionAttributeNames": {"#state": "state"},
        }
        with video_items.storage_errors():
            answer = self.client.batch_get_item(RequestItems={self.table: asked})
        items = map(video_items.fields_of, answer["Responses"].get(self.table, []))
        return Counter(item.get("state", "") for item in items), not answer.get("UnprocessedKeys")
