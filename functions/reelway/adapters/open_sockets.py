"""The Connections table, all of it, as `ports.open_sockets.OpenSockets`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.connections_table import connection_of
from reelway.adapters.record_batches import RecordBatches
from reelway.ports.open_sockets import KnownVideos, Share, SocketPage

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_PAGE = 250
_OF_A_STATUS = (
    *("videoId", "state", "version", "createdAt", "updatedAt", "deletedAt"),
    *("encodedFrames", "totalFrames", "ladder"),
)


class OpenSocketsTable:
    """`client` is a boto3 DynamoDB client."""

    def __init__(self, client: "DynamoDBClient", connections_table: str, videos_table: str) -> None:
        self._client = client
        self._table = connections_table
        self._records = RecordBatches(client, videos_table, _OF_A_STATUS)

    def page(self, share: Share) -> SocketPage:
        """A share is a segment of DynamoDB's parallel scan."""
        asked: Any = {"TableName": self._table, "Limit": _PAGE}
        if share.count > 1:
            asked |= {"Segment": share.index, "TotalSegments": share.count}
        if share.after:
            asked["ExclusiveStartKey"] = video_items.item_of(share.after)
        with video_items.storage_errors():
            answer = self._client.scan(**asked)
        connections, unreadable = [], {}
        for item in answer["Items"]:
            try:
                connections.append(connection_of(item))
            except Exception as error:  # whatever it is that one row has
                unreadable[item["connectionId"]["S"]] = repr(error)
        last = answer.get("LastEvaluatedKey")
        return SocketPage(connections, unreadable, video_items.fields_of(last) if last else None)

    def videos(self, video_ids: Sequence[str]) -> KnownVideos:
        videos, unreadable = {}, {}
        for item in self._records.items(video_ids):
            video_id = item["videoId"]["S"]
            if not video_items.is_video(item):
                continue
            try:
                videos[video_id] = video_items.video_of(item)
            except Exception as error:  # whatever it is that one record has
                unreadable[video_id] = repr(error)
        return KnownVideos(videos, unreadable)
