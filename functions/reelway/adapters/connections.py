"""The Connections table as `ports.Connections`.

One item per socket: videoId and connectionId (key), connectedAt and expiresAt (epoch seconds;
the table's TTL, because $disconnect is best effort), wantsProgress, lastVersion, lastProgress,
greeting (while the first message is on the way), claimId (of the last claim).
"""

import uuid
from collections.abc import Iterator
from typing import Any

from reelway.adapters import records
from reelway.ports import Connection

BY_CONNECTION_INDEX = "byConnection"
# API Gateway ends every socket after 2 h.
_LIFETIME_S = 2 * 3600 + 600


class ConnectionsTable:
    """`client` is a boto3 DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, connection: Connection) -> None:
        fields = {
            "videoId": connection.video_id,
            "connectionId": connection.connection_id,
            "connectedAt": connection.connected_at,
            "expiresAt": connection.connected_at + _LIFETIME_S,
            "wantsProgress": connection.wants_progress,
            "lastVersion": 0,
            "lastProgress": 0,
        }
        self._client.put_item(TableName=self._table, Item=records.item_of(fields))

    def remove(self, video_id: str, connection_id: str) -> None:
        self._client.delete_item(TableName=self._table, Key=_key(video_id, connection_id))

    def remove_by_connection(self, connection_id: str) -> None:
        answer = self._client.query(
            TableName=self._table,
            IndexName=BY_CONNECTION_INDEX,
            KeyConditionExpression="connectionId = :connection",
            ExpressionAttributeValues=records.item_of({":connection": connection_id}),
        )
        for item in answer["Items"]:
            self.remove(records.fields_of(item)["videoId"], connection_id)

    def watching(self, video_id: str) -> Iterator[Connection]:
        """Strongly consistent, so that no socket is missed between its first message and a change."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="videoId = :video",
            ExpressionAttributeValues=records.item_of({":video": video_id}),
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(connection_of, page["Items"])

    def all(self) -> Iterator[Connection]:
        for page in self._client.get_paginator("scan").paginate(TableName=self._table):
            yield from map(connection_of, page["Items"])

    def claim(
        self, connection: Connection, *, version: int, progress: float, as_greeting: bool = False
    ) -> bool:
        """A claim whose answer was lost is repeated by the SDK and refused; it is ours by its `claimId`."""
        newer = "lastVersion < :version"
        if connection.wants_progress:
            newer = f"({newer} OR (lastVersion = :version AND lastProgress < :progress))"
        claim_id = str(uuid.uuid4())
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(connection.video_id, connection.connection_id),
                UpdateExpression=(
                    "SET lastVersion = :version, lastProgress = :progress, "
                    "greeting = :greeting, claimId = :claim"
                ),
                ConditionExpression=f"attribute_exists(connectionId) AND {newer}",
                ExpressionAttributeValues=records.item_of(
                    {
                        ":version": version,
                        ":progress": progress,
                        ":greeting": as_greeting,
                        ":claim": claim_id,
                    }
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            return records.fields_of(refusal.response.get("Item", {})).get("claimId") == claim_id
        return True

    def release(self, connection: Connection, *, version: int) -> None:
        self._change(
            connection,
            "SET lastVersion = :before, greeting = :no",
            "lastVersion = :version",
            {":version": version, ":before": version - 1, ":no": False},
        )

    def end_greeting(self, connection: Connection) -> None:
        self._change(connection, "SET greeting = :no", "greeting = :yes", {":yes": True, ":no": False})

    def _change(self, connection: Connection, update: str, condition: str, values: dict[str, Any]) -> None:
        """Update the row where `condition` holds; elsewhere there is nothing to change."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(connection.video_id, connection.connection_id),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=records.item_of(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def connection_of(item: dict[str, Any]) -> Connection:
    """A Connection out of an item or a stream record's image."""
    fields = records.fields_of(item)
    return Connection(
        video_id=fields["videoId"],
        connection_id=fields["connectionId"],
        connected_at=int(fields["connectedAt"]),
        wants_progress=bool(fields["wantsProgress"]),
        is_being_greeted=bool(fields.get("greeting")),
    )


def _key(video_id: str, connection_id: str) -> dict[str, Any]:
    return records.item_of({"videoId": video_id, "connectionId": connection_id})
